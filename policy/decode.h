// Decode: text inside text that is itself encoded, and what it says.
//
// Who wants to get a text past a gate writes it in base64, hex, percent signs ... and the recipient takes a common
// program to read it. find_encoded() looks for stretches of a reader view that are such a spelling of text, and spells
// them out; what comes out is text like any other, to be seen in all views (policy/scan.h).
//
//   base64, base32, hex, binary    runs of their letters, wrapped over lines or quoted, with any padding or none
//   hex, decimal, octal, binary    lists of numbers, one a byte or character: "4e 69 67", "0x4e, 0x69",
//   "chr(78)+chr(105)" uuencode, ascii85              lines that are as long as they say; between <~ and ~> percent,
//   quoted-printable, references, escapes
//                                  "%4e", "=4E", "&#78;", "\x4e" in text that goes on around them
//   number words                   "four nine two nine", eight of them or more
//   rot13, punycode                paragraphs with a common word in it; xn-- and what follows
//
// Only what spells text counts: characters that print, letters and digits most of them, in UTF-8, UTF-16 or
// Windows-1252. Random bytes (hashes, keys, pictures) fail that within a few bytes, so they cost little.
//
// Pure; nothing is allocated once the buffers have grown. Internal to policy/.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/views.h"

namespace postern::policy {

enum class Encoding : std::uint8_t {
  none,
  base64,
  base32,
  hex,
  decimal,
  octal,
  binary,
  uuencode,
  ascii85,
  percent,
  quoted_printable,
  references,
  escapes,
  punycode,
  rot13,
  number_words,
  // What a view joined or wrote otherwise, to be read as text of its own (policy/scan_again.h).
  skeleton,
  spaced,
  scattered,
  unwrapped,
  debris,
};
inline constexpr size_t kEncodings = 21;
// "base64", in proofs.
std::string_view to_string(Encoding encoding);

// base64 of base64 of base64 ... is decoded so many times. Honest text has URLs inside URLs, which reach three.
inline constexpr size_t kMaxDecodeDepth = 4;

// Kinds of encoded text that are looked for in different ways.
enum class CodeKind : std::uint8_t {
  run,   // base64, base32, hex, binary
  list,  // of numbers
  uuencode,
  ascii85,
  punycode,
  percent,
  quoted_printable,
  references,
  escapes,
};
inline constexpr size_t kCodeKinds = 9;

// Where text of a kind may begin: the survey of a text (policy/views.h) leaves them behind, rising for each kind, and
// only there is it looked for.
struct CodeSign {
  CodeKind kind;
  bool onward;       // there may be more of that kind anywhere behind
  std::uint32_t at;  // in the text: in it, or at its beginning
};

// What the encoded stretches of one text say; a buffer that is used again and again.
class Decoded {
 public:
  struct Stretch {
    Encoding encoding;
    ByteRange origin;  // in the text that was looked at
    ByteRange text;    // in text()
  };

  // Starts anew; add() takes text up to `most` bytes.
  void start(size_t most);
  // Of all stretches, apart by '\n'.
  const std::string& text() const { return text_; }
  // By encoding, those of one rising.
  const std::vector<Stretch>& stretches() const { return stretches_; }
  // There was more than start() allows.
  bool full() const { return full_; }
  // Whether the stretch goes on around its escapes.
  bool goes_on(const Stretch& stretch) const { return places_[static_cast<size_t>(stretch.encoding)].view > 0; }
  // Where a part of a stretch stands in the text that was looked at: exactly in a stretch that goes on around its
  // escapes, else in proportion.
  ByteRange origin_of(const Stretch& stretch, ByteRange part) const;
  void give_back_over(size_t bytes);

  // What a stretch says, if it is text; false if not.
  bool add(Encoding encoding, ByteRange origin, std::string_view bytes);

  // A stretch that goes on around its escapes, written piece by piece: begin, copy and replace in order, end. Of one
  // encoding they rise. begin_window() is false when there is no room.
  bool begin_window(Encoding encoding, ByteRange origin);
  void copy(std::string_view text);
  void replace(std::string_view with, size_t source_bytes);
  void end_window();

  // Buffers of the finders.
  std::string bytes;
  std::vector<ByteRange> parts;

 private:
  bool has_room(size_t bytes);

  std::string text_;
  std::vector<Stretch> stretches_;
  size_t most_ = 0;
  bool full_ = false;
  // By encoding, from text() behind `base` to what was looked at.
  struct Places {
    OffsetMap map;
    std::uint32_t base = 0;  // in text()
    std::uint32_t view = 0;  // how far `map` goes, from `base`
    std::uint32_t source = 0;
  };
  std::array<Places, kEncodings> places_;
  std::uint32_t used_ = 0;  // a bit each of `places_` that is not empty

  Places& places_of(Encoding encoding);
};

// Adds to `out` what stands encoded in `text` at `signs`; nothing goes on from one of its `pieces` into the next.
void find_encoded(std::string_view text, std::span<const ByteRange> pieces, std::span<const CodeSign> signs,
                  Decoded& out);

// Adds the paragraphs of a piece of `text` that are in rot13.
void find_rot13(std::string_view text, const ByteRange& piece, Decoded& out);

// Adds the numbers of a piece of `text` that are spelled digit by digit in words.
void find_number_words(std::string_view text, const ByteRange& piece, Decoded& out);

// Whether `bytes` are text; it is appended to `out` as UTF-8 then.
bool append_plausible(std::string_view bytes, std::string& out);
// False when text cannot begin like this.
bool may_begin_text(std::string_view bytes);
// The character that Windows-1252 has for a byte beyond ASCII; 0 for none.
char32_t windows_1252(unsigned char byte);

}  // namespace postern::policy
