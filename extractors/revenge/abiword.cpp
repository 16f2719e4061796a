#include "extractors/revenge/abiword.h"

#include <algorithm>
#include <array>
#include <string>

#include "extractors/xml/xml_scanner.h"

namespace postern::extract::revenge {

namespace {

using namespace std::string_view_literals;

// Properties that libabw tells.
constexpr std::array kTold = {"dc.title"sv, "dc.subject"sv, "dc.creator"sv};

// A value out of "annotation-author:Ann Lee; annotation-date:01-29-2024".
std::string property_of(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    std::string_view one = list.substr(0, list.find(';'));
    list.remove_prefix(std::min(one.size() + 1, list.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == ':') {
      return std::string(one.substr(name.size() + 1));
    }
  }
  return {};
}

// A key that somebody gave, not a program.
bool is_given(std::string_view key) {
  return !key.starts_with("dc.") && !key.starts_with("abiword.") && !key.starts_with("meta:");
}

class Rest {
 public:
  explicit Rest(Gatherer& to) : to_(to) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    depth_++;
    const std::string_view local = name.substr(name.find(':') + 1);
    if (local == "m") {
      key_ = attributes.get("key");
      text_.clear();
      property_depth_ = depth_;
    } else if (local == "annotate") {
      author_ = property_of(attributes.get("props"), "annotation-author");
      text_.clear();
      comment_depth_ = depth_;
    } else if (local == "p" && comment_depth_ > 0) {
      end_line();
    } else if (local == "bookmark" && attributes.raw("type") != "end") {
      to_.emit(Place::bookmark, "", attributes.get("name"));
    } else if (local == "image") {
      to_.emit(Place::alt_text, "", attributes.get("title"));
      to_.emit(Place::alt_text, "", attributes.get("alt"));
    }
  }
  void end(XmlTag) {
    if (depth_ == property_depth_) {
      if (std::find(kTold.begin(), kTold.end(), key_) == kTold.end()) to_.emit(Place::property, key_, text_);
      if (is_given(key_)) to_.emit(Place::property, "", key_);
      property_depth_ = 0;
    } else if (depth_ == comment_depth_) {
      end_line();
      to_.emit(Place::comment, "", author_.empty() ? text_ : author_ + ": " + text_);
      comment_depth_ = 0;
    }
    depth_ -= depth_ > 0 ? 1 : 0;
  }
  void text(std::string_view text) {
    if (property_depth_ == 0 && comment_depth_ == 0) return;
    const bool blank = text_.empty() && text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (!blank) text_ += text;
  }
  bool stopped() const { return to_.stopped(); }

 private:
  // A comment's paragraphs are lines, without the white space between the tags.
  void end_line() {
    text_.resize(text_.find_last_not_of(" \t\r\n") + 1);
    if (!text_.empty()) text_ += '\n';
  }

  Gatherer& to_;
  size_t depth_ = 0, property_depth_ = 0, comment_depth_ = 0;
  std::string key_, author_, text_;
};

}  // namespace

void tell_abiword_rest(std::string_view xml, Gatherer& to) {
  static const XmlVocabulary no_names({}, {});
  XmlMemory memory(xml);
  XmlDecoder decoder(memory);
  XmlScanner<Rest> scanner(decoder, no_names);
  Rest rest(to);
  // What is not well-formed libabw has judged already.
  (void)scanner.run(rest);
}

}  // namespace postern::extract::revenge
