#include "policy/near_misses.h"

#include <algorithm>
#include <vector>

#include "policy/decode_finders.h"
#include "policy/file_names.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

constexpr size_t kLeastWord = 4;
constexpr size_t kLongWord = 8;  // from here on two letters may be off

std::string longest_word(std::string_view pattern) {
  std::string_view longest;
  for (size_t at = 0; at < pattern.size();) {
    size_t end = at;
    while (end < pattern.size() && is_ascii_alnum(pattern[end])) end++;
    if (end - at > longest.size()) longest = pattern.substr(at, end - at);
    at = end + 1;
  }
  return std::string(longest);
}

std::string folded(std::string_view text) {
  std::string reader, out;
  make_reader(text, reader, nullptr);
  make_folded(reader, out, nullptr);
  if (!is_ascii(out)) write_alike(out);
  return out;
}

// The least number of letters to change, add or take away so that `word` stands somewhere in `text` (Sellers 1980).
size_t distance_inside(std::string_view word, std::string_view text) {
  std::vector<size_t> row(word.size() + 1);
  for (size_t i = 0; i < row.size(); i++) row[i] = i;
  size_t best = word.size();
  for (const char c : text) {
    size_t diagonal = row[0];
    for (size_t i = 1; i < row.size(); i++) {
      const size_t changed = diagonal + (word[i - 1] == c ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({changed, row[i] + 1, row[i - 1] + 1});
    }
    best = std::min(best, row.back());
  }
  return best;
}

}  // namespace

std::optional<size_t> letters_off(const std::string& pattern, const std::string& name) {
  if (name.empty() || file_name_matches(pattern, name)) return std::nullopt;
  const std::string word = folded(longest_word(pattern));
  if (word.size() < kLeastWord) return std::nullopt;
  const size_t off = distance_inside(word, folded(shown_file_name(name)));
  if (off > (word.size() < kLongWord ? 1 : 2)) return std::nullopt;
  return off;
}

bool has_words(std::string_view text, std::string_view label) {
  const std::string in = folded(text);
  const std::string words = folded(label);
  if (words.empty()) return false;
  for (size_t at = in.find(words); at != std::string::npos; at = in.find(words, at + 1)) {
    size_t before = at;
    size_t behind = at + words.size();
    const bool begins = at == 0 || !is_word_char(previous_code_point(in, before));
    if (begins && (behind == in.size() || !is_word_char(next_code_point(in, behind)))) return true;
  }
  return false;
}

}  // namespace postern::policy
