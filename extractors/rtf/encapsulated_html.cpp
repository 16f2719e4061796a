#include "extractors/rtf/encapsulated_html.h"

#include <vector>

#include "extractors/rtf/characters.h"
#include "extractors/rtf/font_table.h"
#include "extractors/rtf/keywords.h"
#include "extractors/rtf/tokens.h"

namespace postern::extract {

namespace rtf {

namespace {

constexpr size_t kMostGroups = 4096;  // Outlook's nest as deep as the page's tags; what is deeper is passed over
constexpr size_t kHeaderTokens = 64;  // \fromhtml stands among the first ten ([MS-OXRTFEX] 2.1.3.1)

struct Group {
  bool skipped = false;     // holds nothing of the page
  bool in_tag = false;      // \htmltag
  bool in_fonts = false;    // \fonttbl
  bool suppressed = false;  // \htmlrtf: for programs that read RTF only
  std::int32_t font = -1;
  std::uint32_t spare = 1;
};

bool is_from_html(std::string_view bytes) {
  Tokens tokens(bytes);
  for (size_t i = 0; i < kHeaderTokens; i++) {
    const auto token = tokens.next();
    if (!token) return false;
    if (token->kind == TokenKind::word && token->text == "fromhtml") return token->is_on();
  }
  return false;
}

class Unpacker {
 public:
  std::string unpack(std::string_view bytes) {
    Tokens tokens(bytes);
    groups_.emplace_back();
    while (const auto token = tokens.next()) take(*token);
    characters_.flush(page_);
    return std::move(page_);
  }

 private:
  bool shown() const {
    const Group& group = groups_.back();
    return ignored_ == 0 && !group.skipped && !group.in_fonts && (group.in_tag || !group.suppressed);
  }

  void take(const Token& token) {
    std::string text;
    const bool taken = characters_.take(token, groups_.back().font, groups_.back().spare, text);
    if (shown()) page_ += text;
    if (taken) return;
    switch (token.kind) {
      case TokenKind::open:
        open();
        break;
      case TokenKind::close:
        close();
        break;
      case TokenKind::symbol:
        star_ = token.text == "*";
        return;
      case TokenKind::word:
        word(token);
        break;
      case TokenKind::hex:
      case TokenKind::text:
      case TokenKind::binary:
        break;
    }
    star_ = false;
  }

  void open() {
    if (groups_.size() >= kMostGroups || ignored_ > 0) {
      ignored_++;
    } else {
      groups_.push_back(groups_.back());
    }
  }

  void close() {
    if (ignored_ > 0) {
      ignored_--;
    } else if (groups_.size() > 1) {
      groups_.pop_back();
    }
  }

  void word(const Token& token) {
    Group& group = groups_.back();
    if (group.in_fonts) {
      fonts_.font_word(token);
    } else {
      fonts_.header_word(token);
    }
    if (token.text == "htmlrtf") {
      group.suppressed = token.is_on();
    } else if (token.text == "htmltag") {
      group.in_tag = star_;
    } else if (token.text == "f") {
      group.font = token.number_or(-1);
    } else if (token.text == "uc") {
      group.spare = static_cast<std::uint32_t>(std::max(token.number_or(1), 0));
    } else if (token.text == "fonttbl") {
      group.in_fonts = true;
    } else if (token.text == "par" || token.text == "line") {
      if (shown()) page_ += "\r\n";
    } else if (token.text == "tab") {
      if (shown()) page_ += '\t';
    } else if (star_ || is_skipped(token.text)) {
      group.skipped = true;
    }
  }

  static bool is_skipped(std::string_view word) {
    const Keyword* const keyword = find_destination(word);
    return keyword && (keyword->destination == Destination::skip || keyword->destination == Destination::info ||
                       keyword->destination == Destination::picture);
  }

  FontTable fonts_;
  Characters characters_{fonts_};
  std::vector<Group> groups_;
  size_t ignored_ = 0;  // open groups deeper than kMostGroups
  bool star_ = false;
  std::string page_;
};

}  // namespace

}  // namespace rtf

std::optional<std::string> html_of_rtf(std::string_view bytes) {
  if (!rtf::is_from_html(bytes)) return std::nullopt;
  return rtf::Unpacker().unpack(bytes);
}

}  // namespace postern::extract
