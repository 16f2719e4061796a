// Cards, accounts, banks and securities.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "policy/validators.h"
#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy {

namespace {

using namespace checks;

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

const IbanCountry* find_country(std::string_view code) {
  const auto* const country =
      std::lower_bound(std::begin(kIbanCountries), std::end(kIbanCountries), code,
                       [](const IbanCountry& c, std::string_view wanted) { return c.code < wanted; });
  return country != std::end(kIbanCountries) && country->code == code ? country : nullptr;
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

// A range of issuer identification numbers (ISO/IEC 7812-1), six digits, and the lengths of the cards in it.
struct IssuerRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint8_t shortest;
  std::uint8_t longest;
};

// As the networks publish them, by first number. Where ranges of networks overlap the lengths of both are taken.
constexpr IssuerRange kIssuers[] = {
    {100000, 199999, 15, 15},  // UATP
    {220000, 220499, 16, 19},  // Mir
    {222100, 272099, 16, 16},  // Mastercard
    {300000, 305999, 14, 19},  // Diners Club
    {309500, 309599, 14, 19},  // Diners Club
    {340000, 349999, 15, 15},  // American Express
    {352800, 358999, 16, 19},  // JCB
    {360000, 369999, 14, 19},  // Diners Club
    {370000, 379999, 15, 15},  // American Express
    {380000, 399999, 14, 19},  // Diners Club
    {400000, 499999, 13, 19},  // Visa: 13, 16 and 19
    {501800, 501899, 12, 19},  // Maestro
    {501900, 501999, 16, 16},  // Dankort
    {502000, 502099, 12, 19},  // Maestro
    {503800, 503899, 12, 19},  // Maestro
    {506000, 506999, 16, 19},  // Verve, Elo
    {507700, 507999, 16, 19},  // Verve, Elo
    {508000, 508999, 16, 16},  // RuPay
    {509000, 509999, 16, 16},  // Elo
    {510000, 559999, 16, 16},  // Mastercard
    {561400, 561499, 16, 16},  // UzCard
    {589300, 589399, 12, 19},  // Maestro
    {601100, 601199, 16, 19},  // Discover
    {604000, 609999, 16, 16},  // RuPay, Hipercard
    {620000, 629999, 16, 19},  // UnionPay
    {630400, 630499, 12, 19},  // Maestro
    {636000, 636999, 16, 19},  // InterPayment, Elo
    {637000, 639999, 16, 16},  // InstaPayment, Hipercard
    {644000, 659999, 16, 19},  // Discover, RuPay, Troy
    {675900, 675999, 12, 19},  // Maestro
    {676100, 676399, 12, 19},  // Maestro
    {676770, 676770, 12, 19},  // Maestro
    {676774, 676774, 12, 19},  // Maestro
    {810000, 829999, 16, 19},  // UnionPay, RuPay
    {860000, 860099, 16, 16},  // UzCard
    {979200, 979289, 16, 16},  // Troy
    {986000, 986099, 16, 16},  // Humo
};

// ISO 3166-1 alpha-2 as of 2024, and XK, which banks use for Kosovo.
constexpr std::string_view kCountries =
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD "
    "CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD "
    "GE "
    "GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH "
    "KI "
    "KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW "
    "MX "
    "MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC "
    "SD "
    "SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY "
    "UZ "
    "VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW";

// What ISO 6166 takes besides countries: international securities and the agencies' substitutes.
constexpr std::string_view kIsinPrefixes = "EU EZ QS QT QW XA XB XC XD XF XS XT";

constexpr bool lists(std::string_view codes, std::string_view code) {
  for (size_t at = 0; at + 2 <= codes.size(); at += 3) {
    if (codes.substr(at, 2) == code) return true;
  }
  return false;
}

// CUSIP and its like: every second character doubled, the digits of the products added.
unsigned double_add_double(std::string_view plain) {
  unsigned sum = 0;
  for (size_t i = 0; i < plain.size(); i++) sum += digit_sum(value36(plain[i]) * (i % 2 == 1 ? 2 : 1));
  return sum;
}

// The number whose first digit stands at `at`, which is moved behind it: digits in a row, or those of 4-4-4-4 and 4-6-5
// with the same space or hyphen between them.
std::string grouped_digits(std::string_view text, size_t& at) {
  const auto run = [&](size_t from) {
    size_t end = from;
    while (end < text.size() && is_digit(text[end])) end++;
    return end - from;
  };
  std::string digits(text.substr(at, run(at)));
  at += digits.size();
  if (digits.size() != 4 || at == text.size() || (text[at] != ' ' && text[at] != '-')) return digits;
  const char separator = text[at];
  std::string joined = digits;
  size_t end = at;
  while (joined.size() < 15 && end < text.size() && text[end] == separator) {
    const size_t size = run(end + 1);
    if (size < 4 || size > 6) break;
    joined += text.substr(end + 1, size);
    end += 1 + size;
  }
  if (joined.size() != 15 && joined.size() != 16) return digits;
  at = end;
  return joined;
}

// All groups of four digits together, but for years in dates: "4929 then 1234 then 5678 then 9015", "2) 1234".
std::string groups_of_four(std::string_view text) {
  constexpr size_t kGroup = 4;
  const auto is_dated = [&](size_t mark, size_t beyond) {
    return mark < text.size() && (text[mark] == '/' || text[mark] == '.') && beyond < text.size() &&
           is_digit(text[beyond]);
  };
  std::string digits;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && is_digit(text[end])) end++;
    if (end - at == kGroup && !is_dated(end, end + 1) && !(at >= 2 && is_dated(at - 1, at - 2))) {
      digits += text.substr(at, kGroup);
    }
    at = std::max(end, at + 1);
  }
  return digits;
}

}  // namespace

