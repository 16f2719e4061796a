#include "extractors/format_end.h"

#include <algorithm>
#include <cstdint>

#include "extractors/byte_order.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

size_t pdf_end(std::string_view bytes) {
  const size_t mark = bytes.rfind("%%EOF");
  return mark == kNoEnd ? kNoEnd : mark + 5;
}

// [MS-CFB] 2.3: the last sector that the allocation table does not call free.
size_t compound_file_end(std::string_view bytes) {
  constexpr size_t kHeader = 512, kInHeader = 109;
  constexpr std::uint64_t kLastSector = 0xFFFFFFFA, kFree = 0xFFFFFFFF;
  if (bytes.size() < kHeader) return kNoEnd;
  const std::uint64_t shift = little(bytes, 30, 2);
  if (shift != 9 && shift != 12) return kNoEnd;
  const size_t size = size_t{1} << shift;
  const size_t sectors = bytes.size() / size;
  const auto offset = [&](std::uint64_t sector) { return static_cast<size_t>(sector + 1) * size; };
  size_t first = 0, end = 0;  // the first sector of the table at hand, the end of the last one in use
  bool whole = true;
  const auto add = [&](std::uint64_t table) {
    if (table > kLastSector || !whole) return;
    // No table speaks of sectors far behind the file: those of the file fill the ones before it.
    if (table >= sectors || first > sectors + size || offset(table) + size > bytes.size()) {
      whole = false;
      return;
    }
    for (size_t i = 0; i < size / 4; i++) {
      if (little(bytes, offset(table) + i * 4, 4) != kFree) end = std::max(end, offset(first + i) + size);
    }
    first += size / 4;
  };
  for (size_t i = 0; i < kInHeader; i++) add(little(bytes, 76 + i * 4, 4));
  std::uint64_t next = little(bytes, 68, 4);
  for (size_t steps = 0; next <= kLastSector && whole; steps++) {
    if (steps > sectors || next >= sectors || offset(next) + size > bytes.size()) return kNoEnd;
    for (size_t i = 0; i + 1 < size / 4; i++) add(little(bytes, offset(next) + i * 4, 4));
    next = little(bytes, offset(next) + size - 4, 4);
  }
  return whole && end > 0 ? end : kNoEnd;
}

// 7zFormat.txt: the header that stands last.
size_t seven_zip_end(std::string_view bytes) {
  constexpr size_t kStart = 32;
  if (bytes.size() < kStart) return kNoEnd;
  const std::uint64_t offset = little(bytes, 12, 8), size = little(bytes, 20, 8), left = bytes.size() - kStart;
  return offset <= left && size <= left - offset ? kStart + static_cast<size_t>(offset + size) : kNoEnd;
}

// RAR 4 (technote.txt of unrar): blocks with their sizes, up to the one that ends the archive.
size_t rar_end(std::string_view bytes) {
  constexpr size_t kHead = 7;
  constexpr std::uint64_t kFile = 0x74, kLast = 0x7B, kHasData = 0x8000;
  for (size_t at = kHead; bytes.size() - at >= kHead;) {
    const std::uint64_t kind = byte_at(bytes, at + 2), flags = little(bytes, at + 3, 2),
                        size = little(bytes, at + 5, 2);
    const bool has_data = (flags & kHasData) != 0 || kind == kFile;
    if (size < kHead || (has_data && bytes.size() - at < kHead + 4)) return kNoEnd;
    const std::uint64_t data = has_data ? little(bytes, at + kHead, 4) : 0;
    if (size + data > bytes.size() - at) return kNoEnd;
    at += static_cast<size_t>(size + data);
    if (kind == kLast) return at;
  }
  return kNoEnd;
}

// [MS-CAB] 2.1; a signature may stand behind, and the reserved fields then say where.
size_t cabinet_end(std::string_view bytes) {
  constexpr size_t kHeader = 36, kReserved = 20;
  if (bytes.size() < kHeader) return kNoEnd;
  const std::uint64_t size = little(bytes, 8, 4);
  if ((little(bytes, 30, 2) & 4) != 0 && bytes.size() >= kHeader + 4 + kReserved &&
      little(bytes, kHeader, 2) >= kReserved && little(bytes, kHeader + 8, 4) == size) {
    return static_cast<size_t>(size + little(bytes, kHeader + 12, 4));
  }
  return static_cast<size_t>(size);
}

// [MS-PST] 2.2.2.6: the size of the file stands in the root of its header, wider in files of Outlook 2003 and later.
size_t data_file_end(std::string_view bytes) {
  constexpr std::uint64_t kOld = 15;
  if (bytes.size() < 512) return kNoEnd;
  return static_cast<size_t>(little(bytes, 10, 2) <= kOld ? little(bytes, 0xA8, 4) : little(bytes, 0xB8, 8));
}

// The size of the file stands in the first section of the header, whose place stands in front of it.
size_t help_end(std::string_view bytes) {
  constexpr size_t kSectionAt = 0x38;
  if (bytes.size() < kSectionAt + 8) return kNoEnd;
  const std::uint64_t section = little(bytes, kSectionAt, 8);
  if (section > bytes.size() || bytes.size() - section < 16) return kNoEnd;
  return static_cast<size_t>(little(bytes, static_cast<size_t>(section) + 8, 8));
}

// OpenType 1.9: the tables that the directory names.
size_t font_end(std::string_view bytes) {
  constexpr size_t kHeader = 12, kRecord = 16;
  if (bytes.starts_with("wOF")) return bytes.size() > kHeader ? static_cast<size_t>(big(bytes, 8, 4)) : kNoEnd;
  if (bytes.size() < kHeader) return kNoEnd;
  const auto tables = static_cast<size_t>(big(bytes, 4, 2));
  if (tables == 0 || bytes.size() < kHeader + tables * kRecord) return kNoEnd;
  std::uint64_t end = kHeader + tables * kRecord;
  for (size_t i = 0; i < tables; i++) {
    const size_t record = kHeader + i * kRecord;
    end = std::max(end, big(bytes, record + 8, 4) + big(bytes, record + 12, 4));
  }
  return static_cast<size_t>(end);
}

}  // namespace

size_t format_end(std::string_view bytes, std::string_view mime) {
  if (mime == "application/pdf") return pdf_end(bytes);
  if (bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")) return compound_file_end(bytes);
  if (bytes.starts_with("RIFF") && bytes.size() > 12) return static_cast<size_t>(little(bytes, 4, 4)) + 8;
  if (mime == "application/x-7z-compressed") return seven_zip_end(bytes);
  if (bytes.starts_with("Rar!\x1A\x07\0"sv)) return rar_end(bytes);
  if (mime == "application/vnd.ms-cab-compressed") return cabinet_end(bytes);
  if (mime == "application/vnd.ms-outlook-pst") return data_file_end(bytes);
  if (mime == "application/vnd.ms-htmlhelp") return help_end(bytes);
  if (mime.starts_with("font/")) return font_end(bytes);
  return picture_end(bytes, mime);
}

}  // namespace postern::extract
