// Headers of 7z archives (7zFormat.txt of the LZMA SDK), read for what stands behind a member that cannot be unpacked.
//
// libarchive ends at the first such member. Bounds-checked, never fails: headers that make no sense have no members.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct SevenZipMember {
  std::string name;    // UTF-8
  std::string units;   // the name as stored: UTF-16LE without the zero at its end
  bool empty = false;  // folders and files without bytes
  size_t folder = 0;   // of those that have bytes; may be past the last one when the headers make no sense
  std::uint64_t size = 0;
  std::optional<std::uint32_t> checksum;
};

// Members packed together.
struct SevenZipFolder {
  bool encrypted = false;
  std::string coders;                // how they are packed, as it stands in the header
  std::vector<std::uint64_t> sizes;  // of what each coder gives
  std::uint64_t packed_at = 0;       // in the archive; what all packed streams of the folder take follows
  std::vector<std::uint64_t> packed_sizes;
  size_t first_member = SIZE_MAX;  // members follow each other, empty ones between them
};

struct SevenZipHeaders {
  bool locked = false;  // the headers themselves are encrypted
  std::vector<SevenZipFolder> folders;
  std::vector<SevenZipMember> members;
};

SevenZipHeaders read_seven_zip_headers(std::string_view bytes);

// An archive of one folder alone, with its members; "" when the headers lead out of `bytes`.
std::string seven_zip_of_folder(std::string_view bytes, const SevenZipHeaders& headers, size_t folder);

}  // namespace postern::extract
