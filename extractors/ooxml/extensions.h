// Extensions: what stands in elements and attributes of namespaces that the readers do not know.
//
// Office drops such elements when the document says that they may be ignored (ECMA-376 part 3), and keeps some of them
// as they are; other programs read them. Their character data are Place::custom_xml, a line an element, their
// attributes Place::attribute. Of what office programs add to the formats themselves, numbers, identifiers and values
// of a single word are settings and left out; the elements that hold text among them are in the vocabulary.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/ooxml/names.h"
#include "extractors/xml/xml_scanner.h"

namespace postern::extract::ooxml {

// "63500", "-12.5", "{5C22544A-...}": what stands in elements of the formats that hold no text.
bool is_setting(std::string_view text);

class Extensions {
 public:
  Extensions(Emitter& out, std::string_view at) : out_(out), at_(at) {}

  void start(XmlTag tag, const XmlAttributes& attributes) {
    depth_++;
    // One branch: this is asked for every element of a document.
    const unsigned of_interest =
        unsigned{is_unknown(tag)} | unsigned{attributes.declares_namespaces()} | unsigned{watches_};
    if (of_interest != 0) look_at(tag, attributes);
  }
  void end() {
    if (takes_text()) end_element();
    depth_--;
  }
  // The innermost open element is one that nobody knows.
  bool takes_text() const { return innermost_ == depth_; }
  void text(std::string_view text) { text_ += text; }
  void finish();

 private:
  static constexpr size_t kNone = SIZE_MAX;
  struct Open {
    size_t depth;
    bool foreign;
  };
  static bool is_unknown(XmlTag tag) { return static_cast<XmlTag>(tag - w15_any) <= foreign_any - w15_any; }
  void look_at(XmlTag tag, const XmlAttributes& attributes);
  void begin_element(XmlTag tag, const XmlAttributes& attributes);
  void end_element();
  void end_line();
  void add_attribute(std::string_view raw);
  void learn(const XmlAttributes& attributes);

  Emitter& out_;
  const std::string at_;
  size_t depth_ = 0;
  size_t innermost_ = kNone;  // depth of the last of open_
  bool watches_ = false;      // there are foreign_prefixes_
  std::vector<Open> open_;
  std::vector<std::string> foreign_prefixes_;  // "x:"
  std::string text_;                           // of the open elements
  std::string lines_;
  std::string attributes_;
};

// Passes everything on to `Handler`, but for the character data that Extensions takes.
template <typename Handler>
class WithExtensions {
 public:
  WithExtensions(Handler& handler, Emitter& out, std::string_view at) : handler_(handler), extensions_(out, at) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    extensions_.start(tag, attributes);
    handler_.start(tag, attributes, name);
  }
  void end(XmlTag tag) {
    extensions_.end();
    handler_.end(tag);
  }
  void text(std::string_view text) {
    if (extensions_.takes_text()) {
      extensions_.text(text);
    } else {
      handler_.text(text);
    }
  }
  bool stopped() const { return handler_.stopped(); }
  void finish() { extensions_.finish(); }

 private:
  Handler& handler_;
  Extensions extensions_;
};

}  // namespace postern::extract::ooxml
