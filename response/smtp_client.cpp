#include "response/smtp_client.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include <sys/eventfd.h>

#include "base/fault.h"
#include "response/smtp_client_connection.h"
#include "response/smtp_client_parameters.h"

namespace postern::response {

namespace {

using Deadline = SmtpConnection::Deadline;
using std::chrono::milliseconds;

// RCPT commands in flight at once: their replies (about 50 bytes each) never fill a socket buffer while the
// server's reader waits for us, which is how pipelining deadlocks (RFC 2920 3.1).
constexpr size_t kPipelineWindow = 64;
// Content is written in blocks of this size, each with its own deadline.
constexpr size_t kBlock = 64 << 10;
// An interrupt lets the reply to the final dot come for so long: cutting it off would make a second copy likely.
constexpr milliseconds kFinalDotGrace{5'000};

Deadline after(milliseconds timeout) {
  return std::chrono::steady_clock::now() + timeout;
}

Delivery delivery_of(const ReplyLines& reply) {
  if (reply.kind() == 2) return Delivery::delivered;
  if (reply.kind() == 5) return Delivery::permanent;
  return Delivery::temporary;
}

SmtpReply silent(const Error& error) {
  return {0, "", error.message.substr(0, kMaxReplyText)};
}

// One transaction over one connection. Results are filled in as they become known; what is still open when the
// dialogue ends gets the reason for its end.
class Dialogue {
 public:
  Dialogue(SmtpConnection& connection, const SmtpOptions& options, const OutgoingMail& mail, SendReport& report)
      : connection_(connection), options_(options), mail_(mail), report_(report), open_(mail.recipients.size(), true) {}

  void run() {
    if (greet() && plan() && address() && announce()) transfer();
  }

 private:
  void settle(size_t recipient, RecipientResult result) {
    if (!open_[recipient]) return;
    open_[recipient] = false;
    report_.recipients[recipient] = std::move(result);
  }

  bool settle_all(const RecipientResult& result) {
    for (size_t i = 0; i < open_.size(); i++) settle(i, result);
    return false;
  }

  bool lost(SmtpStage stage, const Error& error) { return settle_all({Delivery::temporary, stage, silent(error)}); }

  Result<ReplyLines> command(std::string_view line) {
    const Deadline deadline = after(options_.timeouts.command);
    auto written = connection_.write(std::string(line) + "\r\n", deadline);
    // A server that says 421 and hangs up may do so before we write: its reason is worth reading.
    auto reply = connection_.read_reply(deadline);
    if (!reply && !written) return fail(written.error());
    return reply;
  }

  void quit() {
    // Its reply changes nothing any more, so nobody waits for it.
    [[maybe_unused]] const auto written = connection_.write("QUIT\r\n", after(options_.timeouts.command));
  }

  // A refusal before MAIL is about the server, not about this mail: always temporary, as Postfix takes it.
  bool greet() {
    const auto greeting = connection_.read_reply(after(options_.timeouts.greeting));
    if (!greeting) return lost(SmtpStage::greeting, greeting.error());
    if (greeting->kind() != 2) {
      quit();
      return settle_all({Delivery::temporary, SmtpStage::greeting, greeting->to_reply()});
    }
    auto hello = command("EHLO " + options_.helo_name);
    // RFC 5321 3.2: a server that knows no EHLO is asked by HELO.
    const bool offers_nothing = hello && hello->kind() == 5;
    if (offers_nothing) hello = command("HELO " + options_.helo_name);
    if (!hello) return lost(SmtpStage::ehlo, hello.error());
    if (hello->kind() != 2) {
      quit();
      return settle_all({Delivery::temporary, SmtpStage::ehlo, hello->to_reply()});
    }
    for (size_t i = 1; i < hello->lines.size() && !offers_nothing; i++) {
      std::string keyword = hello->lines[i].substr(0, hello->lines[i].find(' '));
      std::transform(keyword.begin(), keyword.end(), keyword.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
      extensions_.insert(std::move(keyword));
    }
    return true;
  }

  bool plan() {
    plan_ = plan_envelope(mail_, extensions_, mail_.content.size() + (mail_.prefix ? kMaxPrefix : 0));
    report_.dropped = plan_.dropped;
    if (plan_.mail_command.empty()) {
      quit();
      return settle_all(plan_.refused);
    }
    for (size_t i = 0; i < plan_.recipients.size(); i++) {
      if (plan_.recipients[i].command.empty()) {
        settle(i, plan_.recipients[i].refused);
      } else {
        asked_.push_back(i);
      }
    }
    if (asked_.empty()) quit();
    return !asked_.empty();
  }

  bool take_mail_reply(const Result<ReplyLines>& reply) {
    if (!reply) return lost(SmtpStage::mail, reply.error());
    if (reply->kind() == 2) return true;
    return settle_all({delivery_of(*reply), SmtpStage::mail, reply->to_reply()});
  }

  bool take_rcpt_reply(size_t recipient, const Result<ReplyLines>& reply) {
    if (!reply) return lost(SmtpStage::rcpt, reply.error());
    if (reply->kind() == 2) {
      accepted_.push_back(recipient);
      return true;
    }
    RecipientResult result{delivery_of(*reply), SmtpStage::rcpt, reply->to_reply()};
    // RFC 5321 4.5.3.1.10: 552 to RCPT means "too many recipients" and is taken as 452.
    if (reply->code == 552) result.delivery = Delivery::temporary;
    settle(recipient, std::move(result));
    if (reply->code != 421) return true;
    return settle_all({Delivery::temporary, SmtpStage::rcpt, reply->to_reply()});
  }

  // MAIL and every RCPT, in windows where the server allows it. False when nobody is left.
  bool address() {
    const size_t window = extensions_.contains("PIPELINING") ? kPipelineWindow : 1;
    bool mail_sent = false;
    if (window == 1) {
      if (!take_mail_reply(command(plan_.mail_command))) return quit_false();
      mail_sent = true;
    }
    for (size_t begin = 0; begin < asked_.size(); begin += window) {
      const size_t end = std::min(asked_.size(), begin + window);
      std::string batch = mail_sent ? "" : plan_.mail_command + "\r\n";
      for (size_t i = begin; i < end; i++) batch += plan_.recipients[asked_[i]].command + "\r\n";
      const Deadline deadline = after(options_.timeouts.command);
      const auto written = connection_.write(batch, deadline);
      bool mail_accepted = true;
      if (!mail_sent) {
        mail_accepted = take_mail_reply(written ? connection_.read_reply(deadline) : reply_after(written, deadline));
        mail_sent = true;
      }
      if (!mail_accepted) return quit_false();
      for (size_t i = begin; i < end; i++) {
        if (!take_rcpt_reply(asked_[i], written ? connection_.read_reply(deadline) : reply_after(written, deadline))) {
          return quit_false();
        }
      }
    }
    if (accepted_.empty()) quit();
    return !accepted_.empty();
  }

  // A reply that may still be there to read although writing failed.
  Result<ReplyLines> reply_after(const Result<void>& written, Deadline deadline) {
    auto reply = connection_.read_reply(deadline);
    if (!reply) return fail(written.error());
    return reply;
  }

  bool quit_false() {
    quit();
    return false;
  }

  bool announce() {
    const auto reply = command("DATA");
    if (!reply) return lost(SmtpStage::data, reply.error());
    if (reply->code == 354) return true;
    // A 2xx here is no permission to send and no acceptance either.
    const Delivery delivery = reply->kind() == 5 ? Delivery::permanent : Delivery::temporary;
    settle_all({delivery, SmtpStage::data, reply->to_reply()});
    return quit_false();
  }

  static void append_text(std::string_view text, std::string& block) {
    const auto begin = static_cast<std::ptrdiff_t>(block.size());
    block.append(text);
    std::replace(block.begin() + begin, block.end(), '\r', ' ');
  }

  bool write_block(std::string& block) {
    const Deadline deadline = after(options_.timeouts.block);
    const auto written = connection_.write(block, deadline, SmtpConnection::More::yes);
    block.clear();
    return written ? true : content_cut_off(written, deadline);
  }

  // Before the final dot nothing has been accepted, whatever the server made of the part that it got.
  bool content_cut_off(const Result<void>& written, Deadline deadline) {
    const auto reply = reply_after(written, deadline);
    if (!reply) return lost(SmtpStage::content, reply.error());
    return settle_all(
        {reply->kind() == 5 ? Delivery::permanent : Delivery::temporary, SmtpStage::content, reply->to_reply()});
  }

  // RFC 5321 4.5.2 and 2.3.8: lines end at LF alone, as Postfix reads them, and a CR elsewhere is sent as a space, so
  // that no content can end the message early with a server that takes a CR for the end of a line.
  bool write_content(std::string_view content, std::string& block) {
    while (!content.empty()) {
      const size_t newline = content.find('\n');
      std::string_view line = content.substr(0, newline);
      content.remove_prefix(newline == std::string_view::npos ? content.size() : newline + 1);
      while (newline != std::string_view::npos && !line.empty() && line.back() == '\r') line.remove_suffix(1);
      if (!line.empty() && line.front() == '.') block += '.';
      while (block.size() + line.size() > kBlock) {
        const size_t part = kBlock - std::min(block.size(), kBlock);
        append_text(line.substr(0, part), block);
        line.remove_prefix(part);
        if (!write_block(block)) return false;
      }
      append_text(line, block);
      block += "\r\n";
    }
    return true;
  }

  bool transfer() {
    std::string block;
    block.reserve(kBlock + 8);
    if (mail_.prefix) {
      const std::string prefix = mail_.prefix(accepted_);
      if (prefix.size() > kMaxPrefix) {
        return settle_all({Delivery::permanent, SmtpStage::local, {0, "", "the header to put on top is too long"}});
      }
      if (!write_content(prefix, block)) return false;
    }
    if (!write_content(mail_.content, block) || !write_block(block)) return false;
    fault_point(FaultPoint::mail_unended);
    connection_.set_interrupt_grace(kFinalDotGrace);
    const Deadline deadline = after(options_.timeouts.final_dot);
    // Without a complete final dot the server has nothing to accept.
    if (const auto written = connection_.write(".\r\n", deadline); !written) return content_cut_off(written, deadline);
    fault_point(FaultPoint::mail_ended);
    const auto reply = connection_.read_reply(deadline);
    fault_point(FaultPoint::mail_answered);
    if (!reply) return settle_all({Delivery::unknown, SmtpStage::final_dot, silent(reply.error())});
    // RFC 5321 allows 2xx, 4xx and 5xx here; any other code leaves open what the server did with the message.
    const Delivery delivery = reply->kind() == 3 ? Delivery::unknown : delivery_of(*reply);
    settle_all({delivery, SmtpStage::final_dot, reply->to_reply()});
    quit();
    return true;
  }

  SmtpConnection& connection_;
  const SmtpOptions& options_;
  const OutgoingMail& mail_;
  SendReport& report_;
  std::vector<bool> open_;  // by recipient: no result yet
  SmtpExtensions extensions_;
  EnvelopePlan plan_;
  std::vector<size_t> asked_;
  std::vector<size_t> accepted_;
};

}  // namespace

std::string_view to_string(Delivery delivery) {
  static constexpr std::array<std::string_view, 4> kWords{"delivered", "temporary", "permanent", "unknown"};
  return kWords[static_cast<size_t>(delivery)];
}

std::string_view to_string(SmtpStage stage) {
  static constexpr std::array<std::string_view, 9> kWords{"local", "connect", "greeting", "ehlo",     "mail",
                                                          "rcpt",  "data",    "content",  "final-dot"};
  return kWords[static_cast<size_t>(stage)];
}

Result<SmtpEndpoint> SmtpEndpoint::parse(std::string_view text) {
  const std::string shown(text);
  SmtpEndpoint endpoint;
  if (text.starts_with("unix:")) {
    endpoint.kind = Kind::unix_socket;
    endpoint.path = text.substr(5);
    if (!endpoint.path.starts_with('/')) {
      return fail(ErrorKind::invalid_input, "'" + shown + "': a unix socket needs an absolute path");
    }
    return endpoint;
  }
  if (text.starts_with("inet:")) text.remove_prefix(5);
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) {
    return fail(ErrorKind::invalid_input, "'" + shown + "' is no server: write inet:HOST:PORT or unix:/PATH");
  }
  std::string_view host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host.empty() || (host.find(':') != std::string_view::npos && text.front() != '[')) {
    return fail(ErrorKind::invalid_input, "'" + shown + "': write an IPv6 address as inet:[ADDRESS]:PORT");
  }
  const std::string_view port = text.substr(colon + 1);
  const auto read = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (read.ec != std::errc() || read.ptr != port.data() + port.size() || endpoint.port == 0) {
    return fail(ErrorKind::invalid_input, "'" + shown + "': the port is a number from 1 to 65535");
  }
  endpoint.host = host;
  return endpoint;
}

std::string SmtpEndpoint::to_string() const {
  if (kind == Kind::unix_socket) return "unix:" + path;
  const bool v6 = host.find(':') != std::string::npos;
  return "inet:" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

SmtpClient::SmtpClient(SmtpOptions options)
    : options_(std::move(options)), interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  // Only fails when the process is out of descriptors at its start; without it there would be no clean stop.
  if (!interrupt_) std::abort();
}

SendReport SmtpClient::send(const OutgoingMail& mail) {
  SendReport report;
  report.recipients.resize(mail.recipients.size());
  if (mail.recipients.empty()) return report;
  auto connection = SmtpConnection::open(options_.server, options_.timeouts.connect, interrupt_.get());
  if (!connection) {
    for (auto& result : report.recipients) {
      result = {Delivery::temporary, SmtpStage::connect, silent(connection.error())};
    }
    return report;
  }
  Dialogue(*connection, options_, mail, report).run();
  return report;
}

void SmtpClient::interrupt() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(interrupt_.get(), &one, sizeof one);
}

}  // namespace postern::response
