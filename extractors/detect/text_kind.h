// Text by its bytes: is it text at all, in which broad encoding, and of what kind.
#pragma once

#include <string_view>

namespace postern::extract {

// "text/html", "message/rfc822", "text/calendar", ..., "text/plain"; "" when the bytes are not text in any
// charset. `extension` (lower case) and `declared` break ties between kinds of text only.
std::string_view text_kind(std::string_view bytes, std::string_view extension, std::string_view declared);

// True when the bytes look like UTF-16 without a byte order mark: nearly every second byte is zero or, in
// other scripts, the high bytes repeat; `big` tells which half.
enum class Utf16Guess { none, little, big };
Utf16Guess guess_utf16(std::string_view bytes);

// The header of a mail: lines "Name: value" from the start, at least two of which have names that mails have
// (one when the name or the declared type says so).
bool looks_like_mail(std::string_view text, bool expected);

}  // namespace postern::extract
