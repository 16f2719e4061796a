// Charsets: bytes of unknown or doubtful encoding to UTF-8.
//
// Mail programs and editors settle the charset of a text in different ways, and
// senders declare wrong ones, by accident or on purpose. The order here: a byte
// order mark, valid UTF-8, the declared charset, uchardet's guess (of short texts ours), windows-1252.
// Where another program would plausibly read other letters, that reading is
// returned as well, so that a wrong label hides nothing. Bytes that look like UTF-16
// or UTF-32 under another label are read by that label too, and the readings are
// `disputed` when they differ.
//
// Labels are read as mail programs read them, wider than their names say:
// iso-8859-1 and us-ascii as windows-1252, gb2312 as gb18030, ks_c_5601-1987 as
// windows-949 (WHATWG Encoding 4.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace postern::extract {

// One way to read the bytes. text() points into the bytes that were given or into the reading itself.
class TextReading {
 public:
  static TextReading borrowed(std::string_view utf8, std::string charset);
  static TextReading owned(std::string utf8, std::string charset);

  // May hold ill-formed sequences when the charset is UTF-8 and the bytes are damaged.
  std::string_view text() const { return borrows_ ? view_ : std::string_view(storage_); }
  const std::string& charset() const { return charset_; }

 private:
  std::string_view view_;
  std::string storage_;
  std::string charset_;
  bool borrows_ = false;
};

struct TextReadings {
  TextReading main;
  std::optional<TextReading> other;  // what a program that trusts something else would show
  bool mislabelled = false;          // the declared charset is not the one that was used, or damage was found
  bool cut = false;                  // a reading ends at its kMostDamage-th damaged sequence
  bool disputed = false;  // zero bytes: UTF-16 to some programs, to others a text with zeros among its letters
};

// Damaged sequences of one conversion, each of which costs far more than a character: what lies behind is not read.
inline constexpr size_t kMostDamage = 1 << 20;
// "damaged characters of a text reached the limit (1048576)".
std::string describe_damage_limit();
// "programs differ on its charset: UTF-8 or UTF-16LE": why readings are disputed.
std::string describe_dispute(const TextReadings& readings);

// `declared` as it stands in the mail; empty when nothing was declared.
TextReadings read_text(std::string_view bytes, std::string_view declared);

// The converter's name for a label, "" for labels that say nothing ("unknown-8bit", "x-user-defined").
std::string canonical_charset(std::string_view label);

// Converts by a charset that was named; nullopt when there is no such converter. Damaged sequences become U+FFFD,
// counted in `*damage` when it is not null; at more than kMostDamage the text ends.
std::optional<std::string> convert_to_utf8(std::string_view bytes, std::string_view charset, size_t* damage = nullptr);

}  // namespace postern::extract
