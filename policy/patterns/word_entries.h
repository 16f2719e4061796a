// The entries of word lists as a WordSet looks for them: in all their forms, each by one literal. Internal to
// matcher_words*.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model.h"
#include "policy/patterns/word_forms.h"
#include "policy/patterns/word_gaps.h"

namespace postern::policy {

enum class ListOf : std::uint8_t;  // matcher_words.h

// Whether the anchor stands as it is where its literal does, or is cut somewhere.
enum class Located : std::uint8_t { whole, part };

struct LocatedEntry {
  std::uint32_t list = 0;
  std::uint32_t number = 0;
  std::uint32_t anchor = 0;  // which of its words has the literal
  Located located = Located::whole;
  std::uint32_t begin = 0;    // of the literal in the anchor
  std::uint32_t literal = 0;  // its bytes
  WordForm form = WordForm::written;
  Stops stops = Stops::no;
  Inside inside = Inside::nothing;
  bool name = false;               // begins with a capital
  std::vector<std::string> words;  // folded
  std::vector<std::string> exact;  // for case: exact

  std::string_view literal_text() const { return std::string_view(words[anchor]).substr(begin, literal); }
};

template <typename Archive>
void fields(Archive& archive, LocatedEntry& entry) {
  auto& [list, number, anchor, located, begin, literal, form, stops, inside, name, words, exact] = entry;
  archive(list, number, anchor, located, begin, literal, form, stops, inside, name, words, exact);
}

// Whether a capital begins at `at`.
bool is_capital(std::string_view text, size_t at);

// Ordered by their literals. `from` as in WordSet::compile().
std::vector<LocatedEntry> entries_of(std::span<const WordPattern> lists, const std::vector<ListOf>& from);

}  // namespace postern::policy
