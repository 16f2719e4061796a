// What stands between two pieces of a name in a list of messages, in subtitles, or in strings of programs and data:
//
//   [27.11.26, 10:00] Ida: Night       "Night" "jar"     'Night' || 'jar'     "Night".concat("jar")
//   [27.11.26, 10:01] Ida: jar         {"text":"Night"},{"text":"jar"}        [Night][1][jar][1]
//   To: Night <a@example.org>, jar <b@example.org>         Night[^1]jar    Night~~xx~~jar    Night&ZeroWidthSpace;jar
//
// Looked for only behind a piece of a company's own name, so it costs nothing elsewhere. Internal to word_gaps.cpp.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::policy {

// So many bytes at most stand between two pieces.
inline constexpr size_t kMostTear = 256;

// Whether something of the kind may begin with that byte, or end the text but for the blanks that follow.
bool may_begin_tear(char c);
bool may_end_tear(std::string_view text);

struct Tear {
  size_t end = 0;
  bool loose = false;  // nothing in it marks a word that goes on
};

// The end of it where it begins at `at` and `rest`, what the name goes on with, stands behind it; else `at`. Looks at
// nothing of `text` from `most` on.
Tear end_of_tear(std::string_view text, size_t at, size_t most, std::string_view rest);

}  // namespace postern::policy
