#include "policy/patterns/inflection.h"

#include <algorithm>
#include <array>

namespace postern::policy {

namespace {

using namespace std::string_view_literals;

// English s, es; German e, en, er, ern, em, es, n, ns, s; French s, e, es, x, le, les; Spanish s, es.
constexpr std::array kEndings = {"s"sv,  "es"sv, "e"sv,  "en"sv, "er"sv, "ern"sv,
                                 "em"sv, "n"sv,  "ns"sv, "x"sv,  "le"sv, "les"sv};
constexpr size_t kLeastBeforeOthers = 5;

bool is_letters(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
  });
}

struct Change {
  std::string_view end;   // of the word
  std::string_view stem;  // what stands there instead
};

// Small letters: words in capitals are folded before they are compared, and `case: exact` takes them as written.
constexpr std::array kChanges = {
    Change{"ies", "y"},                        // companies: company
    Change{"y", "ie"},                         // company: companies
    Change{"al", "aux"},                       // journal: journaux
    Change{"aux", "al"},                       // journaux: journal
    Change{"z", "ce"},                         // luz: luces
    Change{"ces", "z"},                        // luces: luz
    Change{"ión", "ion"},                      // reunión: reuniones
    Change{"iones", "ión"}, Change{"o", "a"},  // secreto: secretas
    Change{"en", ""},                          // Patenten: Patent
};

// Endings that are dropped as such: "prototypes", "boxes".
void drop_plural(std::string_view word, std::vector<std::string>& stems) {
  const auto ends = [&](std::string_view end) { return word.ends_with(end); };
  if (!ends("s") || ends("ss") || ends("us") || ends("is") || ends("ies") || ends("ces")) return;
  stems.emplace_back(word.substr(0, word.size() - 1));
  if (ends("es")) stems.emplace_back(word.substr(0, word.size() - 2));
}

// German nouns whose plural changes the last vowel: Vertrag, Verträge; Entwurf, Entwürfe; Haus, Häuser. All in capitals
// at the beginning, as German writes them; other languages' words take the endings of plurals anyway.
void change_vowel(std::string_view word, std::vector<std::string>& stems) {
  if (word.front() < 'A' || word.front() > 'Z') return;
  constexpr std::array kVowels = {Change{"a", "ä"}, Change{"o", "ö"}, Change{"u", "ü"}};
  const size_t at = word.find_last_of("aeiou");
  if (at == std::string_view::npos || at == 0 || at + 1 == word.size()) return;
  // "au" changes its first letter.
  const size_t vowel = word[at] == 'u' && word[at - 1] == 'a' ? at - 1 : at;
  for (const Change& change : kVowels) {
    if (word[vowel] != change.end[0]) continue;
    stems.push_back(std::string(word.substr(0, vowel)).append(change.stem).append(word.substr(vowel + 1)));
  }
}

}  // namespace

std::span<const std::string_view> endings() {
  return kEndings;
}

bool may_end(size_t stem, std::string_view ending) {
  const bool plain = ending == "s" || ending == "es";
  return stem >= (plain ? kLeastInflected : kLeastBeforeOthers);
}

bool may_begin_ending(char c) {
  return std::any_of(kEndings.begin(), kEndings.end(), [c](std::string_view ending) { return ending.front() == c; });
}

std::vector<std::string> other_stems(std::string_view word) {
  std::vector<std::string> stems;
  if (word.size() < kLeastInflected || !is_letters(word)) return stems;
  for (const Change& change : kChanges) {
    if (!word.ends_with(change.end)) continue;
    stems.push_back(std::string(word.substr(0, word.size() - change.end.size())).append(change.stem));
  }
  drop_plural(word, stems);
  change_vowel(word, stems);
  std::erase_if(stems, [](const std::string& stem) { return stem.size() < kLeastInflected; });
  return stems;
}

}  // namespace postern::policy
