// A socket with deadlines, and SMTP replies read from it.
//
// The socket never blocks: every wait is a poll() against a deadline and an
// interrupt descriptor. Used by one thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "response/smtp_client.h"

namespace postern::response {

// A reply line is at most 512 bytes by RFC 5321 4.5.3.1.5; real servers go over it.
inline constexpr size_t kMaxReplyLine = 4096;
// EHLO of a rich server has some 30 lines; a peer that sends more is not worth listening to.
inline constexpr size_t kMaxReplyLines = 128;

struct ReplyLines {
  int code = 0;
  std::vector<std::string> lines;  // without code and line end

  // 2, 3, 4 or 5: the first digit.
  int kind() const { return code / 100; }
  SmtpReply to_reply() const;
};

class SmtpConnection {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // `interrupt_fd` stays the caller's and must outlive the connection.
  static Result<SmtpConnection> open(const SmtpEndpoint& server, std::chrono::milliseconds timeout, int interrupt_fd);

  // Writes all of it. With More::yes the kernel may wait for what follows before it sends a packet.
  enum class More { no, yes };
  Result<void> write(std::string_view bytes, Deadline deadline, More more = More::no);

  // Reads one complete reply. ErrorKind::timeout, unavailable (gone, interrupted) or corrupt (no SMTP reply).
  Result<ReplyLines> read_reply(Deadline deadline);

  // From now on an interrupt does not end a wait at once but moves its deadline to `grace` from then.
  void set_interrupt_grace(std::chrono::milliseconds grace) { grace_ = grace; }

 private:
  SmtpConnection(UniqueFd fd, int interrupt_fd) : fd_(std::move(fd)), interrupt_fd_(interrupt_fd) {}

  static Result<UniqueFd> connect_unix(const SmtpEndpoint& server, Deadline deadline, int interrupt_fd);
  static Result<UniqueFd> connect_inet(const SmtpEndpoint& server, Deadline deadline, int interrupt_fd);
  Result<void> wait(short events, Deadline& deadline);
  Result<std::string> read_line(Deadline& deadline);

  UniqueFd fd_;
  int interrupt_fd_;
  std::chrono::milliseconds grace_{0};
  bool interrupted_ = false;
  std::string input_;
};

}  // namespace postern::response
