// VAT identification numbers: the prefixes and structures of the VIES, and each state's check digits as the European
// Commission's note "VIES VAT number validation algorithms" and the tax offices describe them.
#include <array>

#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy::checks {

namespace {

constexpr std::uint8_t kEightToTwo[] = {8, 7, 6, 5, 4, 3, 2};
constexpr std::uint8_t kNineToTwo[] = {9, 8, 7, 6, 5, 4, 3, 2};

// U and eight digits: Luhn's sum of the first seven, where the last of them is not doubled, and 4.
bool is_at(std::string_view rest) {
  return rest.size() == 9 && rest[0] == 'U' && has_digits(rest.substr(1), 8) &&
         (luhn_sum(rest.substr(1, 7)) + 4 + digit(rest[8])) % 10 == 0;
}

// Ten digits that begin with 0 or 1; numbers of before 2005 may be written without the 0.
bool is_be(std::string_view rest) {
  if ((rest.size() != 9 && rest.size() != 10) || !all_digits(rest)) return false;
  if (rest.size() == 10 && (rest[0] > '1' || rest.starts_with("00"))) return false;
  const size_t digits = rest.size() - 2;
  return 97 - number(rest.substr(0, digits)) % 97 == number(rest.substr(digits));
}

bool is_bg(std::string_view rest) {
  static constexpr std::uint8_t kLegal[] = {1, 2, 3, 4, 5, 6, 7, 8};
  static constexpr std::uint8_t kLegalAgain[] = {3, 4, 5, 6, 7, 8, 9, 10};
  static constexpr std::uint8_t kForeigner[] = {21, 19, 17, 13, 11, 9, 7, 3, 1};
  static constexpr std::uint8_t kOther[] = {4, 3, 2, 7, 6, 5, 4, 3, 2};
  if (has_digits(rest, 9)) {
    if (weighted_sum(rest, kLegal) % 11 != 10) return passes(rest, {kLegal, 11, Turn::remainder});
    return passes(rest, {kLegalAgain, 11, Turn::remainder, 0});
  }
  return has_digits(rest, 10) && (is_egn_bg(rest) || passes(rest, {kForeigner, 10, Turn::remainder}) ||
                                  passes(rest, {kOther, 11, Turn::complement}));
}

bool is_cy(std::string_view rest) {
  static constexpr std::uint8_t kOdd[] = {1, 0, 5, 7, 9, 13, 15, 17, 19, 21};
  if (rest.size() != 9 || !all_digits(rest.substr(0, 8)) || rest.starts_with("12")) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < 8; i++) sum += i % 2 == 0 ? kOdd[digit(rest[i])] : digit(rest[i]);
  return rest[8] == static_cast<char>('A' + sum % 26);
}

bool is_cz(std::string_view rest) {
  if (!all_digits(rest)) return false;
  if (rest.size() == 8) {
    // 11 less the remainder, 10 as 0 and 11 as 1.
    return rest[0] != '9' && digit(rest[7]) == (11 - weighted_sum(rest, kEightToTwo) % 11) % 10;
  }
  if (rest.size() == 9 && rest[0] == '6') {
    static constexpr std::string_view kDigits = "89012345678";
    return rest[8] == kDigits[weighted_sum(rest.substr(1), kEightToTwo) % 11];
  }
  return is_rodne_cislo_cz(rest);
}

bool is_de(std::string_view rest) {
  return has_digits(rest, 9) && rest[0] != '0' && passes_mod_11_10(rest);
}

bool is_dk(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {2, 7, 6, 5, 4, 3, 2, 1};
  return has_digits(rest, 8) && rest[0] != '0' && weighted_sum(rest, kWeights) % 11 == 0;
}

bool is_ee(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {3, 7, 1, 3, 7, 1, 3, 7};
  return has_digits(rest, 9) && passes(rest, {kWeights, 10, Turn::complement});
}

bool is_el(std::string_view rest) {
  if (!has_digits(rest, 9) || all_same(rest)) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < 8; i++) sum = (sum + digit(rest[i])) * 2;
  return sum % 11 % 10 == digit(rest[8]);
}

