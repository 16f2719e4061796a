// Reader of mails and of the multipart nodes in them (RFC 5322, RFC 2045 to 2049, RFC 2231).
//
// A mail's own parts are its children; a multipart node inside it is a part with
// the role `structure`, whose children are its parts, so that paths are those of
// IMAP (RFC 9051 6.4.5): a mail of one text has the part "1", an alternative
// inside a mixed one has "1/1" and "1/2". Every part of every multipart is read,
// alternatives too. Preambles and epilogues are text of the node.
//
// Where programs would read a structure in more than one way (fields twice, broken
// headers, boundaries that are missing, quoted oddly or only begin alike, data after
// the end), the parts of all readings are children and the part ends `ambiguous`.
//
// Header fields are segments of the mail: `subject`, else `header` with the field's
// name as locator; those of a part that say more than its type stand with the
// mail or node around it.
#pragma once

#include <array>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::array<std::string_view, 3> kMailTypes = {"message/rfc822", "message/global", "message/news"};

// Subtypes under which a multipart node is reported; others are read as multipart/mixed (RFC 2046 5.1.3).
inline constexpr std::array<std::string_view, 11> kMultipartTypes = {
    "multipart/mixed",     "multipart/alternative", "multipart/related",      "multipart/signed",
    "multipart/encrypted", "multipart/report",      "multipart/digest",       "multipart/form-data",
    "multipart/parallel",  "multipart/appledouble", "multipart/voice-message"};

std::shared_ptr<Extractor> make_mail_extractor();
std::shared_ptr<Extractor> make_multipart_extractor();

}  // namespace postern::extract
