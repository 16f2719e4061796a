#include "extractors/text/tex_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>

namespace postern::extract {
namespace {

constexpr size_t kWindow = 4096;

struct Accent {
  char command;
  std::string_view mark;  // the combining character
};
// Any letter may take any of them.
constexpr std::array kAccents = {
    Accent{'`', "\u0300"}, Accent{'\'', "\u0301"}, Accent{'^', "\u0302"}, Accent{'~', "\u0303"}, Accent{'=', "\u0304"},
    Accent{'u', "\u0306"}, Accent{'.', "\u0307"},  Accent{'"', "\u0308"}, Accent{'r', "\u030A"}, Accent{'H', "\u030B"},
    Accent{'v', "\u030C"}, Accent{'c', "\u0327"},  Accent{'k', "\u0328"}, Accent{'d', "\u0323"}};

struct Symbol {
  std::string_view command;
  std::string_view text;
};
constexpr std::array kSymbols = {Symbol{"ss", "ß"}, Symbol{"ae", "æ"},   Symbol{"AE", "Æ"},    Symbol{"oe", "œ"},
                                 Symbol{"OE", "Œ"}, Symbol{"o", "ø"},    Symbol{"O", "Ø"},     Symbol{"aa", "å"},
                                 Symbol{"AA", "Å"}, Symbol{"l", "ł"},    Symbol{"L", "Ł"},     Symbol{"i", "i"},
                                 Symbol{"j", "j"},  Symbol{"euro", "€"}, Symbol{"pounds", "£"}};

// Commands whose text stands in the line with what is behind it.
bool is_inline(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kInline = {
      "emph",          "underline",     "mbox",   "hbox",   "uppercase", "lowercase",
      "MakeUppercase", "MakeLowercase", "mathrm", "mathbf", "mathit",    "uline"};
  return name.starts_with("text") || std::find(kInline.begin(), kInline.end(), name) != kInline.end();
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Letters and the marks behind them as one character where there is one.
std::string composed(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(status);
  if (U_FAILURE(status)) return text;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, static_cast<std::int32_t>(std::min<size_t>(text.size(), 1U << 30)));
  nfc->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, status);
  return U_FAILURE(status) ? text : out;
}

class TexReader {
 public:
  explicit TexReader(std::string_view text) : rest_(text) { out_.reserve(text.size()); }

  std::string read() {
    walk();
    return composed(out_);
  }

 private:
  void walk() {
    while (!rest_.empty()) {
      const char c = rest_[0];
      if (c == '\\') {
        command();
      } else if (c == '{') {
        rest_.remove_prefix(1);
        ends_line_.push_back(false);
      } else if (c == '}') {
        rest_.remove_prefix(1);
        close();
      } else if (c == '$') {
        rest_.remove_prefix(1);
      } else if (c == '~' || c == '&') {
        out_ += c == '~' ? ' ' : '\t';
        rest_.remove_prefix(1);
      } else {
        const size_t plain = std::min(rest_.find_first_of("\\{}$~&"), rest_.size());
        out_ += rest_.substr(0, plain);
        rest_.remove_prefix(plain);
      }
    }
  }

  void close() {
    if (ends_line_.empty()) return;
    if (ends_line_.back() && !out_.empty() && out_.back() != '\n') out_ += '\n';
    ends_line_.pop_back();
  }

  void skip(std::string_view characters) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(characters), rest_.size()));
  }

  void command() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return;
    if (!is_letter(rest_[0])) {
      const char sign = rest_[0];
      rest_.remove_prefix(1);
      if (!accent(sign)) control_sign(sign);
      return;
    }
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_letter);
    const std::string_view name = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    rest_.remove_prefix(name.size());
    if (name.size() == 1 && accent(name[0])) return;
    const auto symbol =
        std::find_if(kSymbols.begin(), kSymbols.end(), [name](const Symbol& one) { return one.command == name; });
    if (symbol != kSymbols.end()) out_ += symbol->text;
    if (name == "par" || name == "item" || name == "begin" || name == "end" || name == "newline") out_ += '\n';
    skip(" ");  // it only ends the name
    if (symbol != kSymbols.end() || is_inline(name) || !rest_.starts_with('{')) return;
    rest_.remove_prefix(1);
    ends_line_.push_back(true);
  }

  void control_sign(char sign) {
    constexpr std::string_view kSigns = "%$&#_{}";
    if (sign == '\\') out_ += '\n';
    if (sign == ' ' || sign == ',' || sign == ';' || sign == ':') out_ += ' ';
    if (kSigns.find(sign) != std::string_view::npos) out_ += sign;
  }

  // "\'e", "\'{e}", "\"{\i}", "\c c"; false when no letter follows.
  bool accent(char command) {
    const auto found =
        std::find_if(kAccents.begin(), kAccents.end(), [command](const Accent& one) { return one.command == command; });
    if (found == kAccents.end()) return false;
    std::string_view behind = rest_;
    if (is_letter(command) && !behind.starts_with(' ') && !behind.starts_with('{')) return false;
    behind.remove_prefix(std::min(behind.find_first_not_of(' '), behind.size()));
    const bool in_braces = behind.starts_with('{');
    if (in_braces) behind.remove_prefix(1);
    if (behind.starts_with("\\i") || behind.starts_with("\\j")) behind.remove_prefix(1);
    if (behind.empty() || !is_letter(behind[0])) return false;
    out_.append(1, behind[0]).append(found->mark);
    behind.remove_prefix(1);
    if (in_braces && behind.starts_with('}')) behind.remove_prefix(1);
    rest_ = behind;
    return true;
  }

  std::string_view rest_;
  std::string out_;
  std::vector<bool> ends_line_;  // of the open braces, whether a title or another thing of its own ends with them
};

}  // namespace

bool looks_like_tex(std::string_view text) {
  const std::string_view window = text.substr(0, kWindow);
  if (window.find('\\') == std::string_view::npos) return false;
  return window.find("\\documentclass") != std::string_view::npos ||
         window.find("\\documentstyle") != std::string_view::npos ||
         window.find("\\begin{document}") != std::string_view::npos;
}

std::string text_of_tex(std::string_view utf8) {
  return TexReader(utf8).read();
}

}  // namespace postern::extract
