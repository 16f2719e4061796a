// What travel documents, devices and telephones are numbered with.
#include <array>

#include "policy/validators.h"
#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy::checks {

namespace {

// ---- Machine readable zones, ICAO Doc 9303 ------------------------------------------------------

constexpr size_t kLongestZone = 90;  // TD1: three lines of 30

constexpr bool is_zone_character(char c) {
  return is_plain(c) || c == '<';
}

struct Field {
  std::uint8_t at;
  std::uint8_t size;
};

// ICAO 9303-3 section 4.9: weights 7, 3, 1 over the fields one after the other; '<' counts 0.
unsigned zone_digit(std::string_view zone, std::span<const Field> fields) {
  static constexpr std::uint8_t kWeights[] = {7, 3, 1};
  unsigned sum = 0;
  size_t place = 0;
  for (const Field& field : fields) {
    for (const char c : zone.substr(field.at, field.size)) {
      sum += (c == '<' ? 0 : value36(c)) * kWeights[place++ % 3];
    }
  }
  return sum % 10;
}

struct ZoneCheck {
  std::span<const Field> fields;
  std::uint8_t at;
  enum class When : std::uint8_t { always, unless_filler } when = When::always;
};

struct ZoneFormat {
  size_t size;
  std::string_view kinds;  // the first letter
  std::uint8_t names_at;   // where the line with the names begins
  std::span<const ZoneCheck> checks;
};

// 9303-5 section 4.2: document number, birth, expiry, and the composite of both lines.
constexpr Field kTd1Number[] = {{5, 9}};
constexpr Field kTd1Birth[] = {{30, 6}};
constexpr Field kTd1Expiry[] = {{38, 6}};
constexpr Field kTd1Composite[] = {{5, 25}, {30, 7}, {38, 7}, {48, 11}};
// A number longer than nine goes on behind a '<' in the place of its check digit.
constexpr ZoneCheck kTd1[] = {
    {kTd1Number, 14, ZoneCheck::When::unless_filler}, {kTd1Birth, 36}, {kTd1Expiry, 44}, {kTd1Composite, 59}};
// 9303-6 section 4.2; a number longer than nine as in TD1.
constexpr Field kTd2Number[] = {{36, 9}};
constexpr Field kTd2Birth[] = {{49, 6}};
constexpr Field kTd2Expiry[] = {{57, 6}};
constexpr Field kTd2Composite[] = {{36, 10}, {49, 7}, {57, 14}};
constexpr ZoneCheck kTd2[] = {
    {kTd2Number, 45, ZoneCheck::When::unless_filler}, {kTd2Birth, 55}, {kTd2Expiry, 63}, {kTd2Composite, 71}};
// 9303-4 section 4.2.2: the check digit of an empty personal number may be '<'.
constexpr Field kTd3Number[] = {{44, 9}};
constexpr Field kTd3Birth[] = {{57, 6}};
constexpr Field kTd3Expiry[] = {{65, 6}};
constexpr Field kTd3Personal[] = {{72, 14}};
constexpr Field kTd3Composite[] = {{44, 10}, {57, 7}, {65, 22}};
constexpr ZoneCheck kTd3[] = {{kTd3Number, 53},
                              {kTd3Birth, 63},
                              {kTd3Expiry, 71},
                              {kTd3Personal, 86, ZoneCheck::When::unless_filler},
                              {kTd3Composite, 87}};
// 9303-7 section 4: visas, without a composite.
constexpr ZoneCheck kMrvA[] = {{kTd3Number, 53}, {kTd3Birth, 63}, {kTd3Expiry, 71}};
constexpr ZoneCheck kMrvB[] = {{kTd2Number, 45}, {kTd2Birth, 55}, {kTd2Expiry, 63}};

constexpr ZoneFormat kZones[] = {
    {90, "ACI", 60, kTd1}, {72, "ACIP", 5, kTd2}, {72, "V", 5, kMrvB}, {88, "P", 5, kTd3}, {88, "V", 5, kMrvA},
};

bool fits(std::string_view zone, const ZoneFormat& format) {
  if (zone.size() != format.size || format.kinds.find(zone[0]) == std::string_view::npos) return false;
  // A state or organisation of three letters, Germany's one letter with filler, and a name.
  if (!is_upper(zone[2]) || !is_upper(zone[format.names_at])) return false;
  return std::all_of(format.checks.begin(), format.checks.end(), [&](const ZoneCheck& check) {
    const char c = zone[check.at];
    if (c == '<') return check.when == ZoneCheck::When::unless_filler;
    return is_digit(c) && digit(c) == zone_digit(zone, check.fields);
  });
}

// ---- Telephone numbers, ITU-T E.164 ---------------------------------------------------------------

struct CountryCode {
  std::uint16_t code;
  std::uint8_t shortest;  // digits behind the code, as the national numbering plans have them
  std::uint8_t longest;
};

constexpr CountryCode kCountryCodes[] = {
    {1, 10, 10},   {7, 10, 10},  {20, 8, 10},  {27, 9, 9},   {30, 10, 10}, {31, 9, 9},   {32, 8, 9},   {33, 9, 9},
    {34, 9, 9},    {36, 8, 9},   {39, 6, 11},  {40, 9, 9},   {41, 9, 9},   {43, 5, 13},  {44, 9, 10},  {45, 8, 8},
    {46, 7, 10},   {47, 8, 8},   {48, 9, 9},   {49, 6, 13},  {51, 8, 9},   {52, 10, 10}, {53, 6, 8},   {54, 10, 11},
    {55, 10, 11},  {56, 9, 9},   {57, 10, 10}, {58, 10, 10}, {60, 8, 10},  {61, 9, 9},   {62, 8, 12},  {63, 8, 10},
    {64, 8, 10},   {65, 8, 8},   {66, 8, 9},   {81, 9, 10},  {82, 8, 10},  {84, 9, 10},  {86, 9, 11},  {90, 10, 10},
    {91, 10, 10},  {92, 9, 10},  {93, 9, 9},   {94, 9, 9},   {95, 7, 10},  {98, 10, 10}, {211, 9, 9},  {212, 9, 9},
    {213, 8, 9},   {216, 8, 8},  {218, 8, 9},  {220, 7, 7},  {221, 9, 9},  {222, 8, 8},  {223, 8, 8},  {224, 8, 9},
    {225, 8, 10},  {226, 8, 8},  {227, 8, 8},  {228, 8, 8},  {229, 8, 10}, {230, 7, 8},  {231, 7, 9},  {232, 8, 8},
    {233, 9, 9},   {234, 8, 10}, {235, 8, 8},  {236, 8, 8},  {237, 8, 9},  {238, 7, 7},  {239, 7, 7},  {240, 9, 9},
    {241, 7, 8},   {242, 9, 9},  {243, 7, 9},  {244, 9, 9},  {245, 7, 9},  {246, 7, 7},  {247, 5, 6},  {248, 7, 7},
    {249, 9, 9},   {250, 9, 9},  {251, 9, 9},  {252, 7, 9},  {253, 8, 8},  {254, 9, 9},  {255, 9, 9},  {256, 9, 9},
    {257, 8, 8},   {258, 8, 9},  {260, 9, 9},  {261, 9, 9},  {262, 9, 9},  {263, 8, 10}, {264, 8, 9},  {265, 7, 9},
    {266, 8, 8},   {267, 7, 8},  {268, 8, 8},  {269, 7, 7},  {290, 5, 5},  {291, 7, 7},  {297, 7, 7},  {298, 6, 6},
    {299, 6, 6},   {350, 8, 8},  {351, 9, 9},  {352, 5, 11}, {353, 7, 9},  {354, 7, 9},  {355, 8, 9},  {356, 8, 8},
    {357, 8, 8},   {358, 5, 12}, {359, 7, 9},  {370, 8, 8},  {371, 8, 8},  {372, 7, 8},  {373, 8, 8},  {374, 8, 8},
    {375, 9, 9},   {376, 6, 9},  {377, 8, 9},  {378, 6, 10}, {380, 9, 9},  {381, 8, 10}, {382, 8, 8},  {383, 8, 9},
    {385, 8, 9},   {386, 8, 8},  {387, 8, 9},  {389, 8, 8},  {420, 9, 9},  {421, 9, 9},  {423, 7, 9},  {500, 5, 5},
    {501, 7, 7},   {502, 8, 8},  {503, 8, 8},  {504, 8, 8},  {505, 8, 8},  {506, 8, 8},  {507, 7, 8},  {508, 6, 9},
    {509, 8, 8},   {590, 9, 9},  {591, 8, 8},  {592, 7, 7},  {593, 8, 9},  {594, 9, 9},  {595, 7, 9},  {596, 9, 9},
    {597, 6, 7},   {598, 7, 8},  {599, 7, 8},  {670, 7, 8},  {672, 6, 6},  {673, 7, 7},  {674, 7, 7},  {675, 7, 8},
    {676, 5, 7},   {677, 5, 7},  {678, 5, 7},  {679, 7, 7},  {680, 7, 7},  {681, 6, 6},  {682, 5, 5},  {683, 4, 7},
    {685, 5, 10},  {686, 5, 8},  {687, 6, 6},  {688, 5, 7},  {689, 6, 8},  {690, 4, 7},  {691, 7, 7},  {692, 7, 7},
    {800, 8, 8},   {808, 8, 8},  {850, 8, 10}, {852, 8, 8},  {853, 8, 8},  {855, 8, 9},  {856, 8, 10}, {870, 9, 9},
    {878, 10, 12}, {880, 8, 10}, {881, 9, 9},  {882, 7, 12}, {883, 7, 12}, {886, 8, 9},  {960, 7, 7},  {961, 7, 8},
    {962, 8, 9},   {963, 8, 9},  {964, 8, 10}, {965, 7, 8},  {966, 8, 9},  {967, 7, 9},  {968, 7, 8},  {970, 8, 9},
    {971, 8, 9},   {972, 8, 9},  {973, 8, 8},  {974, 7, 8},  {975, 8, 8},  {976, 8, 8},  {977, 8, 10}, {979, 9, 9},
    {992, 9, 9},   {993, 8, 8},  {994, 9, 9},  {995, 9, 9},  {996, 9, 9},  {998, 9, 9},
};

// Country codes are prefix-free, so one of the first three lengths is it.
const CountryCode* country_code(std::string_view digits) {
  for (size_t size = 1; size <= 3 && size <= digits.size(); size++) {
    const auto code = static_cast<std::uint16_t>(number(digits.substr(0, size)));
    const auto* const found =
        std::lower_bound(std::begin(kCountryCodes), std::end(kCountryCodes), code,
                         [](const CountryCode& c, std::uint16_t wanted) { return c.code < wanted; });
    if (digits[0] != '0' && found != std::end(kCountryCodes) && found->code == code) return found;
  }
  return nullptr;
}

}  // namespace

