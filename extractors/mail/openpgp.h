// OpenPGP messages that are not encrypted (RFC 9580): signed or compressed data in armour, which anybody can read.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// Reads the first armoured message in `text` and hands out the files in it as children. `encrypted` when it is, and
// when it cannot be told.
Ending read_openpgp(std::string_view text, Sink& sink);

}  // namespace postern::extract
