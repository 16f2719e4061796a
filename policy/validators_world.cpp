// Numbers of people and firms outside Europe.
#include <array>

#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy::checks {

namespace {

// Verhoeff 1969: multiplication in the dihedral group of order 10, and the permutation of each place.
constexpr std::uint8_t kDihedral[10][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
                                            {2, 3, 4, 0, 1, 7, 8, 9, 5, 6}, {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
                                            {4, 0, 1, 2, 3, 9, 5, 6, 7, 8}, {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
                                            {6, 5, 9, 8, 7, 1, 0, 4, 3, 2}, {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
                                            {8, 7, 6, 5, 9, 3, 2, 1, 0, 4}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
constexpr std::uint8_t kPermutation[8][10] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
                                              {5, 8, 0, 3, 7, 9, 6, 1, 4, 2}, {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
                                              {9, 4, 5, 3, 1, 2, 6, 8, 7, 0}, {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
                                              {2, 7, 9, 3, 8, 0, 6, 4, 1, 5}, {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}};

bool passes_verhoeff(std::string_view digits) {
  unsigned check = 0;
  for (size_t i = 0; i < digits.size(); i++) {
    check = kDihedral[check][kPermutation[i % 8][digit(digits[digits.size() - 1 - i])]];
  }
  return check == 0;
}

}  // namespace

// Social Security Administration: areas 000, 666 and 900 to 999, group 00 and serial 0000 are never issued; two numbers
// were printed in advertisements.
bool is_ssn_us(std::string_view plain) {
  if (!has_digits(plain, 9) || plain[0] == '9') return false;
  if (plain.starts_with("000") || plain.starts_with("666")) return false;
  return plain.substr(3, 2) != "00" && plain.substr(5) != "0000" && plain != "078051120" && plain != "219099999";
}

// Internal Revenue Service, Publication 1915: 9xx with groups 50 to 65, 70 to 88, 90 to 92 and 94 to 99.
bool is_itin_us(std::string_view plain) {
  if (!has_digits(plain, 9) || plain[0] != '9') return false;
  const int group = two_digits(plain, 3);
  return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93);
}

// Service Canada: Luhn; 0 is not issued and 8 is for businesses.
bool is_sin_ca(std::string_view plain) {
  return has_digits(plain, 9) && plain[0] != '0' && plain[0] != '8' && !all_same(plain) && passes_luhn(plain);
}

// UIDAI, "A UID numbering scheme" (2010): Verhoeff; numbers do not begin with 0 or 1.
bool is_aadhaar_in(std::string_view plain) {
  return has_digits(plain, 12) && plain[0] >= '2' && !all_same(plain) && passes_verhoeff(plain);
}

// Income Tax Department: five letters, the fourth the kind of holder, four digits, a letter whose making is not
// published.
bool is_pan_in(std::string_view plain) {
  return plain.size() == 10 && all_upper(plain.substr(0, 5)) && all_digits(plain.substr(5, 4)) && is_upper(plain[9]) &&
         std::string_view("ABCFGHJKLPT").find(plain[3]) != std::string_view::npos && plain.substr(5, 4) != "0000";
}

// Receita Federal: two check digits, each mod 11.
bool is_cpf_br(std::string_view plain) {
  static constexpr std::uint8_t kFirst[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};
  static constexpr std::uint8_t kSecond[] = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
  return has_digits(plain, 11) && !all_same(plain) && passes(plain, {kFirst, 11, Turn::complement, 0}) &&
         passes(plain, {kSecond, 11, Turn::complement, 0});
}

// Receita Federal, Instrução Normativa 2.229/2024: twelve characters, from July 2026 on letters too (A counts 17, as in
// ASCII less 48), and two digits.
bool is_cnpj_br(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};
  if (plain.size() != 14 || !all_digits(plain.substr(12)) || all_same(plain)) return false;
  const auto check = [&](size_t count) {
    unsigned sum = 0;
    for (size_t i = 0; i < count; i++) sum += static_cast<unsigned>(plain[i] - '0') * kWeights[13 - count + i];
    const unsigned wanted = (11 - sum % 11) % 11;
    return digit(plain[count]) == (wanted == 10 ? 0 : wanted);
  };
  return check(12) && check(13);
}

// RENAPO: four letters of the name, YYMMDD, sex, state, consonants, a character against doubles, check digit. The
// alphabet has an Ñ between N and O.
bool is_curp_mx(std::string_view plain) {
  if (plain.size() != 18 || !all_upper(plain.substr(0, 4)) || !all_digits(plain.substr(4, 6)) || !is_digit(plain[17])) {
    return false;
  }
  if (plain[10] != 'H' && plain[10] != 'M' && plain[10] != 'X') return false;
  if (!all_upper(plain.substr(11, 5)) || !is_date(two_digits(plain, 4), two_digits(plain, 6), two_digits(plain, 8))) {
    return false;
  }
  unsigned sum = 0;
  for (unsigned i = 0; i < 17; i++) sum += (value36(plain[i]) + (plain[i] >= 'O' ? 1 : 0)) * (18 - i);
  return digit(plain[17]) == (10 - sum % 10) % 10;
}

// Servicio de Impuestos Internos: mod 11 with the weights 2 to 7 from the right; K for 10.
bool is_rut_cl(std::string_view plain) {
  if ((plain.size() != 8 && plain.size() != 9) || !all_digits(plain.substr(0, plain.size() - 1)) ||
      plain.starts_with("00")) {
    return false;
  }
  unsigned sum = 0;
  for (size_t i = plain.size() - 1, weight = 2; i-- > 0; weight = weight == 7 ? 2 : weight + 1) {
    sum += digit(plain[i]) * static_cast<unsigned>(weight);
  }
  return plain.back() == "0123456789K"[(11 - sum % 11) % 11];
}

// ARCA: the kind of holder in two digits, eight digits, check digit.
bool is_cuit_ar(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  static constexpr std::array<int, 11> kKinds = {20, 23, 24, 25, 26, 27, 30, 33, 34, 50, 55};
  return has_digits(plain, 11) && std::find(kKinds.begin(), kKinds.end(), two_digits(plain, 0)) != kKinds.end() &&
         passes(plain, {kWeights, 11, Turn::complement, 9});
}

// Australian Taxation Office: nine digits, weighted sum a multiple of 11.
bool is_tfn_au(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {1, 4, 3, 7, 5, 8, 6, 9, 10};
  return has_digits(plain, 9) && !all_same(plain) && weighted_sum(plain, kWeights) % 11 == 0;
}

// GB 11643-1999: region, day of birth, serial, ISO/IEC 7064 MOD 11-2.
bool is_id_cn(std::string_view plain) {
  if (plain.size() != 18 || !all_digits(plain.substr(0, 17)) || plain[0] == '0') return false;
  if (!is_digit(plain[17]) && plain[17] != 'X') return false;
  const int year = two_digits(plain, 6) * 100 + two_digits(plain, 8);
  if (year < 1850 || year > 2199 || !is_date(year, two_digits(plain, 10), two_digits(plain, 12))) return false;
  unsigned product = 0;
  for (const char c : plain.substr(0, 17)) product = (product + digit(c)) * 2 % 11;
  return (product + (plain[17] == 'X' ? 10 : digit(plain[17]))) % 11 == 1;
}

// Ministry of Internal Affairs, order 85 of 2014: eleven digits and a check digit.
bool is_my_number_jp(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  return has_digits(plain, 12) && !all_same(plain) && passes(plain, {kWeights, 11, Turn::complement, 0});
}

// Identification Act 68 of 1997: YYMMDD, serial, citizenship (0 to 2), Luhn's check digit.
bool is_id_za(std::string_view plain) {
  return has_digits(plain, 13) && plain[10] <= '2' &&
         is_date(two_digits(plain, 0), two_digits(plain, 2), two_digits(plain, 4)) && passes_luhn(plain);
}

// Nüfus ve Vatandaşlık İşleri: the tenth digit of the odd and even places, the eleventh of the sum of all.
bool is_tckn_tr(std::string_view plain) {
  if (!has_digits(plain, 11) || plain[0] == '0') return false;
  unsigned odd = 0;
  unsigned even = 0;
  for (size_t i = 0; i < 9; i++) (i % 2 == 0 ? odd : even) += digit(plain[i]);
  // 9 is -1 mod 10.
  if ((odd * 7 + even * 9) % 10 != digit(plain[9])) return false;
  return (odd + even + digit(plain[9])) % 10 == digit(plain[10]);
}

// Population registry: nine digits, Luhn.
bool is_id_il(std::string_view plain) {
  return has_digits(plain, 9) && !all_same(plain) && passes_luhn(plain);
}

}  // namespace postern::policy::checks
