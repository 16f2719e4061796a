#include "policy/own_values.h"

#include <algorithm>
#include <array>

#include "policy/validators.h"

namespace postern::policy {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// Digits of the country's code that the number begins with: zones 1 and 7 have one, these two, all others three.
size_t country_digits(std::string_view number) {
  if (number[0] == '1' || number[0] == '7') return 1;
  constexpr std::array kTwo = {20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54,
                               55, 56, 57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98};
  const int two = (number[0] - '0') * 10 + (number[1] - '0');
  return std::find(kTwo.begin(), kTwo.end(), two) != kTwo.end() ? 2 : 3;
}

// What is dialled before a number inside its country.
std::string_view trunk_prefix(std::string_view country) {
  if (country == "1") return "1";
  if (country == "7") return "8";
  if (country == "36") return "06";
  return "0";
}

void add_telephone(std::string_view digits, std::vector<std::string>& forms) {
  const std::string country(digits.substr(0, country_digits(digits)));
  const std::string number(digits.substr(country.size()));
  const std::string trunk(trunk_prefix(country));
  for (const char* const plus : {"+", "00", ""}) {
    forms.push_back(plus + country + number);
    forms.push_back(plus + country + '(' + trunk + ')' + number);
  }
  forms.push_back(number);
  forms.push_back(trunk + number);
  constexpr size_t kLongestArea = 5;
  for (size_t area = 1; area <= kLongestArea && area < number.size(); area++) {
    const std::string inside = number.substr(0, area) + ')' + number.substr(area);
    forms.push_back('(' + inside);
    forms.push_back('(' + trunk + inside);
    for (const char* const plus : {"+", "00", ""}) forms.push_back(plus + country + '(' + inside);
  }
}

bool is_vat_number(std::string_view value) {
  constexpr size_t kShortest = 9;  // country and seven
  constexpr size_t kLongest = 16;
  if (value.size() < kShortest || value.size() > kLongest || !is_letter(value[0]) || !is_letter(value[1])) return false;
  if (!std::all_of(value.begin(), value.end(), [](char c) { return is_letter(c) || is_digit(c); })) return false;
  constexpr std::ptrdiff_t kFewestDigits = 7;
  return std::count_if(value.begin(), value.end(), is_digit) >= kFewestDigits && !passes(Validator::iban, value);
}

}  // namespace

std::vector<std::string> forms_of_own_value(std::string_view value) {
  constexpr std::string_view kSeparators = " -_./()";
  std::string plain, written(value);
  if (const size_t trunk = written.find("(0)"); trunk != std::string::npos) written.erase(trunk, 3);
  for (const char c : written) {
    if (kSeparators.find(c) == std::string_view::npos) plain += c;
  }
  std::vector<std::string> forms = {std::string(value)};
  constexpr size_t kFewestDigits = 7, kMostDigits = 15;  // E.164 6.1
  const std::string_view digits = plain.starts_with('+') ? std::string_view(plain).substr(1) : std::string_view();
  const bool telephone = digits.size() >= kFewestDigits && digits.size() <= kMostDigits &&
                         std::all_of(digits.begin(), digits.end(), is_digit);
  if (telephone) add_telephone(digits, forms);
  if (is_vat_number(plain)) forms.push_back(plain.substr(2));
  return forms;
}

}  // namespace postern::policy
