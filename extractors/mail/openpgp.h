// OpenPGP (RFC 9580) that is not encrypted: signed or compressed data, which anybody can read, and the names on keys.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// Reads a message or keys without armour, else each armoured message in the text that the bytes are. Hands out the
// files in it as children; text in packets that are for programs is told as well. `encrypted` when something is locked,
// and when nothing can be told; `partial` with the reason when a packet could not be read.
Ending read_openpgp(std::string_view bytes, Sink& sink);

}  // namespace postern::extract
