// reader -> latin, reader -> skeleton, reader -> slanted.
#include <algorithm>
#include <array>

#include "policy/views_derived.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Which words a view rewrites: those of ASCII letters and look-alikes together; those of look-alikes only and
// those with accents as well; those with letters that look like two, in slanted type.
enum class Words { mixed, mixed_or_all_alike, slanted };

// Shorter words made of look-alikes only are honest ones ("о", "на" beside Latin words).
constexpr size_t kLeastAllAlike = 3;
// In identifiers, beside a hyphen or a digit, fewer will do.
constexpr size_t kLeastInIdentifier = 2;
// Shorter words are too often another word without their accents.
constexpr size_t kLeastUnaccented = 5;
// Several languages write one accent in a word where English has none ("salariés"), few write two.
constexpr size_t kManyAccents = 2;
// One will do in text that has hardly any: so many letters beyond ASCII, or one in so many bytes.
constexpr size_t kFewBeyondAscii = 4;
constexpr size_t kRareBeyondAscii = 100;
// Greek and the alphabets behind it stand between the two ranges of Latin letters.
constexpr char32_t kFirstGreek = 0x370;
constexpr char32_t kLatinAgain = 0x1d00;
// How far an identifier is looked at to both sides of a word.
constexpr size_t kIdentifierReach = 32;

// Flags are pairs of these; an alphabet of them is nobody's.
bool is_regional_letter(char32_t c) {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

// Braille as English is written in it, without contractions: by the six dots.
constexpr std::array<char, 64> kBraille = [] {
  std::array<char, 64> letters{};
  constexpr unsigned char kDots[] = {0x01, 0x03, 0x09, 0x19, 0x11, 0x0b, 0x1b, 0x13, 0x0a, 0x1a, 0x05, 0x07, 0x0d,
                                     0x1d, 0x15, 0x0f, 0x1f, 0x17, 0x0e, 0x1e, 0x25, 0x27, 0x3a, 0x2d, 0x3d, 0x35};
  for (size_t i = 0; i < 26; i++) letters[kDots[i]] = static_cast<char>('a' + static_cast<char>(i));
  return letters;
}();
bool is_braille_letter(char32_t c) {
  return c > 0x2800 && c < 0x2840 && kBraille[c - 0x2800] != '\0';
}

// Letters that stand on their head, as the one that they are. A word with one of them is turned as a whole, and read
// from behind: its other letters are the turned ones of what ASCII has.
struct TurnedLetter {
  char32_t turned;
  char letter;
};
constexpr std::array kTurned = {
    TurnedLetter{0x0250, 'a'}, TurnedLetter{0x0254, 'c'}, TurnedLetter{0x01dd, 'e'}, TurnedLetter{0x025f, 'f'},
    TurnedLetter{0x0183, 'g'}, TurnedLetter{0x0265, 'h'}, TurnedLetter{0x1d09, 'i'}, TurnedLetter{0x027e, 'j'},
    TurnedLetter{0x029e, 'k'}, TurnedLetter{0x026f, 'm'}, TurnedLetter{0x0279, 'r'}, TurnedLetter{0x0287, 't'},
    TurnedLetter{0x028c, 'v'}, TurnedLetter{0x028d, 'w'}, TurnedLetter{0x028e, 'y'}, TurnedLetter{0x0186, 'C'},
    TurnedLetter{0x018e, 'E'}, TurnedLetter{0x1d1a, 'R'}, TurnedLetter{0xa7b0, 'K'}, TurnedLetter{0xa7b1, 'T'},
    TurnedLetter{0x2c6f, 'A'}, TurnedLetter{0x0245, 'V'}, TurnedLetter{0xa780, 'L'}};

char turned_letter(char32_t c) {
  if (c < 0x0183 || (c > 0x1d1a && c < 0x2c6f)) return '\0';
  const auto* const found =
      std::find_if(kTurned.begin(), kTurned.end(), [c](const TurnedLetter& one) { return one.turned == c; });
  return found == kTurned.end() ? '\0' : found->letter;
}

// What an ASCII letter is that stands on its head.
char on_its_head(char c) {
  constexpr std::string_view kLetters = "unbqdpmwMW", kTurnedOver = "nuqbpdwmWM";
  const size_t at = kLetters.find(c);
  return at == std::string_view::npos ? c : kTurnedOver[at];
}

bool is_part_of_word(char32_t c) {
  return is_word_char(c) || is_regional_letter(c) || is_braille_letter(c) || is_fancy_sign(c);
}

char ascii_alike(char32_t c) {
  if (c < 0x80) return '\0';
  if (is_regional_letter(c)) return static_cast<char>('A' + static_cast<char>(c - 0x1f1e6));
  if (is_braille_letter(c)) return kBraille[c - 0x2800];
  return unicode_tables().look_alike(c);
}

// In a word that has ASCII letters, too.
char ascii_beside_ascii(char32_t c, Words which) {
  if (which == Words::slanted) {
    if (const char slanted = UnicodeTables::slanted_alike(c); slanted != '\0') return slanted;
  }
  const char alike = ascii_alike(c);
  return alike != '\0' || c < 0x80 ? alike : unicode_tables().loosely_alike(c);
}

bool is_of_interest(char32_t c, Words which) {
  const UnicodeTables& tables = unicode_tables();
  if (c < 0x80) return false;
  if (which == Words::slanted) return UnicodeTables::slanted_alike(c) != '\0';
  if (tables.has_look_alike(c) || tables.has_loose_look_alike(c)) return true;
  if (which == Words::mixed) return is_wide_dash(c);
  return is_regional_letter(c) || is_braille_letter(c) || tables.accented(c) != '\0' || is_accent(c) ||
         turned_letter(c) != '\0';
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
  size_t loosely = 0;  // alike beside ASCII letters only
  size_t slanted = 0;  // of them
  size_t hooked = 0;   // of those that are loosely alike the Latin ones
  size_t digits = 0;
  size_t accented = 0;  // letters
  size_t accents = 0;   // marks that no letter of Unicode holds
  size_t turned = 0;    // letters, whatever else they are
  size_t other = 0;
};

// Which alphabet a letter beyond ASCII is of, so far as honest words have letters of one only.
char32_t alphabet_of(char32_t c) {
  constexpr char32_t kCyrillic = 0x400;
  constexpr char32_t kBehindCyrillic = 0x530;
  if (c >= kCyrillic && c < kBehindCyrillic) return kCyrillic;
  if (c < kFirstGreek || (c >= kLatinAgain && c < 0x1f00) || (c >= 0x2c60 && c < 0x2c80) || (c >= 0xa720 && c < 0xa800))
    return 1;
  if (c < kCyrillic || (c >= 0x1f00 && c < 0x2000)) return kFirstGreek;
  if (c >= 0x2e80 && c < 0xa000) return 0x2e80;  // Chinese and Japanese
  return c >> 8U;
}
constexpr char32_t kThai = 0xe00;

struct Alphabets {
  bool several = false;  // beyond ASCII
  bool thai = false;
};

Alphabets alphabets_of(std::string_view word) {
  Alphabets out;
  char32_t alphabet = 0;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = next_code_point(word, i);
    if (c < 0x80 || is_accent(c)) continue;
    const char32_t of = alphabet_of(c);
    out.several = out.several || (alphabet != 0 && of != alphabet);
    out.thai = out.thai || of == alphabet_of(kThai);
    alphabet = of;
  }
  return out;
}

