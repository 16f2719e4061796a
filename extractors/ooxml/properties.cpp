// Properties of a document: core (Dublin Core), extended, custom (ECMA-376 part 1, 22; part 2, 11).
#include <string>

#include "extractors/ooxml/document.h"

namespace postern::extract::ooxml {

namespace {

// Gives each leaf as one segment, its element's local name (or the custom property's name) as locator.
class PropertyReader {
 public:
  explicit PropertyReader(Document& document) : document_(document) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    text_.clear();
    const std::string_view local = name.substr(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
    if (local == "property") {
      custom_ = attributes.get("name");
      name_ = custom_;
      document_.emit(Place::property, "", custom_);
    } else if (custom_.empty()) {
      name_.assign(local);
    }
  }
  void end(XmlTag) {
    const size_t first = text_.find_first_not_of(" \t\r\n");
    if (first != std::string::npos) document_.emit(Place::property, name_, std::string_view(text_).substr(first));
    text_.clear();
  }
  void text(std::string_view text) { text_ += text; }
  bool stopped() const { return document_.stopped(); }

 private:
  Document& document_;
  std::string custom_;
  std::string name_;
  std::string text_;
};

}  // namespace

void read_properties(Document& document, const std::string& part) {
  PropertyReader reader(document);
  document.scan(part, reader);
}

}  // namespace postern::extract::ooxml