namespace checks {

// ISO/IEC 7812-1 annex B: 8 to 19 digits, not all the same.
bool is_luhn(std::string_view plain) {
  return plain.size() >= 8 && plain.size() <= 19 && all_digits(plain) && !all_same(plain) && passes_luhn(plain);
}

// ISO/IEC 7812-1: the issuer's range, its lengths, and the check digit.
bool is_card(std::string_view plain) {
  if (plain.size() < 12 || plain.size() > 19 || !all_digits(plain) || !passes_luhn(plain)) return false;
  const auto prefix = static_cast<std::uint32_t>(number(plain.substr(0, 6)));
  const auto* const after =
      std::upper_bound(std::begin(kIssuers), std::end(kIssuers), prefix,
                       [](std::uint32_t wanted, const IssuerRange& r) { return wanted < r.first; });
  if (after == std::begin(kIssuers)) return false;
  const IssuerRange& range = *(after - 1);
  if (prefix > range.last || plain.size() < range.shortest || plain.size() > range.longest) return false;
  const bool visa = plain[0] == '4';
  return !visa || plain.size() == 13 || plain.size() == 16 || plain.size() == 19;
}

// Three different cards or more, and no other number as long as a card: of numbers of any other kind nine in ten fail.
// Or none as long as that, and one card in groups of four.
bool is_card_list(std::string_view text) {
  constexpr size_t kCards = 3;
  constexpr size_t kShortest = 13;
  std::vector<std::string> cards;
  bool any_long = false;
  for (size_t at = 0; at < text.size();) {
    if (!is_digit(text[at])) {
      at++;
      continue;
    }
    std::string digits = grouped_digits(text, at);
    if (digits.size() < kShortest) continue;
    any_long = true;
    if (!is_card(digits)) return false;
    if (cards.size() < kCards && std::find(cards.begin(), cards.end(), digits) == cards.end()) {
      cards.push_back(std::move(digits));
    }
  }
  return cards.size() == kCards || (!any_long && is_card(groups_of_four(text)));
}

// ISO 13616-1: country code, length of the country in the IBAN registry, MOD 97-10 (ISO/IEC 7064).
bool is_iban(std::string_view plain) {
  if (plain.size() < 15 || !is_digit(plain[2]) || !is_digit(plain[3])) return false;
  const IbanCountry* const country = find_country(plain.substr(0, 2));
  if (country == nullptr || country->length != plain.size()) return false;
  // ISO 13616-1 6.1: check digits run from 02 to 98.
  const int check = two_digits(plain, 2);
  return check >= 2 && check <= 98 && remainder_97(plain.substr(0, 4), remainder_97(plain.substr(4))) == 1;
}

// ISO 9362: four letters, a country, two characters of the place, and three of the branch or none.
bool is_bic(std::string_view plain) {
  return (plain.size() == 8 || plain.size() == 11) && all_upper(plain.substr(0, 6)) &&
         lists(kCountries, plain.substr(4, 2));
}

// ISO 6166: prefix, nine characters, and Luhn's check digit over all of it with letters written as two digits.
bool is_isin(std::string_view plain) {
  if (plain.size() != 12 || !is_digit(plain.back()) || !all_upper(plain.substr(0, 2))) return false;
  if (!lists(kCountries, plain.substr(0, 2)) && !lists(kIsinPrefixes, plain.substr(0, 2))) return false;
  std::array<char, 24> digits{};
  size_t size = 0;
  for (const char c : plain) {
    const unsigned value = value36(c);
    if (value > 9) digits[size++] = static_cast<char>('0' + value / 10);
    digits[size++] = static_cast<char>('0' + value % 10);
  }
  return passes_luhn({digits.data(), size});
}

// ANSI X9.6: eight characters and a check digit. Private placements with * @ # are not told.
bool is_cusip(std::string_view plain) {
  return plain.size() == 9 && is_digit(plain[8]) && !all_same(plain.substr(0, 8)) &&
         (double_add_double(plain.substr(0, 8)) + digit(plain[8])) % 10 == 0;
}

// London Stock Exchange, SEDOL Masterfile: six characters without vowels, and a check digit.
bool is_sedol(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {1, 3, 1, 7, 3, 9};
  if (plain.size() != 7 || plain.find_first_of("AEIOU") != std::string_view::npos || !is_digit(plain[6])) return false;
  // Numbers of before 2004 are digits only; those since begin with a letter.
  if (!all_digits(plain) && !is_upper(plain[0])) return false;
  return !all_same(plain) && passes(plain, {kWeights, 10, Turn::complement});
}

// ISO 17442-1: 18 characters and two check digits, MOD 97-10.
bool is_lei(std::string_view plain) {
  return plain.size() == 20 && is_digit(plain[18]) && is_digit(plain[19]) && !all_same(plain.substr(0, 18)) &&
         remainder_97(plain) == 1;
}

// American Bankers Association: routing numbers of the Federal Reserve's ranges, weights 3, 7, 1.
bool is_aba(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {3, 7, 1, 3, 7, 1, 3, 7};
  if (!has_digits(plain, 9) || all_same(plain)) return false;
  const int district = two_digits(plain, 0);
  const bool issued =
      district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district == 80;
  return issued && passes(plain, {kWeights, 10, Turn::complement});
}

}  // namespace checks

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

}  // namespace postern::policy
