#include "extractors/doc/form_field.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/doc/string_table.h"
#include "extractors/story/code_page.h"

namespace postern::extract::doc {

std::string form_field_text(std::string_view data) {
  constexpr std::uint32_t kVersion = 0xFFFFFFFF;
  constexpr size_t kNameAt = 10;  // version, bits, longest text, size of a box
  if (le32(data, 0) != kVersion || data.size() <= kNameAt) return {};
  const unsigned kind = le16(data, 4) & 3;
  constexpr unsigned kText = 0;
  constexpr unsigned kList = 2;
  std::string out;
  size_t at = kNameAt;
  // A string behind its length, and a zero.
  const auto tell_string = [&] {
    const size_t size = size_t{2} * le16(data, at);
    if (at + 2 < data.size() && size > 0) {
      append_utf16le(out, data.substr(at + 2, size));
      out += '\n';
    }
    at += 2 + size + 2;
  };
  tell_string();  // name
  if (kind == kText) {
    tell_string();  // default text
  } else {
    at += 2;  // default number
  }
  for (int i = 0; i < 5; i++) tell_string();  // format, help, status line, macros at entry and exit
  if (kind == kList) {
    for (const std::string& choice : read_string_table(data.substr(std::min(at, data.size())), kCodePageAnsi))
      out += choice + "\n";
  }
  return out;
}

}  // namespace postern::extract::doc
