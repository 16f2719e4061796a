// What a part is, by its bytes; the name and the declared type only break ties.
//
// Detection is an own table of signatures for everything we read, then libmagic
// for the rest (so that rules can ask for CAD drawings or databases by type).
// "text/plain" is for bytes that decode as text in some charset.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

struct FileType {
  std::string mime = "application/octet-stream";  // "application/pdf"
  bool mismatch = false;                          // the name's extension or the declared type promises another family
};

FileType detect_type(std::string_view bytes, std::string_view name, std::string_view declared_type);

}  // namespace postern::extract
