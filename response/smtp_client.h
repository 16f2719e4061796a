// SmtpClient: sends one message to one configured server (RFC 5321).
//
// Made for the two jobs of the courier: notices to people of the organisation
// and releases of held mail, both to a submission host that is near: loopback,
// a local socket or the internal network. It therefore does no MX lookup, no
// STARTTLS and no AUTH. What it does do:
//
// - one result for each recipient, whatever happens and whenever the peer goes
//   away; after the final dot a lost connection is Delivery::unknown;
// - the original ESMTP parameters are passed on where the server offers the
//   extension (table in smtp_client_parameters.h), else left out and reported;
// - pipelining of MAIL and RCPT where offered (RFC 2920);
// - every wait ends at a deadline, also against a peer that answers one byte a
//   minute; replies are bounded in length and number of lines.
//
// A connection serves one message. send() may be called from several threads.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "response/mailer.h"

namespace postern::response {

// Where the server listens: "inet:127.0.0.1:10025", "inet:[::1]:25", "inet:relay.example.com:587" (the scheme may
// be left out) or "unix:/run/relay/submission.sock".
struct SmtpEndpoint {
  enum class Kind : std::uint8_t { inet, unix_socket };
  Kind kind = Kind::inet;
  std::string host;  // inet: name or address without brackets
  std::uint16_t port = 25;
  std::string path;  // unix_socket

  static Result<SmtpEndpoint> parse(std::string_view text);
  std::string to_string() const;
};

// RFC 5321 4.5.3.2 asks for patience with the whole internet; these are for a host nearby, except
// for the final dot, where the server may run every milter, our own gate included.
struct SmtpTimeouts {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds greeting{60'000};  // a loaded Postfix queues connections before it greets
  std::chrono::milliseconds command{60'000};   // EHLO, MAIL, RCPT, DATA: each batch of replies
  std::chrono::milliseconds block{60'000};     // each 64 KiB of content
  std::chrono::milliseconds final_dot{600'000};
};

struct SmtpOptions {
  SmtpEndpoint server;
  std::string helo_name = "localhost";  // our name in EHLO: a domain or an address literal
  SmtpTimeouts timeouts;
};

class SmtpClient final : public Mailer {
 public:
  // Deadlines are real time; a fake clock would only make them lie.
  explicit SmtpClient(SmtpOptions options);

  SendReport send(const OutgoingMail& mail) override;
  void interrupt() override;

 private:
  const SmtpOptions options_;
  UniqueFd interrupt_;  // eventfd; readable once interrupted
};

}  // namespace postern::response
