#include "extractors/doc/fib.h"

#include "extractors/archive/bytes.h"

namespace postern::extract::doc {

namespace {

constexpr std::uint16_t kWord97 = 0xA5EC, kWord6 = 0xA5DC, kWord2 = 0xA5DB;
constexpr unsigned kFamily = 0xA5, kEastAsianFamily = 0xA6;  // the upper byte; the other of Word 6 and 95 for East Asia
constexpr std::uint16_t kFirstWide = 0x00C1 - 32;            // beta files have smaller numbers than 193
constexpr std::uint16_t kComplex = 0x0004, kEncrypted = 0x0100, kSecondTable = 0x0200, kWideText = 0x1000,
                        kObfuscated = 0x8000;
constexpr std::uint32_t kPairsOfWord6 = 38;  // behind them come fields of other sizes

}  // namespace

std::optional<Fib> Fib::read(std::string_view document) {
  constexpr size_t kSmallest = 0x60;
  const std::uint16_t magic = le16(document, 0);
  const bool east_asian = magic >> 8 == kEastAsianFamily;
  if (document.size() < kSmallest || (magic >> 8 != kFamily && !east_asian)) return std::nullopt;
  constexpr std::uint16_t kFirstOfWord6 = 101;
  if (magic != kWord97 && magic != kWord6 && magic != kWord2 && le16(document, 2) < kFirstOfWord6) return std::nullopt;
  Fib fib;
  fib.wide_ = le16(document, 2) >= kFirstWide;
  const std::uint16_t flags = le16(document, 0x0A);
  fib.language_ = le16(document, 6);
  fib.second_table_ = (flags & kSecondTable) != 0;
  if ((flags & kEncrypted) != 0)
    fib.cipher_ = (flags & kObfuscated) != 0 || !fib.wide_ ? Cipher::obfuscated : Cipher::rc4;
  fib.cipher_head_ = le32(document, 0x0E);
  fib.first_byte_ = le32(document, 0x18);
  fib.document_head_ = document;
  size_t counts = 0x34;
  if (fib.wide_) {
    // Sizes of the blocks between stand in front of them ([MS-DOC] 2.5.1).
    const size_t longs = 32 + 2 + size_t{le16(document, 32)} * 2;
    const size_t pairs = longs + 2 + size_t{le16(document, longs)} * 4;
    counts = longs + 2 + 12;
    fib.pairs_ = le16(document, pairs);
    fib.pairs_at_ = static_cast<std::uint32_t>(pairs + 2);
  } else {
    fib.has_pieces_ = (flags & kComplex) != 0;  // of Word 2, whose table is elsewhere, that ends as damage
    fib.pairs_ = magic == kWord2 ? 0 : kPairsOfWord6;
    fib.pairs_at_ = 0x58;
  }
  std::uint64_t characters = 0;
  for (size_t story = 0; story < kStories; story++) {
    fib.characters_[story] = le32(document, counts + story * 4);
    characters += fib.characters_[story];
  }
  if (!fib.wide_) {
    constexpr std::uint16_t kMacintosh = 256;
    fib.macintosh_ = le16(document, 0x14) == kMacintosh;
    const std::uint32_t behind_text = le32(document, 0x1C);
    fib.wide_text_ = (flags & kWideText) != 0 ||
                     (east_asian && behind_text > fib.first_byte_ && behind_text - fib.first_byte_ >= 2 * characters);
  }
  return fib;
}

std::string_view Fib::table(Table table, std::string_view tables) const {
  const auto number = static_cast<std::uint32_t>(table);
  if (number >= pairs_) return {};
  const size_t at = pairs_at_ + size_t{number} * 8;
  const std::uint32_t begin = le32(document_head_, at), size = le32(document_head_, at + 4);
  if (begin >= tables.size()) return {};
  return tables.substr(begin, size);
}

}  // namespace postern::extract::doc
