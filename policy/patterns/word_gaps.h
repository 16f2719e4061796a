// What may stand between two words of an entry, and between the letters of one. Internal to matcher_words*.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/model.h"
#include "policy/views.h"

namespace postern::policy {

// Bytes of white space or separators between two words of an entry; a line break with indentation has about 20.
inline constexpr size_t kMaxWordGap = 64;

// What cuts an entry into words.
bool is_gap(char c, WordMatch match);

// The gap that ends at `end` begins there, that which begins at `begin` ends there.
size_t gap_before(std::string_view text, size_t least, size_t end, WordMatch match);
size_t gap_after(std::string_view text, size_t begin, size_t most, WordMatch match);

// Whether an entry has a full stop and a space between two of its words, as in "Dr. No".
enum class Stops : std::uint8_t { no, yes };

// Whether two words with `gap` between them in `text` may be one entry. A phrase goes over the end of one line and
// its quote marks, and not over that of a sentence, a paragraph or a row, nor from one bullet or one heading of a
// table's columns to the next.
bool may_join(std::string_view text, const ByteRange& gap, WordMatch match, Stops stops);

// What may stand between two letters of a word: marks and markup (views_markup.h), or spaces, and never both: a mark
// beside a space is punctuation. Tabs, line ends and '|' stand between cells and lines. Names alone are put together
// over a mark with a space at both sides ("Night - jar"), over '|' and from one cell to the next, and over what stands
// between them in chats, subtitles and strings of programs (word_tears.h).
enum class Inside : std::uint8_t { nothing, marks, marks_or_blanks, name };
// The most in one word, all its places together: marks (full stops in a row are one), spaces, and bytes of marks and
// markup.
inline constexpr size_t kMostMarks = 3;
inline constexpr size_t kMostBlanks = 3;
inline constexpr size_t kMostInside = 256;
inline constexpr size_t kMostTears = 2;

struct Letters {
  size_t begin = 0;
  size_t end = 0;       // 0: not there
  bool apart = false;   // something stood between, or was there where the word broke off
  bool blanks = false;  // and of that, spaces somewhere
  size_t torn = 0;      // the letter behind what word_tears.h knows, the last such one; 0: none
  bool loose = false;   // of those, one without a mark of a word that goes on
};
// The letters of `word` from `at` on.
Letters letters_at(std::string_view text, size_t at, size_t most, std::string_view word, Inside inside);
// Those that end at `end`, of which the last `tail` bytes are known to be there.
Letters letters_before(std::string_view text, size_t least, size_t end, std::string_view word, size_t tail,
                       Inside inside);

}  // namespace postern::policy
