#include "policy/validators.h"

#include <algorithm>
#include <array>

namespace postern::policy {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

struct IbanCountry {
  std::string_view code;
  size_t length;
};

// SWIFT IBAN registry, release 97, by code.
constexpr IbanCountry kIbanCountries[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22},
    {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
    {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
    {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23},
    {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

constexpr ValidatorInfo kValidators[] = {
    {Validator::luhn, is_luhn},
    {Validator::iban, is_iban},
};

// The bytes of the separator at `at`, 0 when there is none: any ASCII punctuation and white space, a dash or a
// centred dot (U+00B7, U+2010..2015, U+2022, U+2212).
size_t separator_at(std::string_view text, size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return is_digit(text[at]) || is_upper(text[at]) || (byte >= 'a' && byte <= 'z') ? 0 : 1;
  if (text.substr(at).starts_with("\xC2\xB7")) return 2;
  const std::string_view three = text.substr(at, 3);
  if (three == "\xE2\x80\xA2" || three == "\xE2\x88\x92") return 3;
  const bool dash = three.size() == 3 && three.starts_with("\xE2\x80") &&
                    static_cast<unsigned char>(three[2]) >= 0x90 && static_cast<unsigned char>(three[2]) <= 0x95;
  return dash ? 3 : 0;
}

const IbanCountry* find_country(std::string_view code) {
  const auto* const country =
      std::lower_bound(std::begin(kIbanCountries), std::end(kIbanCountries), code,
                       [](const IbanCountry& c, std::string_view wanted) { return c.code < wanted; });
  return country != std::end(kIbanCountries) && country->code == code ? country : nullptr;
}

bool is_plain(char c) {
  return is_digit(c) || is_upper(c);
}

bool is_group_separator(char c) {
  return c == ' ' || c == '-' || c == '.';
}

// The end of `count` digits and capitals from `at`, at most one separator between two; 0 when there are fewer or more.
size_t end_of_account(std::string_view text, size_t at, size_t count) {
  for (; count > 0 && at < text.size(); at++) {
    if (is_plain(text[at])) {
      count--;
    } else if (!is_group_separator(text[at]) || is_group_separator(text[at - 1])) {
      return 0;
    }
  }
  return count == 0 && (at == text.size() || !is_plain(text[at])) ? at : 0;
}

}  // namespace

PlainValue plain_value(std::string_view text) {
  PlainValue value;
  for (size_t at = 0; at < text.size();) {
    if (const size_t separator = separator_at(text, at); separator != 0) {
      at += separator;
      continue;
    }
    const char c = text[at++];
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if ((!is_digit(upper) && !is_upper(upper)) || value.size == kMaxValueCharacters) {
      value.size = 0;
      return value;
    }
    value.characters[value.size++] = upper;
  }
  return value;
}

bool is_luhn(std::string_view plain) {
  if (plain.size() < 8 || plain.size() > 19) return false;
  if (!std::all_of(plain.begin(), plain.end(), is_digit)) return false;
  if (plain.find_first_not_of(plain[0]) == std::string_view::npos) return false;
  int sum = 0;
  bool doubled = false;
  for (size_t i = plain.size(); i-- > 0;) {
    int digit = plain[i] - '0';
    if (doubled) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
    doubled = !doubled;
  }
  return sum % 10 == 0;
}

bool is_iban(std::string_view plain) {
  if (plain.size() < 15 || !is_digit(plain[2]) || !is_digit(plain[3])) return false;
  const IbanCountry* const country = find_country(plain.substr(0, 2));
  if (country == nullptr || country->length != plain.size()) return false;
  // ISO 13616-1 6.1: check digits run from 02 to 98.
  const int check = (plain[2] - '0') * 10 + (plain[3] - '0');
  if (check < 2 || check > 98) return false;
  std::uint32_t remainder = 0;
  for (size_t i = 0; i < plain.size(); i++) {
    const char c = plain[(i + 4) % plain.size()];
    const auto value = static_cast<std::uint32_t>(is_digit(c) ? c - '0' : c - 'A' + 10);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder == 1;
}

bool is_piece_of_account(std::string_view text, size_t begin, size_t end) {
  // The longest IBAN, each character with a separator.
  constexpr size_t kMostBefore = 2 * 34;
  for (size_t at = begin;
       at > 0 && begin - at < kMostBefore && (is_plain(text[at - 1]) || is_group_separator(text[at - 1]));) {
    at--;
    const bool first = is_upper(text[at]) && (at == 0 || !is_plain(text[at - 1]));
    const IbanCountry* const country = first ? find_country(text.substr(at, 2)) : nullptr;
    if (country != nullptr && end_of_account(text, at, country->length) >= end) return true;
  }
  return false;
}

std::span<const ValidatorInfo> validators() {
  return kValidators;
}

const ValidatorInfo* find_validator(Validator id) {
  for (const ValidatorInfo& info : kValidators) {
    if (info.id == id) return &info;
  }
  return nullptr;
}

}  // namespace postern::policy
