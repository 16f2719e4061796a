// Values with parameters: Content-Type and Content-Disposition (RFC 2045 5.1, RFC 2183, RFC 2231).
//
// Mail programs read broken parameters in different ways (nested quotes, missing
// quotes, backslashes, duplicates). Every plausible value of a parameter is kept,
// the one that most programs take first.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct Parameter {
  std::string name;                 // lower case, without RFC 2231 marks
  std::string value;                // UTF-8; words of RFC 2047 decoded
  std::vector<std::string> others;  // what other readers would take
};

struct Parameterised {
  std::string value;  // "text/html", "attachment": lower case, without comments
  std::vector<Parameter> parameters;

  // The first value, "" when there is none.
  std::string_view get(std::string_view name) const;
  // All different values of all readings.
  std::vector<std::string> all(std::string_view name) const;
};

// Parameters past this number are dropped from the list (their text is still emitted with the header).
inline constexpr size_t kMostParameters = 256;

Parameterised parse_parameterised(std::string_view field_value);

}  // namespace postern::extract
