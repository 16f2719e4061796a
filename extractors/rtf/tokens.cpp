#include "extractors/rtf/tokens.h"

#include <algorithm>
#include <limits>

namespace postern::extract::rtf {

namespace {

// Words of the specification have at most 32 letters; what is longer is nobody's.
constexpr size_t kLongestWord = 64;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool ends_text(char c) {
  return c == '\\' || c == '{' || c == '}' || c == '\r' || c == '\n';
}

}  // namespace

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Token Tokens::word() {
  const size_t begin = at_;
  while (at_ < bytes_.size() && at_ - begin < kLongestWord && is_letter(bytes_[at_])) at_++;
  Token token{TokenKind::word, bytes_.substr(begin, at_ - begin), std::nullopt};
  const size_t sign = at_;
  if (at_ < bytes_.size() && bytes_[at_] == '-') at_++;
  const size_t digits = at_;
  std::int64_t value = 0;
  while (at_ < bytes_.size() && is_digit(bytes_[at_])) {
    value = std::min<std::int64_t>(value * 10 + (bytes_[at_] - '0'), std::numeric_limits<std::int32_t>::max());
    at_++;
  }
  if (at_ == digits) {
    at_ = sign;
  } else {
    token.number = static_cast<std::int32_t>(digits > sign ? -value : value);
  }
  if (at_ < bytes_.size() && bytes_[at_] == ' ') at_++;
  if (token.text == "bin" && token.number_or(0) > 0) {
    const size_t size = std::min(static_cast<size_t>(*token.number), bytes_.size() - at_);
    token.kind = TokenKind::binary;
    token.text = bytes_.substr(at_, size);
    at_ += size;
  }
  return token;
}

Token Tokens::text() {
  const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
  const auto end = std::find_if(begin, bytes_.end(), ends_text);
  const size_t from = at_;
  at_ = static_cast<size_t>(end - bytes_.begin());
  return {TokenKind::text, bytes_.substr(from, at_ - from), std::nullopt};
}

std::optional<Token> Tokens::next() {
  while (at_ < bytes_.size() && (bytes_[at_] == '\r' || bytes_[at_] == '\n')) at_++;
  if (at_ >= bytes_.size()) return std::nullopt;
  switch (bytes_[at_]) {
    case '{':
      at_++;
      return Token{TokenKind::open, {}, std::nullopt};
    case '}':
      at_++;
      return Token{TokenKind::close, {}, std::nullopt};
    case '\\':
      break;
    default:
      return text();
  }
  at_++;
  if (at_ >= bytes_.size()) return std::nullopt;
  if (is_letter(bytes_[at_])) return word();
  if (bytes_[at_] == '\'') {
    at_++;
    // Writers break off after one digit, or none; readers take what there is.
    int value = 0;
    for (int digits = 0; digits < 2 && at_ < bytes_.size() && hex_value(bytes_[at_]) >= 0; digits++) {
      value = value * 16 + hex_value(bytes_[at_++]);
    }
    return Token{TokenKind::hex, {}, value};
  }
  at_++;
  return Token{TokenKind::symbol, bytes_.substr(at_ - 1, 1), std::nullopt};
}

}  // namespace postern::extract::rtf
