// The names that a .msg or .pst file gives to properties from 0x8000 on ([MS-OXMSG] 2.2.3, [MS-PST] 2.4.7).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace postern::extract {

class NamedProperties {
 public:
  NamedProperties() = default;
  // Entries of eight bytes, and the strings that they point to.
  NamedProperties(std::string_view entries, std::string_view strings);

  // Its string, or its number of four hexadecimal digits; empty below 0x8000.
  std::string name(std::uint16_t id) const;

 private:
  std::unordered_map<std::uint16_t, std::string> names_;
};

}  // namespace postern::extract
