// Headers of RAR archives, read for what libarchive says unclearly: what is encrypted, and the comment.
//
// RAR 5 by its technical note; of RAR 4 only whether the headers are locked. Bounds-checked, never fails: a
// header that makes no sense ends the list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

bool is_rar5(std::string_view bytes);

struct RarHeaders {
  bool locked = false;                 // the headers themselves are encrypted
  bool volume = false;                 // one of several files
  std::vector<std::string> encrypted;  // names of encrypted members, as stored
  std::string comment;                 // when it is stored unpacked
  std::string readable;                // the archive without its encrypted members; empty when it has none
  std::string_view behind;             // what stands behind the end of the archive
};

RarHeaders read_rar_headers(std::string_view bytes);

}  // namespace postern::extract
