// Edits inside a transfer encoding: an insertion into the decoded bytes becomes a splice of the encoded ones that
// leaves everything before it, and as much as possible behind it, as it stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "extractors/mail/transfer.h"
#include "message/body_edit.h"

namespace postern::extract {

// How line ends inside the inserted text are written in quoted-printable.
enum class LineEnds {
  text,    // CRLF and LF are line ends
  binary,  // bytes like others (RFC 2045 6.7 rule 4): wide charsets
};

// `at` bytes of `decoded`, which is `raw` decoded, go before `inserted`. The offset is relative to `raw`. Nothing for
// encodings that are not written.
std::optional<BodySplice> insert_encoded(TransferEncoding encoding, std::string_view raw, std::string_view decoded,
                                         size_t at, std::string_view inserted, LineEnds line_ends);

std::string encode_quoted_printable(std::string_view bytes, LineEnds line_ends);
// Lines of `line` characters, ended by CRLF but for the last.
std::string encode_base64(std::string_view bytes, size_t line);

// Characters of the first line of base64 text, when another follows; else 76 (RFC 2045 6.8).
size_t base64_line_length(std::string_view raw);

}  // namespace postern::extract
