// The text in the XML that PDFs carry: rich text, forms (XFA), metadata (XMP).
#pragma once

#include <string>
#include <string_view>

namespace postern::extract::pdf {

struct XmlStrings {
  std::string text;    // character data, a line a paragraph or property
  std::string script;  // of <script> elements
};

// XMP puts properties into attributes; in the others these say how things look.
enum class XmlValues { elements, attributes_too };

// Reads what is not well-formed as far as it makes sense.
XmlStrings read_xml_strings(std::string_view xml, XmlValues values);

}  // namespace postern::extract::pdf
