// The grammar of a policy as one table.
//
// Every map that a policy file may hold is a MapSpec: its keys, the shape of each value, which keys must be there.
// The checker (grammar_check.h) walks a file against the table and reports what does not fit; the
// JSON Schema (schema.h) is printed from it. So a key is spelled in one place, and the loader, which
// runs after the checker, only picks values out.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace postern::policy::grammar {

enum class Shape {
  text,
  boolean,
  on_off,          // on, off, true, false
  integer,         // least..most
  entropy,         // 3.5: bits a character
  share,           // "10%"
  percent_number,  // 10 or "10%": canary
  duration,        // "24h"
  size,            // "10MB"
  time,            // RFC 3339 with offset
  date_or_name,    // a time, or a name in `dates`
  day,             // 2027-06-30
  word,            // one of words()
  distance,        // 300, "60 words", line, row, part
  address,         // an address term
  map,             // of `map`
  filter,          // a list of address terms, or a map of `map`
};

enum class Many {
  one,
  list,         // a list
  one_or_list,  // a list, or one value standing for a list of one
  named,        // a map of free names to values
  named_list,   // a map of free names to lists (or single values)
};

struct MapSpec;
using Words = std::span<const std::string_view> (*)();
enum class Empty { refused, allowed };  // of lists and maps

struct Type {
  Shape shape = Shape::text;
  Many many = Many::one;
  const MapSpec* map = nullptr;
  Words words = nullptr;
  std::int64_t least = 0;
  std::int64_t most = 0;
  Empty empty = Empty::refused;
};

enum class Need { optional, required };

struct KeySpec {
  std::string_view name;
  Type type;
  Need need = Need::optional;
  std::string_view doc;  // one sentence for the schema
};

struct MapSpec {
  std::string_view name;  // in messages and in the table of later keys: "rule", "primary"
  std::string_view doc;
  std::span<const KeySpec> keys;
  // When not empty: exactly one of these keys is there.
  std::span<const std::string_view> one_of;
  Empty empty = Empty::refused;  // refused: a map without any key is an error

  const KeySpec* find(std::string_view key) const;
  // Whether nothing at all is less than the map may say, and no missing key tells so.
  bool refuses_empty() const;
};

extern const MapSpec kPolicyMap;    // policy.yaml
extern const MapSpec kPackMap;      // pack.yaml
extern const MapSpec kRulesMap;     // rules/*.yaml
extern const MapSpec kOverrideMap;  // the values of `override:`
extern const MapSpec kViewsMap;     // `views:`

// Keys and words that the grammar knows and this version has no engine for.
struct Later {
  std::string_view map;  // MapSpec::name
  std::string_view key;
  std::string_view word;  // empty: the key whatever its value; else this value (for `!x`: every value but x)
};
std::span<const Later> later();

// The apiVersion that this version reads.
inline constexpr std::string_view kApiVersion = "postern/v1";

}  // namespace postern::policy::grammar
