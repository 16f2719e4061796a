#include "extractors/rtf/characters.h"

#include <algorithm>

#include "extractors/rtf/keywords.h"
#include "extractors/story/code_page.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::rtf {

void Characters::byte(char c) {
  bytes_ += c;
  lead_ = !lead_ && is_lead_byte(code_page_, static_cast<unsigned char>(c));
}

void Characters::flush(std::string& out) {
  if (high_ != 0) {
    append_utf8(out, 0xFFFD);
    high_ = 0;
  }
  flush_bytes(out);
}

void Characters::flush_bytes(std::string& out) {
  if (bytes_.empty()) return;
  append_code_page(out, bytes_, code_page_);
  bytes_.clear();
  lead_ = false;
}

void Characters::unit(std::int32_t value, std::string& out) {
  auto c = static_cast<char32_t>(value < 0 ? value + 0x10000 : value);
  if (c >= 0xDC00 && c < 0xE000 && high_ != 0) {
    c = 0x10000 + ((high_ - 0xD800) << 10) + (c - 0xDC00);
    high_ = 0;
    append_utf8(out, c);
    return;
  }
  flush(out);
  if (c >= 0xD800 && c < 0xDC00) {
    high_ = c;
    return;
  }
  // Fonts of symbols hold their 8-bit characters there.
  if (c >= 0xF020 && c <= 0xF0FF) {
    const char symbol = static_cast<char>(c - 0xF000);
    append_code_page(out, {&symbol, 1}, kCodePageAnsi);
    return;
  }
  if (c != 0) append_utf8(out, c);
}

bool Characters::pass_over(const Token& token, std::string& out) {
  if (token.kind == TokenKind::open || token.kind == TokenKind::close) {
    to_pass_ = 0;
    return false;
  }
  if (token.kind == TokenKind::word && token.text == "u") return false;  // no spare text after all
  if (token.kind != TokenKind::text) {
    to_pass_--;
    // A word counts as one character, but what it switches counts more than the count.
    return token.kind != TokenKind::word;
  }
  const size_t passed = std::min<size_t>(to_pass_, token.text.size());
  to_pass_ -= static_cast<std::uint32_t>(passed);
  const Token left{TokenKind::text, token.text.substr(passed), std::nullopt};
  if (!left.text.empty()) {
    if (high_ != 0) flush(out);
    for (const char c : left.text) byte(c);
    if (!lead_) flush(out);
  }
  return true;
}

bool Characters::take(const Token& token, std::int32_t font, std::uint32_t spare, std::string& out) {
  if (bytes_.empty()) code_page_ = fonts_.code_page(font);
  if (to_pass_ > 0 && pass_over(token, out)) return true;
  switch (token.kind) {
    case TokenKind::text:
      if (high_ != 0) flush(out);
      for (const char c : token.text) byte(c);
      if (!lead_) flush(out);
      return true;
    case TokenKind::hex:
      if (high_ != 0) flush(out);
      byte(static_cast<char>(*token.number));
      return true;
    case TokenKind::symbol:
      // The second byte of a character may be a backslash or a brace.
      if (token.text == "\\" || token.text == "{" || token.text == "}") {
        byte(token.text[0]);
        if (!lead_) flush(out);
        return true;
      }
      break;
    case TokenKind::word:
      if (token.text == "u" && token.number) {
        unit(*token.number, out);
        to_pass_ = spare;
        return true;
      }
      break;
    case TokenKind::open:
    case TokenKind::close:
    case TokenKind::binary:
      break;
  }
  // Words may stand between the halves of a pair.
  flush_bytes(out);
  if (token.kind == TokenKind::symbol) {
    if (token.text == "~") append_utf8(out, 0xA0);
    if (token.text == "_") out += '-';
    return token.text == "~" || token.text == "_" || token.text == "-" || token.text == "|" || token.text == ":";
  }
  if (token.kind != TokenKind::word) return false;
  const auto character = find_character(token.text);
  if (character) append_utf8(out, *character);
  return character.has_value();
}

}  // namespace postern::extract::rtf
