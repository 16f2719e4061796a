#include "policy/patterns/word_forms.h"

#include <algorithm>
#include <array>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "policy/patterns/word_gaps.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

using Words = std::vector<std::string>;

Words split(std::string_view text, WordMatch match) {
  Words words;
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_gap(text[at], match)) at++;
    size_t end = at;
    while (end < text.size() && !is_gap(text[end], match)) end++;
    if (end > at) words.emplace_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

std::string joined(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += word;
  return out;
}

std::string folded(std::string_view reader) {
  std::string out;
  make_folded(reader, out, nullptr);
  return out;
}

// How German is written without the two dots.
enum class Dots { dropped, as_e };

struct Plain {
  char32_t letter;
  std::string_view written;
};
// Letters that Unicode does not take apart.
constexpr std::array<Plain, 14> kPlain = {{{U'ø', "o"},
                                           {U'Ø', "O"},
                                           {U'đ', "d"},
                                           {U'Đ', "D"},
                                           {U'ł', "l"},
                                           {U'Ł', "L"},
                                           {U'ı', "i"},
                                           {U'æ', "ae"},
                                           {U'Æ', "Ae"},
                                           {U'œ', "oe"},
                                           {U'Œ', "Oe"},
                                           {U'ß', "ss"},
                                           {U'ð', "d"},
                                           {U'þ', "th"}}};

void append_unaccented(char32_t c, Dots dots, std::string& out) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const nfd = icu::Normalizer2::getNFDInstance(status);
  icu::UnicodeString parts;
  const auto plain = std::find_if(kPlain.begin(), kPlain.end(), [c](const Plain& one) { return one.letter == c; });
  if (plain != kPlain.end()) {
    out += plain->written;
    return;
  }
  if (U_FAILURE(status) || !nfd->getDecomposition(static_cast<UChar32>(c), parts)) return append_utf8(c, out);
  const auto base = static_cast<char32_t>(parts.char32At(0));
  const UScriptCode script = uscript_getScript(static_cast<UChar32>(base), &status);
  if (U_FAILURE(status) || (script != USCRIPT_LATIN && script != USCRIPT_GREEK)) return append_utf8(c, out);
  append_utf8(base, out);
  constexpr char16_t kDiaeresis = 0x308;
  if (dots == Dots::as_e && script == USCRIPT_LATIN && parts.indexOf(kDiaeresis) >= 0) out += 'e';
}

std::string unaccented(std::string_view reader, Dots dots) {
  std::string out;
  for (size_t at = 0; at < reader.size();) append_unaccented(next_code_point(reader, at), dots, out);
  return out;
}

std::string reversed(std::string_view text) {
  std::string out;
  for (size_t at = text.size(); at > 0;) append_utf8(previous_code_point(text, at), out);
  return out;
}

// Each word by itself, in the order of the words.
std::string each_reversed(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + reversed(word);
  return out;
}

std::string in_rot13(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const char small = static_cast<char>(c | 0x20);
    if (small >= 'a' && small <= 'z') c = static_cast<char>(c + (small <= 'm' ? 13 : -13));
  }
  return out;
}

// As a font without serifs draws it: one letter, or all of them, by what looks the same.
struct Drawn {
  char letter;
  std::string_view as;
};
constexpr std::array<Drawn, 6> kDrawn = {{{'l', "I"}, {'I', "l"}, {'m', "rn"}, {'M', "rn"}, {'w', "vv"}, {'W', "vv"}}};
constexpr size_t kLeastDrawn = 7;  // shorter ones may be other words
constexpr size_t kMostDrawn = 4;   // of one letter in a word

template <typename Add>
void each_drawn(std::string_view reader, Add add) {
  for (const Drawn& drawn : kDrawn) {
    const auto count = static_cast<size_t>(std::count(reader.begin(), reader.end(), drawn.letter));
    if (count == 0 || count > kMostDrawn) continue;
    // The one at `which`, or all.
    for (size_t which = 0; which <= count; which++) {
      std::string out;
      size_t at = 0;
      for (const char c : reader) {
        const bool changes = c == drawn.letter && (which == count || at == which);
        at += c == drawn.letter ? 1U : 0U;
        if (changes) {
          out += drawn.as;
        } else {
          out += c;
        }
      }
      add(out);
      if (count == 1) break;
    }
  }
}

bool is_letter(char32_t c) {
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_L_MASK) != 0;
}

size_t letters_in(std::string_view text) {
  size_t letters = 0;
  for (size_t at = 0; at < text.size();) letters += is_letter(next_code_point(text, at)) ? 1U : 0U;
  return letters;
}

// Words that are other words from behind, each beside that.
constexpr std::array<std::string_view, 44> kFromBehind = {
    "animal",   "lamina", "deliver", "reviled", "denier",   "reined",   "dessert", "tressed", "desserts",
    "stressed", "dialer", "relaid",  "diaper",  "repaid",   "drawer",   "reward",  "looter",  "retool",
    "recaps",   "spacer", "reknit",  "tinker",  "redraw",   "warder",   "relive",  "eviler",  "snoops",
    "spoons",   "sloops", "spools",  "sports",  "strops",   "spider",   "redips",  "straps",  "sparts",
    "sleets",   "steels", "nametag", "gateman", "rewarder", "redrawer", "stinker", "reknits"};

bool is_readable_from_behind(const std::string& word, const std::string& back,
                             const std::unordered_set<std::string>& known) {
  if (letters_in(word) < kLeastFormLetters) return false;
  if (back == word || known.contains(back)) return false;
  return std::find(kFromBehind.begin(), kFromBehind.end(), back) == kFromBehind.end();
}

}  // namespace

std::string known_as(std::string_view text, WordMatch match) {
  return joined(split(folded_word(text), match));
}

std::vector<EntryForm> forms_of(std::string_view text, WordMatch match, const std::unordered_set<std::string>& known) {
  std::string reader;
  make_reader(text, reader, nullptr);
  std::vector<EntryForm> forms;
  const auto add = [&](WordForm form, std::string_view written) {
    EntryForm one{form, split(folded(written), match), split(written, match)};
    const auto same = [&](const EntryForm& other) {
      return other.words == one.words && (form != WordForm::drawn || other.cased == one.cased);
    };
    if (!one.words.empty() && std::none_of(forms.begin(), forms.end(), same)) forms.push_back(std::move(one));
  };
  add(WordForm::written, reader);
  if (forms.empty()) return forms;
  add(WordForm::alike, alike_word(reader));
  if (letters_in(reader) < kLeastFormLetters || match == WordMatch::substring) return forms;
  if (!is_ascii(reader)) {
    add(WordForm::unaccented, unaccented(reader, Dots::dropped));
    add(WordForm::unaccented, unaccented(reader, Dots::as_e));
  }
  const std::string written = joined(forms.front().words);
  std::string back = reversed(reader);
  if (is_readable_from_behind(written, joined(split(folded(back), match)), known)) {
    add(WordForm::reversed, back);
    add(WordForm::reversed, each_reversed(split(reader, match)));
  }
  if (is_ascii(reader) && !known.contains(in_rot13(written))) add(WordForm::rot13, in_rot13(reader));
  if (is_ascii(reader) && letters_in(reader) >= kLeastDrawn) {
    each_drawn(reader, [&](const std::string& drawn) {
      if (!known.contains(joined(split(folded(drawn), match)))) add(WordForm::drawn, drawn);
    });
  }
  return forms;
}

}  // namespace postern::policy