bool is_mrz(std::string_view text) {
  std::array<char, kLongestZone> room{};
  size_t size = 0;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (!is_zone_character(c) || size == room.size()) return false;
    room[size++] = c;
  }
  const std::string_view zone(room.data(), size);
  return std::any_of(std::begin(kZones), std::end(kZones),
                     [&](const ZoneFormat& format) { return fits(zone, format); });
}

// 3GPP TS 23.003 annex B: the reporting body's two digits (GSMA TS.06), Luhn.
bool is_imei(std::string_view plain) {
  static constexpr std::string_view kBodies = "01 10 30 33 35 44 45 49 50 51 52 53 54 86 91 98 99";
  return has_digits(plain, 15) && kBodies.find(plain.substr(0, 2)) != std::string_view::npos && passes_luhn(plain);
}

// Written as in the world: + or 00, the country's code, the digits its plan has. A trunk prefix in brackets is left
// out.
bool is_phone(std::string_view text) {
  const size_t trunk = text.find("(0)");
  PlainValue value = plain_value(text.substr(0, trunk));
  if (trunk != std::string_view::npos) {
    const PlainValue rest = plain_value(text.substr(trunk + 3));
    if (value.size + rest.size > kMaxValueCharacters) return false;
    std::copy_n(rest.characters, rest.size, value.characters + value.size);
    value.size += rest.size;
  }
  std::string_view digits = value.view();
  const size_t first = text.find_first_not_of(" (");
  if (first == std::string_view::npos || !all_digits(digits)) return false;
  if (digits.starts_with("00") && text[first] == '0') {
    digits.remove_prefix(2);
  } else if (text[first] != '+') {
    return false;
  }
  const CountryCode* const country = digits.size() > 15 ? nullptr : country_code(digits);
  if (country == nullptr) return false;
  const size_t behind = digits.size() - (country->code < 10 ? 1 : country->code < 100 ? 2 : 3);
  if (behind < country->shortest || behind > country->longest) return false;
  // North American plan: neither area nor exchange begins with 0 or 1.
  return country->code != 1 || (digits[1] >= '2' && digits[4] >= '2');
}

}  // namespace postern::policy::checks
