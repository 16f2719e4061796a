// Validators: published check algorithms for what a pattern found.
//
// A validator takes the text of one hit, in the reader view, and says whether it
// can be such a value. It ignores the separators people write (spaces, punctuation, dashes, centred dots):
// which of them may stand where is the pattern's to say. It takes no other letters than A to Z. Pure; never allocates.
#pragma once

#include <cstdint>
#include <span>
#include <string>
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

// ISO/IEC 7812-1 annex B, 8 to 19 digits, not all the same digit.
bool is_luhn(std::string_view plain);
// ISO 13616-1: country code, length of the country in the IBAN registry, MOD 97-10 (ISO 7064).
bool is_iban(std::string_view plain);

// Whether text[begin, end) is a piece of an account number: an IBAN of its country's length stands around it, whatever
// its check digits. A card number is not looked for in one that was mistyped.
bool is_piece_of_account(std::string_view text, size_t begin, size_t end);

struct ValidatorInfo {
  Validator id;
  bool (*check)(std::string_view plain);
};
// What this version has; a validator that is not here was refused by the loader.
std::span<const ValidatorInfo> validators();
// Null for Validator::none and for what this version does not have.
const ValidatorInfo* find_validator(Validator id);

}  // namespace postern::policy
