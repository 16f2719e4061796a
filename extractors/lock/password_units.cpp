#include "extractors/lock/password_units.h"

#include <cstdint>
#include <vector>

#include <unicode/ustring.h>

namespace postern::extract {

std::string utf16le(const std::string& utf8) {
  std::vector<UChar> units(utf8.size() + 1);
  std::int32_t size = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8WithSub(units.data(), static_cast<std::int32_t>(units.size()), &size, utf8.data(),
                       static_cast<std::int32_t>(utf8.size()), 0xFFFD, nullptr, &status);
  std::string out;
  if (U_FAILURE(status)) return out;
  for (std::int32_t i = 0; i < size; i++) {
    const UChar unit = units[static_cast<size_t>(i)];
    out += static_cast<char>(unit & 0xFF);
    out += static_cast<char>(unit >> 8);
  }
  return out;
}

}  // namespace postern::extract
