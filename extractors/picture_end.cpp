#include <algorithm>
#include <array>

#include "extractors/byte_order.h"
#include "extractors/format_end.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// PNG 5.3: length, name, data, checksum, up to IEND.
size_t png_end(std::string_view bytes) {
  for (size_t at = 8; at + 12 <= bytes.size();) {
    const std::uint64_t length = big(bytes, at, 4);
    if (length > bytes.size() - at - 12) return kNoEnd;
    const bool last = bytes.substr(at + 4, 4) == "IEND";
    at += 12 + static_cast<size_t>(length);
    if (last) return at;
  }
  return kNoEnd;
}

size_t colour_table(std::uint64_t flags) {
  return (flags & 0x80) != 0 ? size_t{3} << ((flags & 7) + 1) : 0;
}

// GIF89a: blocks of sub-blocks up to the trailer.
size_t gif_end(std::string_view bytes) {
  if (bytes.size() < 13) return kNoEnd;
  size_t at = 13 + colour_table(byte_at(bytes, 10));
  while (at < bytes.size()) {
    const char kind = bytes[at++];
    if (kind == ';') return at;
    if (kind == ',') {
      if (at + 10 > bytes.size()) return kNoEnd;
      at += 10 + colour_table(byte_at(bytes, at + 8));
    } else if (kind == '!') {
      at++;
    } else {
      return kNoEnd;
    }
    while (true) {
      if (at >= bytes.size()) return kNoEnd;
      const auto size = static_cast<size_t>(byte_at(bytes, at));
      at += 1 + size;
      if (size == 0) break;
    }
  }
  return kNoEnd;
}

// ITU-T T.81 B.1: segments with a length, and coded data in which 0xFF is followed by 0 or a restart marker.
size_t jpeg_end(std::string_view bytes) {
  size_t at = 2;
  while (at + 1 < bytes.size()) {
    if (bytes[at] != '\xFF') {
      at = bytes.find('\xFF', at);
      if (at == kNoEnd) return kNoEnd;
      continue;
    }
    const std::uint64_t marker = byte_at(bytes, at + 1);
    if (marker == 0xD9) return at + 2;
    const bool has_length = marker >= 0xC0 && marker != 0xFF && !(marker >= 0xD0 && marker <= 0xD8);
    if (!has_length) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    if (at + 4 > bytes.size()) return kNoEnd;
    at += 2 + static_cast<size_t>(big(bytes, at + 2, 2));
  }
  return kNoEnd;
}