bool is_fi(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {7, 9, 10, 5, 8, 4, 2};
  return has_digits(rest, 8) && passes(rest, {kWeights, 11, Turn::complement});
}

// A key of two characters before the SIREN; Monaco's begin with 000 and are no SIREN.
bool is_fr(std::string_view rest) {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  if (rest.size() != 11 || !all_digits(rest.substr(2))) return false;
  const std::string_view siren = rest.substr(2);
  if (!siren.starts_with("000") && !passes_luhn(siren)) return false;
  if (all_digits(rest)) return number(rest.substr(0, 2)) == (number(siren) * 100 + 12) % 97;
  const size_t first = kAlphabet.find(rest[0]);
  const size_t second = kAlphabet.find(rest[1]);
  if (first == std::string_view::npos || second == std::string_view::npos) return false;
  const size_t key = is_digit(rest[0]) ? first * 24 + second - 10 : first * 34 + second - 100;
  return (number(siren) + 1 + key / 11) % 11 == key % 11;
}

bool is_hu(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {9, 7, 3, 1, 9, 7, 3};
  return has_digits(rest, 8) && passes(rest, {kWeights, 10, Turn::complement});
}

// Seven digits and one or two letters, or as before 2013 a digit, a letter, five digits and a letter.
bool is_ie(std::string_view rest) {
  if (rest.size() == 8 && is_digit(rest[0]) && is_upper(rest[1]) && all_digits(rest.substr(2, 5))) {
    const std::array<char, 8> turned = {'0', rest[2], rest[3], rest[4], rest[5], rest[6], rest[0], rest[7]};
    return is_pps_ie({turned.data(), turned.size()});
  }
  return is_pps_ie(rest);
}

bool is_lt(std::string_view rest) {
  const size_t size = rest.size();
  if ((size != 9 && size != 12) || !all_digits(rest) || rest[size - 2] != '1') return false;
  unsigned sum = 0;
  unsigned again = 0;
  for (unsigned i = 0; i + 1 < size; i++) {
    sum += digit(rest[i]) * (1 + i % 9);
    again += digit(rest[i]) * (1 + (i + 2) % 9);
  }
  const unsigned wanted = sum % 11 != 10 ? sum % 11 : again % 11 % 10;
  return digit(rest.back()) == wanted;
}

bool is_lu(std::string_view rest) {
  return has_digits(rest, 8) && number(rest.substr(0, 6)) % 89 == number(rest.substr(6));
}

// Firms begin with 4 to 9; people have their personal code, which begins with the day of birth, or since 2017 with 32.
bool is_lv(std::string_view rest) {
  static constexpr std::uint8_t kLegal[] = {9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1};
  static constexpr std::uint8_t kPerson[] = {10, 5, 8, 4, 2, 1, 6, 3, 7, 9};
  if (!has_digits(rest, 11)) return false;
  if (rest[0] > '3') return weighted_sum(rest, kLegal) % 11 == 3;
  if (rest.starts_with("32")) return true;
  return is_date(1800 + 100 * static_cast<int>(digit(rest[6])) + two_digits(rest, 4), two_digits(rest, 2),
                 two_digits(rest, 0)) &&
         (1 + weighted_sum(rest, kPerson)) % 11 % 10 == digit(rest[10]);
}

bool is_mt(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {3, 4, 6, 7, 8, 9, 10, 1};
  return has_digits(rest, 8) && rest[0] != '0' && weighted_sum(rest, kWeights) % 37 == 0;
}

// Firms: a number of the BSN's kind; since 2020 sole traders: MOD 97-10 over all of it, the prefix too.
bool is_nl(std::string_view rest) {
  if (rest.size() != 12 || rest[9] != 'B' || !all_digits(rest.substr(0, 9)) || !all_digits(rest.substr(10)))
    return false;
  if (rest.ends_with("00")) return false;
  return is_bsn_nl(rest.substr(0, 9)) || remainder_97(rest, remainder_97("NL")) == 1;
}

