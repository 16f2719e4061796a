// Which ESMTP parameters of a held message are passed on with its release.
//
//   parameter                 extension offered as   when it is not offered
//   SIZE (RFC 1870)           SIZE                   left out; when offered, the size of what is really sent
//   BODY=8BITMIME (6152)      8BITMIME               left out, the bytes go as they are
//   BODY=BINARYMIME (3030)    never used             BODY=8BITMIME: content goes by DATA, as it came
//   SMTPUTF8 (6531)           SMTPUTF8               left out if no address needs it, else those recipients fail, 5.6.7
//   RET, ENVID (3461)         DSN                    left out
//   NOTIFY, ORCPT (3461)      DSN                    left out
//   AUTH=... (4954)           AUTH                   left out
//   BY (2852)                 DELIVERBY              left out
//   MT-PRIORITY (6710)        MT-PRIORITY            left out
//   HOLDFOR, HOLDUNTIL (4865) never used             left out: the message has been held long enough
//   REQUIRETLS (8689)         REQUIRETLS             the message fails, 5.7.30: it forbids itself to be downgraded
//   anything else             never used             left out
//
// What is left out is reported, except SIZE.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "response/mailer.h"

namespace postern::response {

// EHLO keywords in upper case. BODY parameters come with 8BITMIME and so on.
using SmtpExtensions = std::set<std::string, std::less<>>;

struct RcptPlan {
  std::string command;      // "RCPT TO:<a@b> NOTIFY=NEVER"; empty when refused
  RecipientResult refused;  // only when `command` is empty
};

// What will be said to the server, worked out before the first command.
struct EnvelopePlan {
  std::string mail_command;  // empty when the whole message is refused
  RecipientResult refused;   // only when `mail_command` is empty
  std::vector<RcptPlan> recipients;
  std::vector<std::string> dropped;
};

// `size` is what MAIL announces when the server wants to know it.
EnvelopePlan plan_envelope(const OutgoingMail& mail, const SmtpExtensions& extensions, std::uint64_t size);

}  // namespace postern::response
