// Writes a MapiMessage as TNEF: the form in which a message inside a message is handed to its reader.
#pragma once

#include <string>

#include "extractors/outlook/mapi.h"

namespace postern::extract {

inline constexpr std::string_view kTnefSignature = "\x78\x9F\x3E\x22";

// Content of attachments is made on the way; what cannot be made is left out. Nothing when the whole grows past `most`.
std::optional<std::string> write_tnef(const MapiMessage& message, std::uint64_t most);

}  // namespace postern::extract
