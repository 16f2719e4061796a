// Numbers of people and firms in the larger states of western Europe, by the law or agency that publishes their check.
#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy::checks {

namespace {

constexpr std::uint8_t kTenToTwo[] = {10, 9, 8, 7, 6, 5, 4, 3, 2};

constexpr std::string_view kDniLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
constexpr std::string_view kCifLetters = "JABCDEFGHI";

// What stands at odd places of a codice fiscale counts as this; letters as their number from A, digits likewise.
constexpr std::uint8_t kFiscaleOdd[] = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                        20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
// Letters in the place of digits 0 to 9, where two people would have the same code.
constexpr std::string_view kOmocodia = "LMNPQRSTUV";
constexpr std::string_view kFiscaleMonths = "ABCDEHLMPRST";

// A digit of a codice fiscale, 10 when it is none.
unsigned fiscale_digit(char c) {
  if (is_digit(c)) return digit(c);
  const size_t at = kOmocodia.find(c);
  return at == std::string_view::npos ? 10 : static_cast<unsigned>(at);
}

unsigned letter_number(char c) {
  return is_digit(c) ? digit(c) : static_cast<unsigned>(c - 'A');
}

}  // namespace

// HM Revenue & Customs, NIM39110.
bool is_nino_uk(std::string_view plain) {
  static constexpr std::string_view kNotIssuedPrefixes = "BG GB KN NK NT TN ZZ";
  if (plain.size() != 9 || !all_upper(plain.substr(0, 2)) || !all_digits(plain.substr(2, 6))) return false;
  if (plain[8] < 'A' || plain[8] > 'D') return false;
  return plain.substr(0, 2).find_first_of("DFIQUV") == std::string_view::npos && plain[1] != 'O' &&
         kNotIssuedPrefixes.find(plain.substr(0, 2)) == std::string_view::npos;
}

// NHS Data Dictionary: NHS number, modulus 11.
bool is_nhs_uk(std::string_view plain) {
  return has_digits(plain, 10) && !all_same(plain) && passes(plain, {kTenToTwo, 11, Turn::complement});
}

// Section 139b of the Abgabenordnung: of the first ten digits one stands twice or three times, the others once at most;
// three are never side by side. ISO/IEC 7064 MOD 11,10.
bool is_steuer_id_de(std::string_view plain) {
  if (!has_digits(plain, 11) || plain[0] == '0') return false;
  unsigned seen[10] = {};
  for (const char c : plain.substr(0, 10)) seen[digit(c)]++;
  unsigned repeated = 0;
  for (unsigned i = 0; i < 10; i++) {
    if (seen[i] > 3) return false;
    if (seen[i] < 2) continue;
    repeated++;
    const char three[] = {static_cast<char>('0' + i), static_cast<char>('0' + i), static_cast<char>('0' + i), '\0'};
    if (plain.substr(0, 10).find(three) != std::string_view::npos) return false;
  }
  return repeated == 1 && passes_mod_11_10(plain);
}

// VKVV sections 2 and 4: area, day of birth, first letter of the name, serial, check digit. The sums of the digits of
// the products count.
bool is_rvnr_de(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
  if (plain.size() != 12 || !all_digits(plain.substr(0, 8)) || !is_upper(plain[8]) || !all_digits(plain.substr(9))) {
    return false;
  }
  // Days above 31 where birthdays ran out of serial numbers: 32 more each time.
  const int day = two_digits(plain, 2);
  const int month = two_digits(plain, 4);
  if (two_digits(plain, 0) < 2 || !is_date(two_digits(plain, 6), month > 12 ? month - 12 : month, (day - 1) % 32 + 1)) {
    return false;
  }
  const auto letter = static_cast<unsigned>(plain[8] - 'A') + 1;
  unsigned sum = 0;
  size_t at = 0;
  for (size_t i = 0; i < 11; i++) {
    if (i == 8) {
      sum += digit_sum(letter / 10 * kWeights[at]) + digit_sum(letter % 10 * kWeights[at + 1]);
      at += 2;
    } else {
      sum += digit_sum(digit(plain[i]) * kWeights[at++]);
    }
  }
  return sum % 10 == digit(plain[11]);
}

// BSI TR-03104 / ICAO 9303-3: nine characters and a check digit, weights 7, 3, 1. Letters that read as a word or a
// digit are not used.
bool is_ausweis_de(std::string_view plain) {
  static constexpr std::string_view kCharacters = "0123456789CFGHJKLMNPRTVWXYZ";
  static constexpr std::uint8_t kWeights[] = {7, 3, 1, 7, 3, 1, 7, 3, 1};
  if (plain.size() != 10 || !is_upper(plain[0]) || !is_digit(plain[9])) return false;
  if (plain.find_first_not_of(kCharacters) != std::string_view::npos) return false;
  return passes(plain, {kWeights, 10, Turn::remainder});
}

