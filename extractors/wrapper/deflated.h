// Streams of deflate without a file around them: zlib (RFC 1950) and the bare one (RFC 1951). Drawing programs, links
// of playgrounds and SAML keep their texts so, in base64.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "extractors/extractor.h"
#include "extractors/story/inflate.h"

namespace postern::extract {

inline constexpr std::string_view kZlibType = "application/zlib";

// How the bytes are packed, when their beginning unpacks to a text or a file that `is_file` knows.
std::optional<Deflated> deflated_form(std::string_view bytes, bool (*is_file)(std::string_view));

// Hands what unpacks to the sink; `child` says what is known of it.
void give_inflated(std::string_view packed, Deflated form, Child child, Sink& sink);

// The content is a child; `malformed` when the stream is damaged or cut off.
std::shared_ptr<Extractor> make_zlib_extractor();

}  // namespace postern::extract
