// Lines of a text, and lists of words that are written as one string. Pure; never allocates.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace postern {

// Takes the first line off `rest`, without its end (LF or CR LF). At the end of the text both are empty.
inline std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// Whether `word` is one of `words`, which are parted by single spaces. The empty word is none.
inline bool lists_word(std::string_view words, std::string_view word) {
  if (word.empty()) return false;
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    if (words.substr(at, end - at) == word) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace postern
