// Names of members whose charset nobody declares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

struct MemberName {
  std::string name;                 // UTF-8, the likeliest reading
  std::vector<std::string> others;  // in other charsets in which the bytes make letters
};
MemberName read_member_name(std::string_view raw);

// "report.tar" of "report.tar.bz2", "report.tar" of "report.tbz": what a packed file is called unpacked.
std::string name_without_packing(std::string_view name);

}  // namespace postern::extract
