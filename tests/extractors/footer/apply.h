// What the gate makes of an edit: the mail as it goes out.
#pragma once

#include <string>
#include <string_view>

#include "message/body_edit.h"

namespace postern::test {

// The message with the splices and the root's fields carried out. Fields are written as an MTA does.
inline std::string applied(std::string_view message, const BodyEdit& edit) {
  std::string out(message);
  for (auto splice = edit.splices.rbegin(); splice != edit.splices.rend(); ++splice) {
    out.replace(splice->offset, splice->removed, splice->inserted);
  }
  for (const HeaderChange& field : edit.fields) {
    const std::string line = field.name + ":" + field.value + "\r\n";
    const size_t header_end = out.find("\r\n\r\n") + 2;
    if (field.index == 0) {
      out.insert(header_end, line);
      continue;
    }
    const size_t start = out.starts_with(field.name + ":") ? 0 : out.find("\n" + field.name + ":") + 1;
    size_t end = out.find("\r\n", start) + 2;
    while (out[end] == ' ' || out[end] == '\t') end = out.find("\r\n", end) + 2;
    out.replace(start, end - start, line);
  }
  return out;
}

}  // namespace postern::test
