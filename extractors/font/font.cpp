#include "extractors/font/font.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "extractors/image/fields.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/reading.h"
#include "extractors/story/inflate.h"

namespace postern::extract {

namespace {

using image::be16;
using image::be32;
using image::Order;
using image::slice;

constexpr std::string_view kNames = "name";
constexpr unsigned kMacRoman = 10000;

class FontReader {
 public:
  FontReader(std::string_view bytes, Sink& sink) : bytes_(bytes), reading_(sink) {}

  Ending run() {
    constexpr size_t kFirstFont = 12;
    constexpr std::uint32_t kMostFonts = 256;
    if (bytes_.starts_with("ttcf")) {
      const std::uint32_t fonts = std::min(be32(bytes_, 8), kMostFonts);
      for (std::uint32_t i = 0; i < fonts && !reading_.stopped(); i++) directory(be32(bytes_, kFirstFont + 4 * i));
    } else if (bytes_.starts_with("wOFF")) {
      packed_directory();
    } else {
      directory(0);
    }
    reading_.emit(Place::property, "", text_);
    reading_.sink().fact("no-text-format");
    return reading_.ending();
  }

 private:
  // Of each table its tag, checksum, offset and length. A font has one table of names.
  void directory(std::uint64_t at) {
    constexpr size_t kHead = 12, kEntry = 16;
    const unsigned tables = be16(bytes_, at + 4);
    bool named = false;
    for (unsigned i = 0; i < tables; i++) {
      const std::string_view entry = slice(bytes_, at + kHead + std::uint64_t{i} * kEntry, kEntry);
      if (entry.size() < kEntry || !entry.starts_with(kNames)) continue;
      if (std::exchange(named, true)) return twice();
      const std::string_view table = slice(bytes_, be32(entry, 8), be32(entry, 12));
      if (table.size() < be32(entry, 12)) damaged();
      names(table);
    }
  }

  // WOFF: tag, offset, packed and unpacked length, checksum. A table that did not become smaller is stored.
  void packed_directory() {
    constexpr size_t kHead = 44, kEntry = 20, kTablesAt = 12;
    const unsigned tables = be16(bytes_, kTablesAt);
    bool named = false;
    for (unsigned i = 0; i < tables; i++) {
      const std::string_view entry = slice(bytes_, kHead + std::uint64_t{i} * kEntry, kEntry);
      if (entry.size() < kEntry || !entry.starts_with(kNames)) continue;
      if (std::exchange(named, true)) return twice();
      const std::uint32_t packed = be32(entry, 8), whole = be32(entry, 12);
      const std::string_view table = slice(bytes_, be32(entry, 4), packed);
      if (packed == whole) {
        names(table);
        continue;
      }
      std::string unpacked;
      if (!inflate_up_to(table, Deflated::zlib, std::min<std::uint64_t>(whole, kMostFontBytes), unpacked)) {
        damaged();
      }
      names(unpacked);
    }
  }

  // Format, number of records, where strings begin; of a record platform, encoding, language, what it names, length
  // and place of the string.
  void names(std::string_view table) {
    constexpr size_t kHead = 6, kRecord = 12;
    const unsigned count = be16(table, 2), strings = be16(table, 4);
    for (unsigned i = 0; i < count && !reading_.stopped(); i++) {
      const std::string_view record = slice(table, kHead + std::uint64_t{i} * kRecord, kRecord);
      if (record.size() < kRecord) return damaged();
      const unsigned length = be16(record, 8);
      looked_at_ += length;
      if (++records_ > kMostFontNames || looked_at_ > kMostFontBytes) {
        return reading_.reached("names of the font reached the limit (" + std::to_string(kMostFontNames) + " of " +
                                std::to_string(kMostFontBytes) + " bytes)");
      }
      const std::string_view stored = slice(table, std::uint64_t{strings} + be16(record, 10), length);
      if (stored.size() < length) damaged();
      const bool macintosh = be16(record, 0) == 1;
      std::string name = macintosh ? codepage_to_utf8(stored, kMacRoman) : image::utf16(stored, Order::big);
      if (name.empty() || !seen_.insert(name).second) continue;
      text_.append(name) += '\n';
    }
  }

  void twice() { reading_.damaged("it has more than one table of names; the first is read"); }
  void damaged() { reading_.damaged("its table of names leads past the end"); }

  std::string_view bytes_;
  ole::Reading reading_;
  size_t records_ = 0;    // of all tables of names, those without a text too
  size_t looked_at_ = 0;  // bytes of their texts, those that came before too
  std::set<std::string> seen_;
  std::string text_;
};

class FontExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return FontReader(source.bytes, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_font_extractor() {
  return std::make_shared<FontExtractor>();
}

}  // namespace postern::extract
