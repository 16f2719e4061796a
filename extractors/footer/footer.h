// The footer of an annotated mail: where it goes, and in which bytes.
//
// It goes to the end of what mail programs show as the body: a single text part; in multipart/alternative each plain
// and each HTML alternative; in multipart/related its root; in multipart/mixed the first part that holds body text (RFC
// 2046 5.1, RFC 2387). Attachments, forwarded mails and texts with a file name are left alone; a mail without any body
// text gets none: a part of its own would change the structure that programs and robots on the other side count on.
//
// Each part keeps its charset and its transfer encoding. Plain text whose charset lacks a letter of the footer, or
// that is 7bit, becomes UTF-8 in quoted-printable (or stays base64); HTML writes the letter as a reference instead.
// Nothing but the edited stretches and, where they must, Content-Type and Content-Transfer-Encoding of an edited
// part change.
//
// It is all or nothing: a message that is signed, encrypted, a calendar message, that programs read in more than one
// way, or one part of which cannot be edited safely, is not edited. Every edit is decoded again and compared
// before it is given out. Parts that end with the footer already (also as the end of a quoted mail) are left alone.
//
// Runs only inside `postern-extract`, on bytes that an attacker chose. Pure.
#pragma once

#include <string_view>

#include "message/body_edit.h"

namespace postern::extract {

// Bytes of one text part after decoding that may be edited. A part of which only the end changes costs its own size;
// honest bodies are far below.
inline constexpr size_t kMostFooterText = 16 << 20;

// Never fails otherwise than by an outcome.
BodyEdit edit_footer(std::string_view message, const Footer& footer);

}  // namespace postern::extract
