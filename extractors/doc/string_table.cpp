#include "extractors/doc/string_table.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"

namespace postern::extract::doc {

namespace {

// Takes a string with its length in front off `bytes`.
std::string take_string(std::string_view& bytes, bool wide, std::uint32_t code_page) {
  const size_t head = wide ? 2 : 1;
  const size_t size = le_at(bytes, 0, static_cast<unsigned>(head)) * (wide ? 2 : 1);
  bytes.remove_prefix(std::min(head, bytes.size()));
  std::string out;
  if (wide) {
    append_utf16le(out, bytes.substr(0, size));
  } else {
    append_code_page(out, bytes.substr(0, size), code_page);
  }
  bytes.remove_prefix(std::min(size, bytes.size()));
  return out;
}

}  // namespace

std::vector<std::string> read_string_table(std::string_view bytes, std::uint32_t code_page) {
  constexpr std::uint16_t kWide = 0xFFFF;
  const bool wide = le16(bytes, 0) == kWide;
  std::vector<std::string> out;
  if (bytes.size() < 2) return out;
  size_t count = SIZE_MAX;
  size_t extra = 0;
  if (wide) {
    count = le16(bytes, 2);
    extra = le16(bytes, 4);
    bytes.remove_prefix(std::min<size_t>(6, bytes.size()));
  } else {  // the size of the whole table, itself counted
    bytes = bytes.substr(0, le16(bytes, 0));
    bytes.remove_prefix(std::min<size_t>(2, bytes.size()));
  }
  while (!bytes.empty() && out.size() < count) {
    out.push_back(take_string(bytes, wide, code_page));
    bytes.remove_prefix(std::min(extra, bytes.size()));
  }
  return out;
}

std::vector<std::string> read_strings(std::string_view bytes, bool wide, std::uint32_t code_page) {
  std::vector<std::string> out;
  while (!bytes.empty()) out.push_back(take_string(bytes, wide, code_page));
  return out;
}

}  // namespace postern::extract::doc
