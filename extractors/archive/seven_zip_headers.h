// Headers of 7z archives (7zFormat.txt of the LZMA SDK), read for the names behind a member that cannot be unpacked.
//
// libarchive ends at the first such member. Bounds-checked, never fails: headers that make no sense have no members.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct SevenZipMember {
  std::string name;  // UTF-8
  bool encrypted = false;
  bool empty = false;  // folders and files without bytes
};

struct SevenZipHeaders {
  bool locked = false;  // the headers themselves are encrypted
  std::vector<SevenZipMember> members;
};

SevenZipHeaders read_seven_zip_headers(std::string_view bytes);

}  // namespace postern::extract
