// Builds the mails that Postern writes itself (RFC 5322, 2045-2047, 3834).
//
// Two parts that say the same, text and HTML, as multipart/alternative in
// quoted-printable: every line is ASCII and short, so no server on the way has a
// reason to change a byte. Field values are encoded here and nowhere else: no
// text given to build_mail() can add a header line, whatever it contains.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "message/address.h"

namespace postern::response {

struct MailDraft {
  std::string from_name;  // display name, UTF-8; may be empty
  Address from;
  std::vector<Address> to;
  Address reply_to;     // null: left out
  std::string subject;  // UTF-8
  WallTime date;
  std::string message_id;   // "<left@right>"
  std::string in_reply_to;  // "<left@right>", or empty; goes to References too
  // RFC 3834 5: "auto-replied" answers one message, "auto-generated" does not.
  std::string auto_submitted = "auto-replied";
  std::string language = "en";  // RFC 3282 Content-Language
  std::string text;             // UTF-8, lines ended by LF
  std::string html;             // UTF-8, lines ended by LF
};

// Longer subjects are cut: mail programs show less than half of this.
inline constexpr size_t kMaxSubjectCodePoints = 200;

// The whole message with CRLF line ends. The same draft gives the same bytes.
std::string build_mail(const MailDraft& draft);

// True for "<left@right>" that can stand in a header as it is (RFC 5322 3.6.4, without comments and folds).
bool is_message_id(std::string_view text);

// "text" for a header, RFC 2047 encoded words where it is not plain ASCII, folded at 76 columns, the first line
// beginning after `column` characters.
std::string encode_unstructured(std::string_view text, size_t column);

// "Name <a@b>" with the name quoted or encoded as needed.
std::string encode_mailbox(std::string_view name, const Address& address, size_t column);

// "local@domain" with the local part quoted where RFC 5321 wants it.
std::string addr_spec(const Address& address);

// RFC 2045 6.7; LF or CRLF in, CRLF out.
std::string quoted_printable(std::string_view text);

}  // namespace postern::response
