// The arithmetic that check digits are made of. Internal to validators*.cpp.
//
// Everything takes the plain form of a value (policy/validators.h): digits and capital letters. Callers see to it that
// what must be digits are digits.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::policy::checks {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_plain(char c) {
  return is_digit(c) || is_upper(c);
}
constexpr bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}
constexpr bool all_upper(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_upper);
}
constexpr bool all_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_plain);
}
// Exactly `count` digits.
constexpr bool has_digits(std::string_view text, size_t count) {
  return text.size() == count && all_digits(text);
}
constexpr bool all_same(std::string_view text) {
  return text.find_first_not_of(text[0]) == std::string_view::npos;
}

constexpr unsigned digit(char c) {
  return static_cast<unsigned>(c - '0');
}
// 0 to 9, A is 10, Z is 35.
constexpr unsigned value36(char c) {
  return is_digit(c) ? digit(c) : static_cast<unsigned>(c - 'A') + 10;
}
// Of 19 digits at most.
constexpr std::uint64_t number(std::string_view digits) {
  std::uint64_t value = 0;
  for (const char c : digits) value = value * 10 + digit(c);
  return value;
}
constexpr int two_digits(std::string_view text, size_t at) {
  return static_cast<int>(digit(text[at]) * 10 + digit(text[at + 1]));
}
constexpr unsigned digit_sum(unsigned value) {
  return value / 10 + value % 10;
}

// ISO/IEC 7812-1 annex B: the sum whose last digit is 0 when the last of `digits` is their check digit.
constexpr unsigned luhn_sum(std::string_view digits) {
  unsigned sum = 0;
  bool doubled = false;
  for (size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    sum += doubled ? digit_sum(2 * digit(digits[i])) : digit(digits[i]);
  }
  return sum;
}
constexpr bool passes_luhn(std::string_view digits) {
  return luhn_sum(digits) % 10 == 0;
}

// ISO/IEC 7064 MOD 97-10 of digits and letters, each letter as two digits; 1 when the check digits at the end are
// right.
constexpr unsigned remainder_97(std::string_view plain, unsigned so_far = 0) {
  for (const char c : plain) {
    const unsigned value = value36(c);
    so_far = (so_far * (value > 9 ? 100 : 10) + value) % 97;
  }
  return so_far;
}

// ISO/IEC 7064 MOD 11,10: the last digit is the check digit.
constexpr bool passes_mod_11_10(std::string_view digits) {
  unsigned product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    const unsigned sum = (product + digit(c)) % 10;
    product = (sum == 0 ? 10 : sum) * 2 % 11;
  }
  return (product + digit(digits.back())) % 10 == 1;
}

using Weights = std::span<const std::uint8_t>;

// The first `weights.size()` characters, each times its weight; letters count as value36().
constexpr unsigned weighted_sum(std::string_view plain, Weights weights) {
  unsigned sum = 0;
  for (size_t i = 0; i < weights.size(); i++) sum += value36(plain[i]) * weights[i];
  return sum;
}

// How a check digit follows from a weighted sum.
enum class Turn : std::uint8_t {
  remainder,   // sum mod m
  complement,  // what is missing to the next multiple of m
};
inline constexpr unsigned kNotIssued = 99;  // no number with such a check digit is issued

struct WeightedCheck {
  Weights weights;
  unsigned modulus;
  Turn turn;
  unsigned ten = kNotIssued;  // what 10 is written as
};

// The digit that follows the weighted ones is their check digit.
constexpr bool passes(std::string_view digits, const WeightedCheck& check) {
  const unsigned rest = weighted_sum(digits, check.weights) % check.modulus;
  unsigned wanted = check.turn == Turn::remainder ? rest : (check.modulus - rest) % check.modulus;
  if (wanted == 10) wanted = check.ten;
  return digit(digits[check.weights.size()]) == wanted;
}

// A day that may be; of a year of two digits (the century unknown) 29 February counts when some century has it.
constexpr bool is_date(int year, int month, int day) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  const bool leap = year < 100 ? year % 4 == 0 : (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

}  // namespace postern::policy::checks
