// The forms in which an entry of a word list is looked for. Internal to matcher_words*.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "policy/model.h"

namespace postern::policy {

enum class WordForm : std::uint8_t {
  written,
  alike,       // every letter that looks like an ASCII letter written as that
  unaccented,  // as on a keyboard without accents: Latin and Greek letters without them, or ae for an a with two dots
  reversed,    // from its last letter to its first, or each of its words so
  rot13,       // each letter thirteen further in the alphabet
  drawn,       // in letters that print alike, in their case: I and l, rn for m, vv for w
};

struct EntryForm {
  WordForm form = WordForm::written;
  std::vector<std::string> words;  // folded
  std::vector<std::string> cased;  // in upper and lower case as written
};

// Shorter words are other words without their accents, or from behind.
inline constexpr size_t kLeastFormLetters = 6;

// That as written comes first. `known` has the entries of all lists, folded and without gaps: what one of them is from
// behind is not looked for from behind.
std::vector<EntryForm> forms_of(std::string_view text, WordMatch match, const std::unordered_set<std::string>& known);

// An entry as forms_of() knows it.
std::string known_as(std::string_view text, WordMatch match);

}  // namespace postern::policy
