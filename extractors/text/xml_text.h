// The text of an XML file of no known format, as a reader of its content would see it.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct XmlText {
  std::string text;
  std::string attributes;  // values in which references stand, decoded, one a line
  bool cut = false;        // entities of its own reached a bound (xml_entities.h)
};

// Character data without tags, references replaced, the runs of one paragraph joined ("w:t", "span", "tspan" and
// their like end nothing), a line for each element that ends with text of its own. Encodings are the XML
// reader's (xml_input.h); what is not well-formed is read as far as it makes sense.
XmlText text_of_xml(std::string_view bytes);

}  // namespace postern::extract
