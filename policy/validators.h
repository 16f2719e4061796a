// Validators: published check algorithms for what a pattern found.
//
// A validator takes the text of one hit, as the view wrote it, and says whether it can be such a value. Most look at
// its plain form: they ignore the separators people write (spaces, punctuation, dashes, centred dots), which of them
// may stand where being the pattern's to say, and take no other letters than A to Z. The rest (tokens, telephone
// numbers, machine readable zones, entropy) look at the text. Pure; never allocates. Each check cites its standard
// where it is defined.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "policy/model.h"

namespace postern::policy {

// Longer values are none of those that validators know (an IBAN has 34 characters at most).
inline constexpr size_t kMaxValueCharacters = 64;

// Upper-case letters and digits of a value, spaces and punctuation dropped. Empty when anything else
// stands in it or it is longer than kMaxValueCharacters.
struct PlainValue {
  char characters[kMaxValueCharacters];
  size_t size = 0;
  std::string_view view() const { return {characters, size}; }
};
PlainValue plain_value(std::string_view text);

// Shannon's entropy of the bytes of a text, per byte, in steps of 1/16 bit: 0 to 128.
inline constexpr unsigned kEntropySteps = 16;
unsigned entropy_of(std::string_view text);

// Whether text[begin, end) is a piece of an account number: an IBAN of its country's length stands around it, whatever
// its check digits. A card number is not looked for in one that was mistyped.
bool is_piece_of_account(std::string_view text, size_t begin, size_t end);

struct ValidatorInfo {
  Validator id;
  enum class Takes : std::uint8_t { plain, text } takes;
  bool (*check)(std::string_view value);
  // One in so many random values of the right length and letters passes; the linter asks for evidence beside a check
  // that many pass. tests/policy/validators_test.cpp measures it.
  std::uint32_t one_in;
};
// In the order of the enum's values, without `none`.
std::span<const ValidatorInfo> validators();
// Null for Validator::none.
const ValidatorInfo* find_validator(Validator id);

// Whether a text is such a value; true for Validator::none.
bool passes(Validator id, std::string_view text);

}  // namespace postern::policy
