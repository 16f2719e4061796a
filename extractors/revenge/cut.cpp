#include "extractors/revenge/cut.h"

#include <algorithm>
#include <cstdint>

#include "extractors/byte_order.h"
#include "extractors/format_end.h"

namespace postern::extract::revenge {

namespace {

using namespace std::string_view_literals;

// Compound files: some writers leave the last sector short.
bool is_cut_compound(std::string_view bytes) {
  constexpr size_t kSector = 512;
  const size_t end = format_end(bytes, "application/x-ole-storage");
  return end != kNoEnd && end >= bytes.size() + kSector;
}

// WordPerfect 6 and later: the size stands behind the head that all versions share.
bool is_cut_wordperfect(std::string_view bytes) {
  constexpr size_t kMajorVersion = 10, kFileSize = 20;
  return bytes.size() >= kFileSize + 4 && bytes[kMajorVersion] == 2 && little(bytes, kFileSize, 4) > bytes.size();
}

// Lotus 1-2-3, Quattro Pro, sheets of Works: records to the one of kind 1.
bool is_cut_records(std::string_view bytes) {
  constexpr std::uint64_t kEnd = 1;
  while (bytes.size() >= 4) {
    if (little(bytes, 0, 2) == kEnd) return false;
    const auto size = static_cast<size_t>(little(bytes, 2, 2)) + 4;
    if (size > bytes.size()) return true;
    bytes.remove_prefix(size);
  }
  return true;
}

// Write: the head counts the pages of 128 bytes.
bool is_cut_write(std::string_view bytes) {
  constexpr size_t kPages = 96, kPage = 128;
  return bytes.size() < kPages + 2 || little(bytes, kPages, 2) * kPage > bytes.size();
}

// Databases of Palm OS: records in the order of their offsets, of PalmDoc books the first with the length of the text,
// which is told apart from what packs it only when nothing does.
bool is_cut_palm(std::string_view bytes) {
  constexpr size_t kCount = 76, kList = 78, kEntry = 8, kHead = 16;
  if (bytes.size() < kList) return true;
  const auto count = static_cast<size_t>(big(bytes, kCount, 2));
  if (count == 0 || kList + count * kEntry > bytes.size()) return true;
  const auto at = [&](size_t i) { return static_cast<size_t>(big(bytes, kList + i * kEntry, 4)); };
  if (at(count - 1) >= bytes.size() || at(0) + kHead > bytes.size()) return true;
  const std::uint64_t packing = big(bytes, at(0), 2), length = big(bytes, at(0) + 4, 4);
  return packing == 1 && count > 1 && at(1) + length > bytes.size();
}

// XML: it ends with the end of what it begins with.
bool is_cut_xml(std::string_view bytes) {
  size_t begin = 0;
  do {
    begin = bytes.find('<', begin);
    if (begin == std::string_view::npos || begin + 1 >= bytes.size()) return true;
    begin++;
  } while (bytes[begin] == '?' || bytes[begin] == '!');
  const std::string_view name =
      bytes.substr(begin, std::min(bytes.find_first_of(" \t\r\n/>", begin), bytes.size()) - begin);
  const size_t end = bytes.rfind("</");
  return end == std::string_view::npos || !bytes.substr(end + 2).starts_with(name) ||
         bytes.find('>', end) == std::string_view::npos;
}

}  // namespace

bool is_cut(std::string_view bytes) {
  constexpr size_t kPalmKind = 60;
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) return is_cut_compound(bytes);
  if (bytes.starts_with("\xFFWPC")) return is_cut_wordperfect(bytes);
  if (bytes.starts_with("\0\0\x02\0"sv) || bytes.starts_with("\0\0\x1A\0"sv) || bytes.starts_with("\xFF\0\x02\0"sv))
    return is_cut_records(bytes);
  if (bytes.starts_with("\x31\xBE\0\0"sv) || bytes.starts_with("\x32\xBE\0\0"sv)) return is_cut_write(bytes);
  if (bytes.size() > kPalmKind && bytes.substr(kPalmKind).starts_with("TEXtREAd")) return is_cut_palm(bytes);
  if (bytes.starts_with("<")) return is_cut_xml(bytes);
  return false;
}

}  // namespace postern::extract::revenge
