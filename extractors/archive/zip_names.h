// Names and comments of zip members as UTF-8.
//
// APPNOTE 4.4.4 bit 11 and 4.6.9 (Info-ZIP Unicode Path, 0x7075) say when a name
// is UTF-8. Without them it is in the code page of the machine that wrote it,
// IBM 437 by the letter of the standard. Valid UTF-8 is taken as such.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

enum class NameFlag { utf8, legacy };

// `extra` is the extra field of the record the name stands in.
std::string decode_zip_name(std::string_view raw, NameFlag flag, std::string_view extra);

// Other readings of a name without a declared charset: by the code pages of the systems that write such zips, where
// the bytes make letters in them. Empty for valid UTF-8.
std::vector<std::string> legacy_zip_names(std::string_view raw);

// The payload of the extra field block `id`, or an empty view.
std::string_view find_zip_extra(std::string_view extra, unsigned id);

}  // namespace postern::extract
