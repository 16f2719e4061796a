// Unicode tables for the views, made from ICU's properties once in a process.
//
// A byte a code point for the first two planes, so that the views' loops ask ICU nothing. Read-only after
// unicode_tables() returned; safe from several threads.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

// What the reader view does with a code point.
enum class CharAction : std::uint8_t {
  copy,     // stays as it is
  remove,   // invisible: Default_Ignorable_Code_Point, Bidi_Control, control characters
  space,    // becomes ' '
  line,     // becomes '\n'
  digit,    // Nd: becomes its ASCII digit
  replace,  // NFKC changes it alone
  join,     // combines with what stands before: normalised together (UAX 15 9.1)
};

class UnicodeTables {
 public:
  UnicodeTables();

  CharAction action(char32_t c) const { return c < kTabled ? actions_[c] : action_beyond(c); }
  // For CharAction::replace, and for words folded to more than one code point.
  std::string_view replacement(char32_t c) const { return find(replacements_, c); }

  // Full case folding: the folded code point, or kFoldsToMany with fold_to_many() giving UTF-8.
  static constexpr char32_t kFoldsToMany = 0xffff'ffff;
  char32_t fold(char32_t c) const;
  std::string_view fold_to_many(char32_t c) const { return find(full_folds_, c); }

  // The ASCII letter that a letter looks like, case kept (UTS 39 4); 0 for none, and for ASCII itself.
  char look_alike(char32_t c) const;
  bool has_look_alike(char32_t c) const { return c < kLookAlikes && alike_[c]; }
  bool has_loose_look_alike(char32_t c) const { return c < kLookAlikes && loose_[c]; }

  // More of them, which look like it beside ASCII letters only: in slanted type, with a hook or a stroke, turned round.
  char loosely_alike(char32_t c) const;
  // Another ASCII letter that a letter looks like in slanted type; 0 for most.
  static char slanted_alike(char32_t c);

  // The ASCII letter below the accents of a letter that Unicode holds with them; 0 for all others.
  char accented(char32_t c) const {
    return c >= kAccentedBegin && c < kAccentedEnd ? accented_[c - kAccentedBegin] : '\0';
  }

 private:
  struct Entry {
    char32_t c;
    std::uint32_t offset;
    std::uint32_t length;
  };
  static constexpr char32_t kTabled = 0x20000;
  static constexpr char32_t kAccentedBegin = 0xc0;  // Latin-1 to Latin Extended Additional
  static constexpr char32_t kAccentedEnd = 0x1f00;
  static constexpr char32_t kLookAlikes = 0x10500;  // the last script that has any, Deseret, ends below

  CharAction action_beyond(char32_t c) const;
  std::string_view find(const std::vector<Entry>& entries, char32_t c) const;
  void add(std::vector<Entry>& entries, char32_t c, std::string_view text);
  void build_actions();
  void build_folds();
  void build_look_alikes();
  void build_loose_look_alikes();
  void build_accented();

  std::vector<CharAction> actions_;
  std::vector<char16_t> folds_;  // the first plane
  std::vector<Entry> replacements_;
  std::vector<Entry> full_folds_;
  std::vector<std::pair<char32_t, char>> look_alikes_;
  std::vector<bool> alike_;
  std::vector<std::pair<char32_t, char>> loosely_alike_;
  std::vector<bool> loose_;
  std::vector<char> accented_;
  std::string pool_;
};

const UnicodeTables& unicode_tables();

// Hyphens, dashes and minus signs beyond ASCII.
bool is_wide_dash(char32_t c);

// views_fancy.cpp: letters and signs that programs for "fancy text" write for an ASCII letter.
void each_fancy_letter(const std::function<void(char32_t letter, char ascii)>& visit);
// One of them that is no letter: of currencies, radicals of Yi, signs of Thai and of packages.
bool is_fancy_sign(char32_t c);

// Decodes the code point at `at` and moves past it; bytes that are no UTF-8 give U+FFFD, one by one.
char32_t next_code_point(std::string_view text, size_t& at);
// The code point that ends at `at` (at > 0), moving `at` to its beginning.
char32_t previous_code_point(std::string_view text, size_t& at);
void append_utf8(char32_t c, std::string& out);

// For word boundaries (UAX 29 4, with own rules where words are not written apart): true when a word may go on
// from `left` to `right` without a break.
bool word_continues(char32_t left, char32_t right);
// Letters, digits and marks; no underscore: file names join words with it.
bool is_word_char(char32_t c);
// Combining Diacritical Marks: accents over and under Latin, Greek and Cyrillic letters.
inline bool is_accent(char32_t c) {
  return c >= 0x300 && c < 0x370;
}

}  // namespace postern::policy
