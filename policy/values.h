// Values of the policy language that are written as one text: distances, days, shares, address terms.
//
// Pure functions from text to value. A failure is one sentence for a person (invalid_input), without the text.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "policy/model.h"

namespace postern::policy {

// "300", "300 characters", "60 words", "line", "row", "part".
Result<Distance> parse_distance(std::string_view text);

// "2027-06-30": the start of that day, UTC.
Result<WallTime> parse_day(std::string_view text);

// "10%" as 0.1, from 0% to 100%.
Result<double> parse_share(std::string_view text);

// Shannon's entropy in bits a character, "3.5". Below one bit nothing is told apart, and bytes have eight.
inline constexpr double kLeastEntropy = 1;
inline constexpr double kMostEntropy = 8;
Result<double> parse_entropy(std::string_view text);

// One entry of an address list. For kind `group` the name is in `value` and the index is not set.
Result<AddressTerm> parse_address_term(std::string_view text);

// The largest distance, in characters or words. Evidence further away than a long page is none.
inline constexpr std::uint32_t kMaxDistance = 10'000;

}  // namespace postern::policy
