// How the blocks of an Outlook data file are written ([MS-PST] 5.1, 5.2): two substitutions that hide them from a
// glance and need no key.
#pragma once

#include <cstdint>
#include <string>

namespace postern::extract::pst {

enum class Encoding : std::uint8_t {
  none = 0,
  permute = 1,     // "compressible encryption"
  cyclic = 2,      // "high encryption"
  protect = 0x10,  // by Windows Information Protection: real encryption
};

// `block` is the low half of the block's id, which the cyclic encoding begins with.
void decode(Encoding encoding, std::uint32_t block, std::string& bytes);

}  // namespace postern::extract::pst