WordKinds kinds_of(std::string_view word) {
  const UnicodeTables& tables = unicode_tables();
  WordKinds kinds;
  for (size_t i = 0; i < word.size();) {
    const char32_t c = next_code_point(word, i);
    if (is_accent(c)) {
      kinds.accents++;
      continue;
    }
    if (c >= '0' && c <= '9') {
      kinds.digits++;
      continue;
    }
    kinds.letters++;
    if (UnicodeTables::slanted_alike(c) != '\0') kinds.slanted++;
    if (turned_letter(c) != '\0') kinds.turned++;
    if (is_ascii_letter(c)) {
      kinds.ascii++;
    } else if (ascii_alike(c) != '\0') {
      kinds.alike++;
    } else if (tables.has_loose_look_alike(c)) {
      kinds.loosely++;
      if (c < kFirstGreek || c >= kLatinAgain) kinds.hooked++;
    } else if (c >= 0x80) {
      (tables.accented(c) != '\0' ? kinds.accented : kinds.other)++;
    }
  }
  return kinds;
}

bool joins_identifier(char32_t c) {
  return c == '-' || c == '_' || c == '.' || c == '/' || is_wide_dash(c);
}

// Whether the word is a piece of something with digits in it, as "ГОСТ-2034".
bool in_identifier(std::string_view reader, size_t begin, size_t end) {
  const auto is_digit = [](char32_t c) { return c >= '0' && c <= '9'; };
  for (size_t at = begin; at > 0 && begin - at < kIdentifierReach;) {
    const char32_t c = previous_code_point(reader, at);
    if (is_digit(c)) return true;
    if (!is_word_char(c) && !joins_identifier(c)) break;
  }
  for (size_t at = end; at < reader.size() && at - end < kIdentifierReach;) {
    const char32_t c = next_code_point(reader, at);
    if (is_digit(c)) return true;
    if (!is_word_char(c) && !joins_identifier(c)) break;
  }
  return false;
}

