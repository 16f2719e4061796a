// Writes a MapiMessage as TNEF: the form in which a message inside a message is handed to its reader.
#pragma once

#include <string>

#include "extractors/outlook/mapi.h"

namespace postern::extract {

inline constexpr std::string_view kTnefSignature = "\x78\x9F\x3E\x22";

// An attribute of our own: some of the message could not be read where it comes from. Its reader ends it `malformed`.
inline constexpr std::uint32_t kTnefDamage = 0x0006FF01;

// Content of attachments is made on the way; what cannot be made is left out and said. Nothing when the whole grows
// past `most`.
std::optional<std::string> write_tnef(const MapiMessage& message, std::uint64_t most);
// Says it of a message that has been written.
void add_damage(std::string& tnef);

}  // namespace postern::extract
