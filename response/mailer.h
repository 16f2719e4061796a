// Mailer: the seam between what is to be sent and the protocol that sends it.
//
// The courier hands over one message with its envelope and gets one result for
// each recipient. A mailer never retries and never throws: trying again is the
// courier's business, and what happened to whom is all that it needs for that.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace postern::response {

// What became of one recipient.
enum class Delivery : std::uint8_t {
  delivered,  // the server took responsibility (2xx after the final dot)
  temporary,  // not delivered now; a later try may succeed
  permanent,  // not delivered, and trying again will not help
  unknown,    // the connection ended after the final dot and before its reply: delivered or not, nobody can tell
};

// "delivered", "temporary", "permanent", "unknown".
std::string_view to_string(Delivery delivery);

// The step of the dialogue that decided a result (RFC 5321 3).
enum class SmtpStage : std::uint8_t { local, connect, greeting, ehlo, mail, rcpt, data, content, final_dot };

std::string_view to_string(SmtpStage stage);

// What the server said. `code` is 0 when it said nothing (refused here, unreachable, vanished, silent).
struct SmtpReply {
  int code = 0;
  std::string enhanced;  // "5.1.1" (RFC 3463); empty when the server gave none
  std::string text;      // lines joined by one space, without control characters, at most kMaxReplyText bytes
};

// Enough for a bounce reason with a link; replies are stored for each recipient.
inline constexpr size_t kMaxReplyText = 512;

struct RecipientResult {
  Delivery delivery = Delivery::temporary;
  SmtpStage stage = SmtpStage::local;
  SmtpReply reply;
};

struct OutgoingRecipient {
  std::string address;                  // without angle brackets
  std::vector<std::string> parameters;  // RCPT parameters as first received: "NOTIFY=NEVER", "ORCPT=rfc822;a@b"
};

struct OutgoingMail {
  std::string sender;                   // without angle brackets; empty is the null sender
  std::vector<std::string> parameters;  // MAIL parameters as first received: "BODY=8BITMIME", "RET=HDRS"
  std::vector<OutgoingRecipient> recipients;
  // Header and body. Lent for the call. Sent byte for byte, but that every line end (LF, CRLF, CR...CRLF) becomes CRLF,
  // a CR elsewhere a space, a missing final line end is added, and leading dots are doubled on the wire (RFC 5321
  // 4.5.2, 2.3.8).
  std::string_view content;
  // Complete header lines put before `content`, made once it is known which recipients (indices into
  // `recipients`, ascending) the server has accepted. At most kMaxPrefix bytes. May be empty.
  std::function<std::string(std::span<const size_t> accepted)> prefix;
};

// The release token, a Date and a Message-ID take 400 bytes; a From as long as the longest sender that fits in a
// command line (Postfix: line_length_limit, 2048) the rest.
inline constexpr size_t kMaxPrefix = 4096;

struct SendReport {
  std::vector<RecipientResult> recipients;  // one for each of OutgoingMail::recipients, in order
  // Parameters that the server does not offer and that were left out: "BODY=8BITMIME". Known before MAIL.
  std::vector<std::string> dropped;
};

class Mailer {
 public:
  virtual ~Mailer() = default;

  // Blocks until every recipient has a result. Never throws.
  virtual SendReport send(const OutgoingMail& mail) = 0;

  // Ends a send() that is under way in another thread soon, and every later one at once, with results that
  // are true at that moment. For shutting down; there is no way back.
  virtual void interrupt() = 0;
};

}  // namespace postern::response