// Whether a short word is a piece of a longer one that one mark cuts: "Níght-jár".
bool is_piece_of_word(std::string_view reader, size_t begin, size_t end) {
  const auto is_letter = [](char32_t c) { return is_word_char(c) && (c < '0' || c > '9'); };
  size_t letters = 0;
  for (size_t at = begin; at < end; letters++) next_code_point(reader, at);
  if (size_t at = begin; at > 0 && joins_identifier(previous_code_point(reader, at))) {
    while (at > 0 && letters < kLeastUnaccented && is_letter(previous_code_point(reader, at))) letters++;
  }
  if (size_t at = end; at < reader.size() && joins_identifier(next_code_point(reader, at))) {
    while (at < reader.size() && letters < kLeastUnaccented && is_letter(next_code_point(reader, at))) letters++;
  }
  return letters >= kLeastUnaccented;
}

// Writes a view in which words are rewritten.
class AlikeWriter {
 public:
  AlikeWriter(std::string_view reader, Words which, std::string& out, OffsetMap& map)
      : reader_(reader), which_(which), out_(out), map_(map) {}

  bool write();

 private:
  struct Decision {
    bool imitates = false;
    bool disguised = false;
    bool hooked = false;
    bool turned = false;
    bool thai = false;  // has letters of it among others
  };
  bool write_turned(std::string_view word);
  Decision decide(const WordKinds& kinds, size_t begin, size_t end) const;
  void copy(size_t begin, size_t end);
  bool write_word(size_t begin, size_t end);
  bool write_dash(size_t begin, size_t end);
  size_t many_accents() const;

  std::string_view reader_;
  Words which_;
  std::string& out_;
  OffsetMap& map_;
  size_t many_accents_ = kManyAccents;
};

void AlikeWriter::copy(size_t begin, size_t end) {
  if (begin >= end) return;
  out_.append(reader_, begin, end - begin);
  map_.copied(end - begin);
}

AlikeWriter::Decision AlikeWriter::decide(const WordKinds& kinds, size_t begin, size_t end) const {
  const bool all_alike = kinds.alike > 0 && kinds.other + kinds.accented + kinds.accents + kinds.loosely == 0;
  const bool beside_ascii = kinds.ascii > 0 && kinds.alike + kinds.loosely > 0;
  const bool alone =
      all_alike && ((which_ == Words::mixed_or_all_alike && kinds.letters >= kLeastAllAlike) ||
                    (kinds.letters >= kLeastInIdentifier && (kinds.digits > 0 || in_identifier(reader_, begin, end))));
  Decision out;
  if (which_ == Words::slanted) {
    out.imitates = beside_ascii && kinds.slanted > 0;
    return out;
  }
  constexpr size_t kLeastTurned = 2;  // other alphabets have some of these letters, and one may imitate another
  out.turned = which_ == Words::mixed_or_all_alike && kinds.turned >= kLeastTurned && kinds.turned * 4 >= kinds.letters;
  constexpr size_t kLeastHooked = 3;  // languages that have such letters have fewer in a word
  out.hooked = which_ == Words::mixed_or_all_alike && kinds.hooked >= kLeastHooked && kinds.other == 0 &&
               kinds.letters >= kLeastUnaccented;
  // Letters of several alphabets, each like an ASCII one somehow: no language writes words with them.
  if (which_ == Words::mixed_or_all_alike && kinds.other == 0 && kinds.alike + kinds.loosely > 0 &&
      kinds.letters >= kLeastUnaccented) {
    const Alphabets alphabets = alphabets_of(reader_.substr(begin, end - begin));
    out.hooked = out.hooked || alphabets.several;
    out.thai = alphabets.several && alphabets.thai;
  }
  out.imitates = beside_ascii || alone || out.hooked;
  out.disguised = which_ == Words::mixed_or_all_alike && kinds.other == 0 &&
                  (kinds.accents > 0 || kinds.accented >= many_accents_) &&
                  (kinds.letters >= kLeastUnaccented || is_piece_of_word(reader_, begin, end));
  return out;
}

bool AlikeWriter::write_turned(std::string_view word) {
  for (size_t i = 0; i < word.size();) {
    const size_t begin = i;
    const char32_t c = next_code_point(word, i);
    const char letter = c < 0x80 ? on_its_head(static_cast<char>(c)) : turned_letter(c);
    if (letter == '\0') {
      out_.append(word, begin, i - begin);
      map_.copied(i - begin);
    } else {
      out_ += letter;
      map_.replaced(1, i - begin);
    }
  }
  return true;
}

