// Inflection: the forms of a word in a sentence, for lists with `inflection: true`.
//
// Plural, genitive and case endings of English, German, French and Spanish nouns and adjectives, by rules of
// their spelling; no dictionary. A word is looked for with each ending behind it ("prototype|s", "Vertrag|es",
// "confidentiel|les", "patente|s"), and what endings change in the word itself makes further stems ("compan|ies",
// "Vertr\u00E4g|e", "journaux", "luc|es", "reunion|es", "secret|as"). An entry written in the plural is found in the
// singular where dropping the ending is all there is to it. Parts of compounds are other words, and verbs are left
// alone.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

// Shorter words have forms that are other words ("plan", "plane").
inline constexpr size_t kLeastInflected = 4;

// What may stand behind a stem, in the folded view, the word's end behind it.
std::span<const std::string_view> endings();

// Whether `ending` may stand behind a stem of so many bytes: most take a longer stem than "s" does.
bool may_end(size_t stem, std::string_view ending);

// Whether some ending begins with `c`.
bool may_begin_ending(char c);

// The other stems of a word as it is written (the reader view); endings may stand behind each. Empty for words
// with anything else than letters in them.
std::vector<std::string> other_stems(std::string_view word);

}  // namespace postern::policy
