// Borders of words in a simplified pattern (matcher_superset.h).
//
// Hyperscan knows borders of ASCII words, PCRE2 those of Unicode: where PCRE2 sees a border beside a letter or digit of
// ASCII, Hyperscan sees one, too. There it may stay. It is worth that for short words only: `he` stands in every
// line of text, `\bhe\b` does not, and long words are rare as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

// `pattern` has \b, \m where a word begins and \M where one ends; what comes back has \b alone, where it may stay.
// Nothing when the pattern is not understood.
std::optional<std::string> settle_borders(std::string_view pattern, bool dotall);

}  // namespace postern::policy
