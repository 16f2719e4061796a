#include "extractors/xls/drawing.h"

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"

namespace postern::extract {

namespace {

constexpr size_t kHeader = 8;

// A table of properties (2.3.1): entries of six bytes, then the values that did not fit in them.
void read_options(std::string_view data, size_t count, DrawingTexts& out) {
  constexpr unsigned kComplex = 0x8000;
  constexpr size_t kEntry = 6;
  size_t value_at = count * kEntry;
  for (size_t i = 0; i < count && (i + 1) * kEntry <= data.size(); i++) {
    const unsigned id = le16(data, i * kEntry);
    const std::uint32_t size = le32(data, i * kEntry + 2);
    if ((id & kComplex) == 0) continue;
    if (value_at >= data.size()) return;
    const std::string_view value = until_nul16(data.substr(value_at, size));
    value_at += size;
    switch (id & 0x3FFF) {
      case 192:
        out.word_art += utf16le_to_utf8(value) + "\n";
        break;
      case 896:
        out.names += utf16le_to_utf8(value) + "\n";
        break;
      case 897:
      case 909:
        out.descriptions += utf16le_to_utf8(value) + "\n";
        break;
      default:
        break;
    }
  }
}

}  // namespace

DrawingTexts read_drawing(std::string_view records) {
  DrawingTexts out;
  size_t at = 0;
  while (records.size() - at >= kHeader) {
    const unsigned version = le16(records, at);
    const unsigned type = le16(records, at + 2);
    const std::uint32_t size = le32(records, at + 4);
    at += kHeader;
    if ((version & 0xF) == 0xF) continue;  // a container: what is in it follows
    const std::string_view data = records.substr(at, size);
    if (type == 0xF00B || type == 0xF121 || type == 0xF122) read_options(data, version >> 4, out);
    at += data.size();
  }
  return out;
}

}  // namespace postern::extract