// Rewrites one word, if it is a word that the view speaks of; true when it wrote anything new.
bool AlikeWriter::write_word(size_t begin, size_t end) {
  const UnicodeTables& tables = unicode_tables();
  const std::string_view word = reader_.substr(begin, end - begin);
  const WordKinds kinds = kinds_of(word);
  const Decision decision = decide(kinds, begin, end);
  if (decision.turned) return write_turned(word);
  if (!decision.imitates && !decision.disguised) {
    copy(begin, end);
    return false;
  }
  for (size_t i = 0; i < word.size();) {
    size_t next = i;
    const char32_t c = next_code_point(word, next);
    if (decision.disguised && is_accent(c)) {  // of the space before the word
      map_.replaced(0, next - i);
      i = next;
      continue;
    }
    char ascii = kinds.ascii > 0 || decision.hooked ? ascii_beside_ascii(c, which_) : ascii_alike(c);
    if (decision.hooked && ascii == '\0') ascii = tables.accented(c);
    if (decision.thai && c >= '2' && c <= '4')
      ascii = "bmd"[c - '2'];  // its digits, which the reader view has as these
    if (decision.disguised) {
      if (ascii == '\0') ascii = tables.accented(c);
      if (ascii == '\0' && c < 0x80) ascii = static_cast<char>(c);
      // The marks behind a letter go with it.
      for (size_t mark = next; mark < word.size() && is_accent(next_code_point(word, mark));) next = mark;
    }
    if (ascii == '\0' || (next == i + 1 && ascii == word[i]) || (next == i + 1 && !decision.thai)) {
      copy(begin + i, begin + next);
    } else {
      out_ += ascii;
      map_.replaced(1, next - i);
    }
    i = next;
  }
  return true;
}

// A dash between two letters or digits, as people and programs write it for a hyphen.
bool AlikeWriter::write_dash(size_t begin, size_t end) {
  if (!is_dash_inside(reader_, begin, end)) {
    copy(begin, end);
    return false;
  }
  out_ += '-';
  map_.replaced(1, end - begin);
  return true;
}

size_t AlikeWriter::many_accents() const {
  const size_t beyond_ascii = reader_.size() - count_code_points(reader_);
  return beyond_ascii <= kFewBeyondAscii || beyond_ascii * kRareBeyondAscii < reader_.size() ? 1 : kManyAccents;
}

bool AlikeWriter::write() {
  if (which_ == Words::mixed_or_all_alike) many_accents_ = many_accents();
  bool changed = false;
  size_t at = 0;
  while (at < reader_.size()) {
    const size_t alike = next_of_interest(reader_, at, which_);
    if (alike == reader_.size()) {
      copy(at, alike);
      break;
    }
    size_t begin = alike;
    for (size_t before = begin; before > at && is_part_of_word(previous_code_point(reader_, before));) begin = before;
    size_t end = alike;
    for (size_t after = end; after < reader_.size() && is_part_of_word(next_code_point(reader_, after));) end = after;
    copy(at, begin);
    if (end > alike) {
      changed = write_word(begin, end) || changed;
    } else {
      // No part of a word: a dash, or a look-alike that stays what it is.
      copy(begin, alike);
      const char32_t c = next_code_point(reader_, end);
      if (is_wide_dash(c)) {
        changed = write_dash(alike, end) || changed;
      } else {
        copy(alike, end);
      }
    }
    at = end;
  }
  return changed;
}

}  // namespace

bool is_dash_inside(std::string_view reader, size_t begin, size_t end) {
  if (begin == 0 || end >= reader.size()) return false;
  return is_word_char(previous_code_point(reader, begin)) && is_word_char(next_code_point(reader, end));
}

bool is_for_latin(char32_t c) {
  return is_of_interest(c, Words::mixed);
}

bool is_for_skeleton(char32_t c) {
  return is_of_interest(c, Words::mixed_or_all_alike);
}

bool is_for_slanted(char32_t c) {
  return is_of_interest(c, Words::slanted);
}

bool make_latin(std::string_view reader, std::string& out, OffsetMap& map) {
  return AlikeWriter(reader, Words::mixed, out, map).write();
}

bool make_skeleton(std::string_view reader, std::string& out, OffsetMap& map) {
  return AlikeWriter(reader, Words::mixed_or_all_alike, out, map).write();
}

bool make_slanted(std::string_view reader, std::string& out, OffsetMap& map) {
  return AlikeWriter(reader, Words::slanted, out, map).write();
}

void write_alike(std::string& reader) {
  size_t kept = 0;
  for (size_t i = 0; i < reader.size();) {
    const size_t begin = i;
    const char ascii = ascii_alike(next_code_point(reader, i));
    if (ascii != '\0') {
      reader[kept++] = ascii;
    } else {
      std::copy(reader.begin() + static_cast<std::ptrdiff_t>(begin), reader.begin() + static_cast<std::ptrdiff_t>(i),
                reader.begin() + static_cast<std::ptrdiff_t>(kept));
      kept += i - begin;
    }
  }
  reader.resize(kept);
}

std::string alike_word(std::string_view reader) {
  std::string alike(reader);
  write_alike(alike);
  return alike;
}

}  // namespace postern::policy
