// Families of types: what a file name or a declared type promises in broad terms.
#pragma once

#include <cstdint>
#include <string_view>

namespace postern::extract {

enum class Family : std::uint8_t {
  none,
  text,
  office,
  pdf,
  archive,
  image,
  media,
  program,
  font,
  sealed,
  mailbox,
  other
};

Family family_of_type(std::string_view mime);
// `extension` lower case without the dot; `none` when it promises nothing.
Family family_of_extension(std::string_view extension);

// True when bytes of family `found` are no surprise where `promised` was said. Text is none: source code, HTML
// and mails come as .txt, and sheets as .xls that are HTML or CSV.
bool keeps_promise(Family promised, Family found);

}  // namespace postern::extract
