// Fib: the head of a Word document's main stream, which says where all else is ([MS-DOC] 2.5; Word 6 and 95 hold
// the same fields in other places, Word 2 only the sizes of its stories there).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace postern::extract::doc {

// The stories in the order in which their characters follow each other ([MS-DOC] 2.3.1).
enum class StoryKind : std::uint8_t { main, footnotes, headers, macros, comments, endnotes, boxes, header_boxes };
inline constexpr size_t kStories = 8;

// Tables that the head points to, by their number among its pairs ([MS-DOC] 2.5.6).
enum class Table : std::uint8_t {
  styles = 1,
  footnote_texts = 3,
  comment_refs = 4,
  comment_texts = 5,
  headers = 11,
  character_pages = 12,
  paragraph_pages = 13,
  fonts = 15,
  bookmarks = 21,
  pieces = 33,
  comment_owners = 36,
  endnote_texts = 47,
  drawings = 50,
  reviewers = 51,
  box_texts = 56,
  header_box_texts = 58,
  variables = 60,
};

enum class Cipher : std::uint8_t { none, obfuscated, rc4 };

class Fib {
 public:
  // nullopt when the stream is no Word document of version 6 or later.
  static std::optional<Fib> read(std::string_view document);

  bool is_wide() const { return wide_; }  // Word 97 and later: text may be UTF-16, tables are in a stream of their own
  Cipher cipher() const { return cipher_; }
  std::string_view table_stream() const { return second_table_ ? "1Table" : "0Table"; }
  // One field (lKey): bytes in front of an encrypted table stream, or what is kept of an obfuscated file's password.
  std::uint32_t cipher_head() const { return cipher_head_; }
  std::uint16_t xor_verifier() const { return static_cast<std::uint16_t>(cipher_head_ & 0xFFFF); }
  std::uint16_t xor_key() const { return static_cast<std::uint16_t>(cipher_head_ >> 16); }
  // Before Word 97 its letters may have two bytes, too: those of Word 95 for East Asia, codes of a double-byte code
  // page as numbers. All else is as in other documents of its time.
  bool has_wide_text() const { return wide_text_; }
  bool from_macintosh() const { return macintosh_; }
  std::uint32_t language() const { return language_; }
  std::uint32_t first_byte() const { return first_byte_; }  // of the text, in documents without table of pieces
  bool has_pieces() const { return has_pieces_; }
  std::uint32_t characters(StoryKind story) const { return characters_[static_cast<size_t>(story)]; }

  // The bytes of a table, cut to what the stream holds; "" when this version has none.
  std::string_view table(Table table, std::string_view tables) const;

 private:
  std::string_view document_head_;
  std::uint32_t pairs_at_ = 0;
  std::uint32_t pairs_ = 0;
  bool wide_ = true;
  bool wide_text_ = false;
  bool macintosh_ = false;
  bool second_table_ = false;
  bool has_pieces_ = true;
  Cipher cipher_ = Cipher::none;
  std::uint32_t cipher_head_ = 0;
  std::uint32_t language_ = 0;
  std::uint32_t first_byte_ = 0;
  std::array<std::uint32_t, kStories> characters_{};
};

}  // namespace postern::extract::doc
