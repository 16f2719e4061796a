// reader -> latin, reader -> skeleton.
#include <algorithm>

#include "policy/views_derived.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

enum class Words { mixed, mixed_or_all_alike };

// Shorter words made of look-alikes only are honest ones ("о", "на" beside Latin words).
constexpr size_t kLeastAllAlike = 3;
// Shorter words are too often another word without their accents.
constexpr size_t kLeastUnaccented = 5;
// Several languages write one accent in a word where English has none ("salariés"), few write two.
constexpr size_t kManyAccents = 2;

// Flags are pairs of these; an alphabet of them is nobody's.
bool is_regional_letter(char32_t c) {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

bool is_part_of_word(char32_t c) {
  return is_word_char(c) || is_regional_letter(c);
}

char ascii_alike(char32_t c) {
  if (c < 0x80) return '\0';
  if (is_regional_letter(c)) return static_cast<char>('A' + static_cast<char>(c - 0x1f1e6));
  return unicode_tables().look_alike(c);
}

bool is_of_interest(char32_t c, Words which) {
  const UnicodeTables& tables = unicode_tables();
  if (c < 0x80) return false;
  if (tables.has_look_alike(c)) return true;
  return which == Words::mixed_or_all_alike && (is_regional_letter(c) || tables.accented(c) != '\0' || is_accent(c));
}

// Where the next letter that may be rewritten begins, or the end.
size_t next_of_interest(std::string_view reader, size_t at, Words which) {
  constexpr size_t kStride = 64;
  while (at < reader.size()) {
    if (at + kStride <= reader.size() && is_ascii(reader.substr(at, kStride))) {
      at += kStride;
      continue;
    }
    const size_t stop = std::min(at + kStride, reader.size());
    while (at < stop) {
      const size_t here = at;
      if (is_of_interest(next_code_point(reader, at), which)) return here;
    }
  }
  return reader.size();
}

bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// What a word is made of.
struct WordKinds {
  size_t letters = 0;
  size_t ascii = 0;
  size_t alike = 0;
  size_t accented = 0;  // letters
  size_t accents = 0;   // marks that no letter of Unicode holds
  size_t other = 0;
};

WordKinds kinds_of(std::string_view word) {
  const UnicodeTables& tables = unicode_tables();
  WordKinds kinds;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = next_code_point(word, i);
    if (is_accent(c)) {
      kinds.accents++;
      continue;
    }
    kinds.letters++;
    if (is_ascii_letter(c)) {
      kinds.ascii++;
    } else if (ascii_alike(c) != '\0') {
      kinds.alike++;
    } else if (c >= 0x80) {
      (tables.accented(c) != '\0' ? kinds.accented : kinds.other)++;
    }
  }
  return kinds;
}

// Rewrites one word, if it is a word that `which` speaks of; true when it wrote anything new.
bool write_word(std::string_view word, Words which, std::string& out, OffsetMap& map) {
  const UnicodeTables& tables = unicode_tables();
  const WordKinds kinds = kinds_of(word);
  const bool skeleton = which == Words::mixed_or_all_alike;
  const bool all_alike =
      skeleton && kinds.other + kinds.accented + kinds.accents == 0 && kinds.letters >= kLeastAllAlike;
  const bool imitates = kinds.alike > 0 && (kinds.ascii > 0 || all_alike);
  const bool disguised = skeleton && kinds.other == 0 && kinds.letters >= kLeastUnaccented &&
                         (kinds.accents > 0 || kinds.accented >= kManyAccents);
  if (!imitates && !disguised) {
    out += word;
    map.copied(word.size());
    return false;
  }
  for (size_t i = 0; i < word.size();) {
    size_t next = i;
    const char32_t c = next_code_point(word, next);
    if (disguised && is_accent(c)) {  // of the space before the word
      map.replaced(0, next - i);
      i = next;
      continue;
    }
    char ascii = ascii_alike(c);
    if (disguised) {
      if (ascii == '\0') ascii = tables.accented(c);
      if (ascii == '\0' && c < 0x80) ascii = static_cast<char>(c);
      // The marks behind a letter go with it.
      for (size_t mark = next; mark < word.size() && is_accent(next_code_point(word, mark));) next = mark;
    }
    if (ascii == '\0' || next == i + 1) {
      out.append(word, i, next - i);
      map.copied(next - i);
    } else {
      out += ascii;
      map.replaced(1, next - i);
    }
    i = next;
  }
  return true;
}

bool write_words(std::string_view reader, Words which, std::string& out, OffsetMap& map) {
  bool changed = false;
  size_t at = 0;
  while (at < reader.size()) {
    const size_t alike = next_of_interest(reader, at, which);
    if (alike == reader.size()) {
      out.append(reader, at);
      map.copied(alike - at);
      break;
    }
    size_t begin = alike;
    for (size_t before = begin; before > at && is_part_of_word(previous_code_point(reader, before));) begin = before;
    size_t end = alike;
    for (size_t after = end; after < reader.size() && is_part_of_word(next_code_point(reader, after));) end = after;
    // A look-alike that is no part of a word stays what it is.
    if (end == alike) next_code_point(reader, end);
    if (begin > at) {
      out.append(reader, at, begin - at);
      map.copied(begin - at);
    }
    if (end > begin) changed = write_word(reader.substr(begin, end - begin), which, out, map) || changed;
    at = end;
  }
  return changed;
}

}  // namespace

bool is_for_latin(char32_t c) {
  return is_of_interest(c, Words::mixed);
}

bool is_for_skeleton(char32_t c) {
  return is_of_interest(c, Words::mixed_or_all_alike);
}

bool make_latin(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_words(reader, Words::mixed, out, map);
}

bool make_skeleton(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_words(reader, Words::mixed_or_all_alike, out, map);
}

std::string skeleton_word(std::string_view word) {
  std::string reader;
  make_reader(word, reader, nullptr);
  std::string skeleton;
  for (size_t i = 0; i < reader.size();) {
    const size_t begin = i;
    const char ascii = ascii_alike(next_code_point(reader, i));
    if (ascii != '\0') {
      skeleton += ascii;
    } else {
      skeleton.append(reader, begin, i - begin);
    }
  }
  std::string folded;
  make_folded(skeleton, folded, nullptr);
  return folded;
}

}  // namespace postern::policy
