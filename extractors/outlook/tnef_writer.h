// Writes a MapiMessage as TNEF: the form in which a message inside a message is handed to its reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "extractors/outlook/mapi.h"

namespace postern::extract {

inline constexpr std::string_view kTnefSignature = "\x78\x9F\x3E\x22";

// {00020307-0000-0000-C000-000000000046}, in front of an embedded object: it is a message, again as TNEF.
inline constexpr std::string_view kTnefMessageId{"\x07\x03\x02\0\0\0\0\0\xC0\0\0\0\0\0\0\x46", 16};

// Bytes of one value ([MS-OXTNEF] 2.1.3.4); 0 for types whose values have their length in front.
size_t tnef_fixed_size(std::uint16_t type);

// An attribute of our own: some of the message could not be read where it comes from. Its reader ends it `malformed`.
inline constexpr std::uint32_t kTnefDamage = 0x0006FF01;

// Content of attachments is made on the way; what cannot be made is left out and said. Nothing when the whole grows
// past `most`.
std::optional<std::string> write_tnef(const MapiMessage& message, std::uint64_t most);
// Says it of a message that has been written.
void add_damage(std::string& tnef);

}  // namespace postern::extract
