// The text in the XML that PDFs carry: rich text, forms (XFA), metadata (XMP).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::pdf {

// A picture that stands in the XML of a form.
struct XmlFile {
  std::string type;  // as declared, "image/png"
  std::string base64;
};

struct XmlStrings {
  std::string text;    // character data, a line a paragraph or property
  std::string script;  // of <script> elements
  std::vector<XmlFile> files;
};

// XMP puts properties into attributes. Forms have names of fields there, addresses, and what an application keeps in
// its data. In rich text they say how things look.
enum class XmlValues { elements, attributes_too, forms };

// Reads what is not well-formed as far as it makes sense.
XmlStrings read_xml_strings(std::string_view xml, XmlValues values);

}  // namespace postern::extract::pdf