// INSEE: sex, year, month, department, commune, order, and the key 97 - N mod 97. Corsica's 2A and 2B count as 19
// and 18.
bool is_nir_fr(std::string_view plain) {
  if (plain.size() != 15 || !all_digits(plain.substr(0, 6)) || !all_digits(plain.substr(7))) return false;
  if (plain[0] == '0' || plain[0] == '5' || plain[0] == '6' || plain[0] == '9') return false;
  const int month = two_digits(plain, 3);
  const bool known_month = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
  const bool corsica = plain[5] == '2' && (plain[6] == 'A' || plain[6] == 'B');
  if (!known_month || (!corsica && !is_digit(plain[6])) || plain.substr(5, 2) == "00") return false;
  if (plain.substr(10, 3) == "000") return false;
  std::uint64_t value = number(plain.substr(0, 5));
  value = value * 100 + (corsica ? (plain[6] == 'A' ? 19 : 18) : number(plain.substr(5, 2)));
  value = value * 1'000'000 + number(plain.substr(7, 6));
  return 97 - value % 97 == number(plain.substr(13));
}

// Real Decreto 1553/2005: eight digits and a letter, the number mod 23.
bool is_dni_es(std::string_view plain) {
  return plain.size() == 9 && all_digits(plain.substr(0, 8)) && !all_same(plain.substr(0, 8)) &&
         plain[8] == kDniLetters[number(plain.substr(0, 8)) % 23];
}

// Orden INT/2058/2008: X, Y or Z for 0, 1, 2, seven digits and the letter of a DNI.
bool is_nie_es(std::string_view plain) {
  if (plain.size() != 9 || plain[0] < 'X' || plain[0] > 'Z' || !all_digits(plain.substr(1, 7))) return false;
  const std::uint64_t value = static_cast<std::uint64_t>(plain[0] - 'X') * 10'000'000 + number(plain.substr(1, 7));
  return plain[8] == kDniLetters[value % 23];
}

// Orden EHA/451/2008: a letter of the kind, seven digits, and a digit or letter as the kind has it.
bool is_cif_es(std::string_view plain) {
  static constexpr std::string_view kKinds = "ABCDEFGHJNPQRSUVW";
  if (plain.size() != 9 || kKinds.find(plain[0]) == std::string_view::npos || !all_digits(plain.substr(1, 7))) {
    return false;
  }
  unsigned sum = 0;
  for (size_t i = 1; i <= 7; i++) sum += i % 2 == 1 ? digit_sum(2 * digit(plain[i])) : digit(plain[i]);
  const unsigned control = (10 - sum % 10) % 10;
  const bool takes_digit = std::string_view("PQSW").find(plain[0]) == std::string_view::npos;
  const bool takes_letter = std::string_view("ABEH").find(plain[0]) == std::string_view::npos;
  return (takes_digit && plain[8] == static_cast<char>('0' + control)) ||
         (takes_letter && plain[8] == kCifLetters[control]);
}

// Real Decreto 1065/2007 article 19: any of the three, and K, L, M with seven digits and the letter of a DNI.
bool is_nif_es(std::string_view plain) {
  if (plain.size() == 9 && plain[0] >= 'K' && plain[0] <= 'M' && all_digits(plain.substr(1, 7))) {
    return plain[8] == kDniLetters[number(plain.substr(1, 7)) % 23];
  }
  return is_dni_es(plain) || is_nie_es(plain) || is_cif_es(plain);
}

// Decreto ministeriale of 23 December 1976: six letters of the name, year, month, day, place of birth, check letter.
bool is_codice_fiscale_it(std::string_view plain) {
  if (plain.size() != 16 || !all_upper(plain.substr(0, 6)) || !is_upper(plain[11]) || !is_upper(plain[15]))
    return false;
  static constexpr std::uint8_t kDigitsAt[] = {6, 7, 9, 10, 12, 13, 14};
  for (const std::uint8_t at : kDigitsAt) {
    if (fiscale_digit(plain[at]) > 9) return false;
  }
  const size_t month = kFiscaleMonths.find(plain[8]);
  const auto day = static_cast<int>(fiscale_digit(plain[9]) * 10 + fiscale_digit(plain[10]));
  const auto year = static_cast<int>(fiscale_digit(plain[6]) * 10 + fiscale_digit(plain[7]));
  if (month == std::string_view::npos || !is_date(year, static_cast<int>(month) + 1, day > 40 ? day - 40 : day)) {
    return false;
  }
  unsigned sum = 0;
  for (size_t i = 0; i < 15; i++) sum += i % 2 == 0 ? kFiscaleOdd[letter_number(plain[i])] : letter_number(plain[i]);
  return plain[15] == static_cast<char>('A' + sum % 26);
}

// Zentrale Ausgleichsstelle, AHVN13: 756 and the check digit of EAN-13.
bool is_ahv_ch(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3};
  return has_digits(plain, 13) && plain.starts_with("756") && passes(plain, {kWeights, 10, Turn::complement});
}

// Section 31 ASVG: three digits, the check digit, the day of birth; months 13 to 15 where serial numbers ran out.
bool is_svnr_at(std::string_view plain) {
  static constexpr std::uint8_t kWeights[] = {3, 7, 9, 0, 5, 8, 4, 2, 1, 6};
  if (!has_digits(plain, 10) || plain[0] == '0') return false;
  const int month = two_digits(plain, 6);
  const int day = two_digits(plain, 4);
  if (day < 1 || day > 31 || month < 1 || month > 15) return false;
  return weighted_sum(plain, kWeights) % 11 == digit(plain[3]);
}

}  // namespace postern::policy::checks