bool is_ro(std::string_view rest) {
  static constexpr std::uint8_t kWeights[] = {7, 5, 3, 2, 1, 7, 5, 3, 2};
  if (rest.size() < 2 || rest.size() > 10 || !all_digits(rest) || rest[0] == '0') return false;
  const size_t digits = rest.size() - 1;
  const unsigned sum = weighted_sum(rest, Weights(kWeights).last(digits));
  return sum * 10 % 11 % 10 == digit(rest[digits]);
}

bool is_se(std::string_view rest) {
  return has_digits(rest, 12) && passes_luhn(rest.substr(0, 10)) && number(rest.substr(10)) >= 1 &&
         number(rest.substr(10)) <= 94;
}

bool is_si(std::string_view rest) {
  if (!has_digits(rest, 8) || rest[0] == '0') return false;
  const unsigned remainder = weighted_sum(rest, kEightToTwo) % 11;
  return remainder != 0 && digit(rest[7]) == (11 - remainder) % 10;
}

bool is_sk(std::string_view rest) {
  static constexpr std::string_view kThird = "234789";
  return has_digits(rest, 10) && rest[0] != '0' && kThird.find(rest[2]) != std::string_view::npos &&
         number(rest) % 11 == 0;
}

// Northern Ireland, as the United Kingdom: nine digits, twelve with a branch, or a government department.
bool is_xi(std::string_view rest) {
  if (rest.size() == 5 && all_digits(rest.substr(2))) {
    const std::uint64_t department = number(rest.substr(2));
    return rest.starts_with("GD") ? department < 500 : rest.starts_with("HA") && department >= 500;
  }
  if ((rest.size() != 9 && rest.size() != 12) || !all_digits(rest)) return false;
  const auto sum = (weighted_sum(rest, kEightToTwo) + static_cast<unsigned>(number(rest.substr(7, 2)))) % 97;
  return !all_same(rest) && (sum == 0 || (sum == 42 && rest[0] != '0'));
}

struct State {
  std::string_view prefix;
  bool (*check)(std::string_view rest);
};

constexpr State kStates[] = {
    {"AT", is_at},     {"BE", is_be},     {"BG", is_bg},     {"CY", is_cy},
    {"CZ", is_cz},     {"DE", is_de},     {"DK", is_dk},     {"EE", is_ee},
    {"EL", is_el},     {"ES", is_nif_es}, {"FI", is_fi},     {"FR", is_fr},
    {"HR", is_oib_hr}, {"HU", is_hu},     {"IE", is_ie},     {"IT", is_partita_iva_it},
    {"LT", is_lt},     {"LU", is_lu},     {"LV", is_lv},     {"MT", is_mt},
    {"NL", is_nl},     {"PL", is_nip_pl}, {"PT", is_nif_pt}, {"RO", is_ro},
    {"SE", is_se},     {"SI", is_si},     {"SK", is_sk},     {"XI", is_xi},
};

}  // namespace

bool is_vat_eu(std::string_view plain) {
  if (plain.size() < 4) return false;
  for (const State& state : kStates) {
    if (plain.starts_with(state.prefix)) return state.check(plain.substr(2));
  }
  return false;
}

// Seven digits of the firm, three of the office, Luhn's check digit.
bool is_partita_iva_it(std::string_view plain) {
  if (!has_digits(plain, 11) || plain.starts_with("0000000")) return false;
  const std::uint64_t office = number(plain.substr(7, 3));
  const bool known = (office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999;
  return known && passes_luhn(plain);
}

// Decreto-Lei 14/2013: nine digits, 11 less the remainder, 10 and 11 as 0.
bool is_nif_pt(std::string_view plain) {
  // Of those with a 4 only 45 is issued, to people who live elsewhere.
  if (!has_digits(plain, 9) || plain[0] == '0' || (plain[0] == '4' && plain[1] != '5')) return false;
  return !all_same(plain) && passes(plain, {kNineToTwo, 11, Turn::complement, 0});
}

}  // namespace postern::policy::checks
