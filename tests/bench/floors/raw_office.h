// The least that reading an Office file can cost: zlib for each member, memchr for the tags. No check of anything: a
// yardstick, never fed with anything but the corpus.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::bench {

// Name and bytes of each member, in the order of the central directory.
std::vector<std::pair<std::string, std::string>> unzip(std::string_view archive);

// What stands between the tags, with a line end where a paragraph, cell or row ends.
void strip_tags(std::string_view markup, std::string& out);

// All XML members of an Office file, stripped; how many bytes of text came out.
size_t office_text(std::string_view archive, std::string& scratch);

}  // namespace postern::bench
