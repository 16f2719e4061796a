// Numbers of people and firms in the other states of Europe.
#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy::checks {

namespace {

// Estonia and Lithuania: weights that begin anew where the first remainder is 10.
bool passes_baltic(std::string_view plain) {
  static constexpr std::uint8_t kFirst[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1};
  static constexpr std::uint8_t kSecond[] = {3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
  if (weighted_sum(plain, kFirst) % 11 != 10) return passes(plain, {kFirst, 11, Turn::remainder});
  return passes(plain, {kSecond, 11, Turn::remainder, 0});
}

// Sex and century in the first digit, then the day of birth as YYMMDD: 1 and 2 for the 1800s, 3 and 4 for the 1900s ...
bool has_baltic_birth(std::string_view plain) {
  if (!has_digits(plain, 11) || plain[0] < '1' || plain[0] > '8') return false;
  const int century = 1800 + 100 * static_cast<int>((digit(plain[0]) - 1) / 2);
  return is_date(century + two_digits(plain, 1), two_digits(plain, 3), two_digits(plain, 5));
}

// The days YYMMDD with a month that some states raise to tell centuries or the sex.
bool is_yymmdd(std::string_view plain, std::span<const std::uint8_t> raised) {
  const int month = two_digits(plain, 2);
  return std::any_of(raised.begin(), raised.end(), [&](std::uint8_t by) {
    return month > by && month <= by + 12 && is_date(two_digits(plain, 0), month - by, two_digits(plain, 4));
  });
}

constexpr std::string_view kPpsLetters = "WABCDEFGHIJKLMNOPQRSTUV";

}  // namespace

// Wet algemene bepalingen burgerservicenummer: the test of eleven.
bool is_bsn_nl(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {9, 8, 7, 6, 5, 4, 3, 2};
  return has_digits(plain, 9) && !all_same(plain) && passes(plain, {kWeights, 11, Turn::remainder});
}

// Ustawa o ewidencji ludności: YYMMDD with the century in the month, serial, check digit.
bool is_pesel_pl(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3};
  static constexpr std::uint8_t kRaised[] = {0, 20, 40, 60, 80};
  return has_digits(plain, 11) && is_yymmdd(plain, kRaised) && passes(plain, {kWeights, 10, Turn::complement});
}

// Ustawa o zasadach ewidencji i identyfikacji podatników.
bool is_nip_pl(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {6, 5, 7, 2, 3, 4, 5, 6, 7};
  return has_digits(plain, 10) && !all_same(plain) && passes(plain, {kWeights, 11, Turn::remainder});
}

// Główny Urząd Statystyczny: nine digits, or fourteen whose first nine are one.
bool is_regon_pl(std::string_view plain) {
  static constexpr std::uint8_t kNine[] = {8, 9, 2, 3, 4, 5, 6, 7};
  static constexpr std::uint8_t kFourteen[] = {2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8};
  if ((plain.size() != 9 && plain.size() != 14) || !all_digits(plain) || all_same(plain)) return false;
  if (!passes(plain, {kNine, 11, Turn::remainder, 0})) return false;
  return plain.size() == 9 || passes(plain, {kFourteen, 11, Turn::remainder, 0});
}

// Folkbokföringslagen section 18: [YY]YYMMDD, three digits, Luhn's check digit; coordination numbers have the day
// plus 60.
bool is_personnummer_se(std::string_view plain) {
  if ((plain.size() != 10 && plain.size() != 12) || !all_digits(plain)) return false;
  if (plain.size() == 12) {
    if (two_digits(plain, 0) < 18 || two_digits(plain, 0) > 20) return false;
    plain.remove_prefix(2);
  }
  const int day = two_digits(plain, 4);
  return is_date(two_digits(plain, 0), two_digits(plain, 2), day > 60 ? day - 60 : day) && passes_luhn(plain);
}

