// Tokens of RTF (Rich Text Format Specification 1.9.1, "RTF Syntax").
//
// Views point into the bytes that were given. Reading never passes their end: a \bin that claims
// more than there is gets what is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::extract::rtf {

enum class TokenKind : std::uint8_t {
  open,    // {
  close,   // }
  word,    // \word or \wordN
  symbol,  // \ and one character that is no letter: `text` holds it
  hex,     // \'xx: `number` is the byte
  text,    // bytes that stand for themselves, without line ends
  binary,  // the bytes of \binN
};

struct Token {
  TokenKind kind = TokenKind::text;
  std::string_view text;
  std::optional<std::int32_t> number;

  // The number of a switch such as \b0: `otherwise` when there is none.
  std::int32_t number_or(std::int32_t otherwise) const { return number.value_or(otherwise); }
  bool is_on() const { return number_or(1) != 0; }
};

class Tokens {
 public:
  explicit Tokens(std::string_view bytes) : bytes_(bytes) {}

  // The next token; nullopt at the end.
  std::optional<Token> next();
  size_t position() const { return at_; }
  std::string_view rest() const { return bytes_.substr(at_); }

 private:
  Token word();
  Token text();

  std::string_view bytes_;
  size_t at_ = 0;
};

// The value of a hexadecimal digit, -1 for other characters.
int hex_value(char c);

}  // namespace postern::extract::rtf
