// The canonical forms behind a release token (RFC 6376 3.4), and the header
// of a kept message split into its fields.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/crypto.h"
#include "message/mail.h"

namespace postern::response {

// "name:value CRLF" with the name in lower case, folds undone, runs of white space as one space, none at either
// end (RFC 6376 3.4.2).
std::string relaxed_field(const HeaderField& field);

// True for the fields that a token covers: From, Subject, Date, Message-ID, MIME-Version and Content-*.
bool is_covered_field(std::string_view name);

Sha256Digest header_digest(const std::vector<HeaderField>& fields);

// RFC 6376 3.4.3, with LF, CRLF and CR...CRLF all as one CRLF, for MTAs write line ends anew, and a CR elsewhere as the
// space that it is sent as (response/mailer.h; Postfix 3.9 does the same).
Sha256Digest body_digest(std::string_view body);

struct SplitMessage {
  std::vector<HeaderField> fields;
  std::string_view body;  // into the message
};

// Splits at the first empty line. Lines without a colon that continue nothing are fields with an empty name: they
// are kept apart and covered by nothing.
SplitMessage split_message(std::string_view message);

}  // namespace postern::response