// Koninklijk besluit of 3 April 1984: YYMMDD, serial, 97 less the remainder, for those born since 2000 with a 2 before.
// Months may be raised by 20 or 40 (BIS numbers); parts of the day that nobody knows are zero.
bool is_rijksregister_be(std::string_view plain) {
  if (!has_digits(plain, 11)) return false;
  const int month = two_digits(plain, 2) % 20;
  const int day = two_digits(plain, 4);
  if (two_digits(plain, 2) > 52 || month > 12 || day > 31 || plain.substr(6, 3) == "000") return false;
  if (month > 0 && day > 0 && !is_date(two_digits(plain, 0), month, day)) return false;
  const std::uint64_t value = number(plain.substr(0, 9));
  const std::uint64_t check = number(plain.substr(9));
  return check == 97 - value % 97 || check == 97 - (2'000'000'000 + value) % 97;
}

// Digi- ja väestötietovirasto: DDMMYY, the century, serial, check character. The century's + and - are dropped with
// other punctuation, its letters are there.
bool is_hetu_fi(std::string_view plain) {
  static constexpr std::string_view kCheck = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  static constexpr std::string_view kCenturies = "ABCDEFUVWXY";
  if (plain.size() == 11) {
    if (kCenturies.find(plain[6]) == std::string_view::npos) return false;
  } else if (plain.size() != 10) {
    return false;
  }
  const std::string_view serial = plain.substr(plain.size() - 4, 3);
  if (!all_digits(plain.substr(0, 6)) || !all_digits(serial) || number(serial) < 2) return false;
  if (!is_date(two_digits(plain, 4), two_digits(plain, 2), two_digits(plain, 0))) return false;
  return plain.back() == kCheck[(number(plain.substr(0, 6)) * 1000 + number(serial)) % 31];
}

// Skatteetaten: DDMMYY, individual number, two check digits; D numbers have the day plus 40, test numbers the month.
bool is_fodselsnummer_no(std::string_view plain) {
  static constexpr std::uint8_t kFirst[] = {3, 7, 6, 1, 8, 9, 4, 5, 2};
  static constexpr std::uint8_t kSecond[] = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
  if (!has_digits(plain, 11)) return false;
  const int day = two_digits(plain, 0);
  const int month = two_digits(plain, 2);
  return is_date(two_digits(plain, 4), month > 40 ? month - 40 : month, day > 40 ? day - 40 : day) &&
         passes(plain, {kFirst, 11, Turn::complement}) && passes(plain, {kSecond, 11, Turn::complement});
}

// Department of Social Protection: seven digits, a check letter mod 23, since 2013 a second letter that counts nine
// times; the older W, T and X at the end count nothing.
bool is_pps_ie(std::string_view plain) {
  if ((plain.size() != 8 && plain.size() != 9) || !all_digits(plain.substr(0, 7))) return false;
  unsigned sum = 0;
  for (unsigned i = 0; i < 7; i++) sum += digit(plain[i]) * (8 - i);
  if (plain.size() == 9) {
    static constexpr std::string_view kSecond = "ABCDEFGHIWTX";
    if (kSecond.find(plain[8]) == std::string_view::npos) return false;
    if (plain[8] <= 'I') sum += 9 * static_cast<unsigned>(plain[8] - 'A' + 1);
  }
  return plain[7] == kPpsLetters[sum % 23];
}

// Zákon 133/2000 Sb.: YYMMDD with the month raised by 50 for women (and by 20 where serial numbers ran out), four
// digits, the whole a multiple of 11; until 1953 three digits and no check. Until 1985 a remainder of 10 was written as
// 0.
bool is_rodne_cislo_cz(std::string_view plain) {
  static constexpr std::uint8_t kRaised[] = {0, 20, 50, 70};
  if ((plain.size() != 9 && plain.size() != 10) || !all_digits(plain) || !is_yymmdd(plain, kRaised)) return false;
  if (plain.size() == 9) return two_digits(plain, 0) <= 53 && plain.substr(6) != "000";
  if (number(plain) % 11 == 0) return true;
  const int year = two_digits(plain, 0);
  return year >= 54 && year <= 85 && plain[9] == '0' && number(plain.substr(0, 9)) % 11 == 10;
}

// Legea 105/1996: sex and century, YYMMDD, county, serial, check digit.
bool is_cnp_ro(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9};
  if (!has_digits(plain, 13) || plain[0] == '0') return false;
  return plain.substr(7, 2) != "00" && is_date(two_digits(plain, 1), two_digits(plain, 3), two_digits(plain, 5)) &&
         passes(plain, {kWeights, 11, Turn::remainder, 1});
}

// Zakon o osobnom identifikacijskom broju: ISO/IEC 7064 MOD 11,10.
bool is_oib_hr(std::string_view plain) {
  return has_digits(plain, 11) && !all_same(plain) && passes_mod_11_10(plain);
}

// GRAO: YYMMDD with the month raised by 20 (1800s) or 40 (2000s), serial, check digit.
bool is_egn_bg(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {2, 4, 8, 5, 10, 9, 7, 3, 6};
  static constexpr std::uint8_t kRaised[] = {0, 20, 40};
  return has_digits(plain, 10) && is_yymmdd(plain, kRaised) && passes(plain, {kWeights, 11, Turn::remainder, 0});
}

// EVS 585:2007.
bool is_isikukood_ee(std::string_view plain) {
  return has_baltic_birth(plain) && passes_baltic(plain);
}

// Gyventojų registras: as Estonia's, and codes that begin with 9 and have no day of birth.
bool is_asmens_kodas_lt(std::string_view plain) {
  const bool exceptional = has_digits(plain, 11) && plain[0] == '9';
  return (exceptional || has_baltic_birth(plain)) && passes_baltic(plain);
}

}  // namespace postern::policy::checks
