// data: URIs (RFC 2397): files that stand in an attribute or a property.
#pragma once

#include <string>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// "%41" as "A"; what is no escape stays.
std::string percent_decode(std::string_view text, bool plus_is_space);

// The bytes of `uri`, which begins with "data:" in any case; "" without a comma.
std::string decode_data_uri(std::string_view uri);

// Hands the file in `uri`, which begins with "data:" in any case, to the sink; `child` says what its place tells about
// it, the URI adds type and charset. Nothing happens without a comma.
void give_data_uri(std::string_view uri, Child child, Sink& sink);

}  // namespace postern::extract
