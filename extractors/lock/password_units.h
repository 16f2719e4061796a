// Passwords as Office hashes them.
#pragma once

#include <string>

namespace postern::extract {

// UTF-8 to the bytes of UTF-16LE; ill-formed bytes become U+FFFD.
std::string utf16le(const std::string& utf8);

}  // namespace postern::extract