// Boxes of ISO/IEC 14496-12 4.2, also of JPEG 2000: size and four letters, up to what is none.
size_t boxes_end(std::string_view bytes) {
  constexpr size_t kHead = 8, kLongHead = 16;
  size_t at = 0;
  while (bytes.size() - at >= kHead) {
    std::uint64_t size = big(bytes, at, 4);
    const std::string_view name = bytes.substr(at + 4, 4);
    if (!std::all_of(name.begin(), name.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\xA9'; })) break;
    if (size == 0) return bytes.size();  // to the end of the file
    if (size == 1) size = bytes.size() - at >= kLongHead ? big(bytes, at + kHead, 8) : 0;
    if (size < kHead || size > bytes.size() - at) break;
    at += static_cast<size_t>(size);
  }
  return at == 0 ? kNoEnd : at;
}

// The Photoshop file format: header, four sections with their sizes, the picture itself raw or in packed rows.
size_t psd_end(std::string_view bytes) {
  constexpr size_t kHeader = 26;
  if (bytes.size() < kHeader) return kNoEnd;
  const bool large = byte_at(bytes, 5) == 2;  // PSB
  const std::uint64_t channels = big(bytes, 12, 2), rows = big(bytes, 14, 4), columns = big(bytes, 18, 4),
                      depth = big(bytes, 22, 2);
  if (channels > 56 || rows > 300'000 || columns > 300'000 || depth > 32) return kNoEnd;
  size_t at = kHeader;
  for (int section = 0; section < 3; section++) {
    const size_t width = section == 2 && large ? 8 : 4;
    if (bytes.size() - at < width) return kNoEnd;
    const std::uint64_t size = big(bytes, at, width);
    if (size > bytes.size() - at - width) return kNoEnd;
    at += width + static_cast<size_t>(size);
  }
  if (bytes.size() - at < 2) return kNoEnd;
  const std::uint64_t packing = big(bytes, at, 2);
  at += 2;
  if (packing == 0) return at + static_cast<size_t>(channels * rows * ((columns * depth + 7) / 8));
  if (packing != 1) return kNoEnd;
  const size_t width = large ? 4 : 2;
  const auto count = static_cast<size_t>(channels * rows);
  if (count > (bytes.size() - at) / width) return kNoEnd;
  size_t end = at + count * width;
  for (size_t i = 0; i < count; i++) end += static_cast<size_t>(big(bytes, at + i * width, width));
  return end;
}

// TIFF 6.0: what the directories and their values reach, strips and tiles too; those inside directories as well.
class Tiff {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), little_(bytes.starts_with("II")) {}

  size_t end() {
    if (bytes_.size() < 8 || field(2, 2) != 42) return kNoEnd;
    reach(0, 8);
    pending_[count_++] = field(4, 4);
    for (size_t done = 0; done < count_; done++) {
      if (!directory(pending_[done])) return kNoEnd;
    }
    return static_cast<size_t>(end_);
  }

 private:
  static constexpr size_t kMostDirectories = 256;
  static constexpr std::uint64_t kMostValues = 1U << 20;  // of all directories together
  static constexpr size_t kMostExpected = 4096;           // mentions of directories, most of them again

  std::uint64_t field(std::uint64_t at, size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) return 0;
    return little_ ? little(bytes_, static_cast<size_t>(at), size) : big(bytes_, static_cast<size_t>(at), size);
  }
  void reach(std::uint64_t at, std::uint64_t size) {
    if (size > 0) end_ = std::max(end_, at + size);
  }
  void expect(std::uint64_t at) {
    if (at == 0 || count_ == kMostDirectories || expected_++ == kMostExpected) return;
    const bool known = std::find(pending_.begin(), pending_.begin() + count_, at) != pending_.begin() + count_;
    if (!known) pending_[count_++] = at;
  }

  struct Values {
    std::uint64_t at = 0, count = 0;
    size_t width = 0;
  };
  std::uint64_t value(const Values& values, std::uint64_t i) const {
    return field(values.at + i * values.width, values.width);
  }

  bool directory(std::uint64_t at) {
    constexpr size_t kEntry = 12;
    constexpr std::array<size_t, 14> kWidths = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    const std::uint64_t entries = field(at, 2);
    if (at < 8 || entries == 0 || at + 2 + entries * kEntry > bytes_.size()) return false;
    reach(at, 2 + entries * kEntry + 4);
    Values places, sizes, jpeg, jpeg_size;
    for (std::uint64_t i = 0; i < entries; i++) {
      const std::uint64_t entry = at + 2 + i * kEntry, tag = field(entry, 2), type = field(entry + 2, 2);
      Values values{entry + 8, field(entry + 4, 4), type < kWidths.size() ? kWidths[static_cast<size_t>(type)] : 0};
      if (values.count * values.width > 4) {
        values.at = field(entry + 8, 4);
        reach(values.at, values.count * values.width);
      }
      if (tag == 273 || tag == 324) places = values;
      if (tag == 279 || tag == 325) sizes = values;
      if (tag == 513) jpeg = values;
      if (tag == 514) jpeg_size = values;
      const bool leads_on = tag == 330 || tag == 34665 || tag == 34853 || tag == 40965;
      for (std::uint64_t k = 0; leads_on && k < std::min<std::uint64_t>(values.count, kMostDirectories); k++) {
        expect(value(values, k));
      }
    }
    const std::uint64_t pieces = std::min({places.count, sizes.count, values_left_});
    values_left_ -= pieces;
    for (std::uint64_t i = 0; i < pieces; i++) reach(value(places, i), value(sizes, i));
    if (jpeg.count > 0 && jpeg_size.count > 0) reach(value(jpeg, 0), value(jpeg_size, 0));
    expect(field(at + 2 + entries * kEntry, 4));
    return true;
  }

  const std::string_view bytes_;
  const bool little_;
  std::uint64_t end_ = 0;
  std::uint64_t values_left_ = kMostValues;
  std::array<std::uint64_t, kMostDirectories> pending_{};
  size_t count_ = 0;
  size_t expected_ = 0;
};

// Icons and cursors: what their directory reaches.
size_t icon_end(std::string_view bytes) {
  constexpr size_t kHeader = 6, kEntry = 16;
  const size_t count = bytes.size() >= kHeader ? static_cast<size_t>(little(bytes, 4, 2)) : 0;
  if (count == 0 || bytes.size() < kHeader + count * kEntry) return kNoEnd;
  std::uint64_t end = 0;
  for (size_t i = 0; i < count; i++) {
    const size_t entry = kHeader + i * kEntry;
    end = std::max(end, little(bytes, entry + 8, 4) + little(bytes, entry + 12, 4));
  }
  return static_cast<size_t>(end);
}

}  // namespace

size_t picture_end(std::string_view bytes, std::string_view mime) {
  if (mime == "image/png") return png_end(bytes);
  if (mime == "image/gif") return gif_end(bytes);
  if (mime == "image/jpeg") return jpeg_end(bytes);
  if (mime == "image/tiff") return Tiff(bytes).end();
  if (mime == "image/vnd.adobe.photoshop") return psd_end(bytes);
  if (mime == "image/vnd.microsoft.icon") return icon_end(bytes);
  if (mime == "image/jp2" || mime.starts_with("image/hei") || mime == "image/avif") return boxes_end(bytes);
  if (mime == "video/mp4" || mime == "audio/mp4" || mime == "video/quicktime") return boxes_end(bytes);
  if (mime == "image/bmp" && bytes.size() > 26) return static_cast<size_t>(little(bytes, 2, 4));
  if (mime == "image/emf" && bytes.size() > 52) return static_cast<size_t>(little(bytes, 48, 4));
  constexpr size_t kPlaceable = 22;  // the header that programs put in front of a metafile
  const size_t front = bytes.starts_with("\xD7\xCD\xC6\x9A") ? kPlaceable : 0;
  constexpr std::uint64_t kHeaderOfWmf = 18;
  if (mime == "image/wmf" && bytes.size() > front + kHeaderOfWmf) {
    const std::uint64_t size = little(bytes, front + 6, 4) * 2;
    return size < kHeaderOfWmf ? kNoEnd : front + static_cast<size_t>(size);
  }
  if (mime == "image/vnd.djvu" && bytes.size() > 12) return static_cast<size_t>(big(bytes, 8, 4)) + 12;
  return kNoEnd;
}

}  // namespace postern::extract
