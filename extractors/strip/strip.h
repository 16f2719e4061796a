// Attachments that are taken off a mail: the parts that hold a given content, each replaced by a text part that says
// so.
//
// A content is known by the SHA-256 of its decoded bytes, and goes wherever it stands as an attachment, under any name.
// The part's header goes with it; what takes its place is text/plain. Of a mail that is itself the attachment (no
// multipart), the fields of its header that speak of the content change as well.
//
// It is all or nothing. The mail is left alone (and held) when
//
//   - anything in it is signed or encrypted, or a field signs the body (DKIM, ARC): `signed`, `encrypted`
//   - programs may read its structure in more than one way; that takes in lines that begin with a boundary and go on,
//     as the boundary of an inner multipart may: `ambiguous`
//   - the content is the text of the mail, one form of an alternative, the root of a related (RFC 2387) or half of a
//     double file, or stands where no part can be replaced (inside a forwarded mail, in a text as uuencode):
//     `unwritable`
//
// The edit of a multipart is read again before it is given out: no leaf holds the content, and all other parts are the
// same bytes. Of a mail that is itself the attachment it is not: with its new header there is nothing left to compare.
// The gate reads it once more with all readers (pipeline/strip.h).
//
// Runs only inside `postern-extract`, on bytes that an attacker chose. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "message/body_edit.h"

namespace postern::extract {

// Parts and depth that are followed; a mail with more is left alone.
inline constexpr size_t kMostStripWalkParts = 10'000;
inline constexpr unsigned kMostStripWalkDepth = 24;

// `wanted` has at least one part. Never fails otherwise than by an outcome.
BodyEdit strip_parts(std::string_view message, const std::vector<StripPart>& wanted);

}  // namespace postern::extract
