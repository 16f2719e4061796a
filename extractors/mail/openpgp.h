// OpenPGP (RFC 9580) that is not encrypted: signed or compressed data, which anybody can read, and the names on keys.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// Reads a message or keys without armour, else the first armoured message in the text that the bytes are. Hands out the
// files in it as children. `encrypted` when it is, and when it cannot be told.
Ending read_openpgp(std::string_view bytes, Sink& sink);

}  // namespace postern::extract
