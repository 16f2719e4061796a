// MockMta: the MTA's side of the milter protocol, for tests.
//
// Speaks over a blocking socket of its own, built on the product's codec but
// with its own order of steps. deliver() plays a whole message as Postfix would
// under whatever the filter negotiated; the single steps are there for
// scenarios. A reply that does not come within kPatience is an error, so that a defect ends
// a test instead of hanging it; nothing waits when all is well.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "milter/codec.h"

namespace postern::testing {

// What an MTA offers; all by default.
struct MtaOffer {
  std::uint32_t version = 6;
  std::uint32_t actions = 0x1FF;
  std::uint32_t steps = 0x1FFFFF;
};

struct MtaMessage {
  std::string sender = "<alice@corp.example>";
  std::vector<std::string> sender_parameters;
  std::vector<std::string> recipients = {"<bob@example.net>"};
  // Name and value as in the file: what follows the colon, folds as LF.
  std::vector<std::pair<std::string, std::string>> headers = {{"From", " alice@corp.example"}, {"Subject", " hello"}};
  std::string body = "Hello.\r\n";
  std::string queue_id = "4XyZ0123";
  std::string authenticated;
  size_t chunk = milter::kMaxChunk;
};

// All that a filter said to one message.
struct MtaDelivery {
  char verdict = 0;        // 'c', 'a', 'd', 'r', 't' or 'y'
  std::string reply_text;  // of 'y', '%' no longer doubled
  std::vector<std::string> removed_recipients;
  std::vector<std::pair<std::string, std::uint32_t>> removed_headers;
  std::vector<std::pair<std::string, std::string>> added_headers;
  int progress = 0;

  bool accepted() const { return verdict == 'c' || verdict == 'a'; }
  bool discarded() const { return verdict == 'd'; }
  bool tempfailed() const { return verdict == 't' || (verdict == 'y' && reply_text.starts_with("4")); }
  bool rejected() const { return verdict == 'r' || (verdict == 'y' && reply_text.starts_with("5")); }
};

class MockMta {
 public:
  static constexpr std::chrono::seconds kPatience{20};

  static Result<MockMta> connect_unix(const std::string& path);
  static Result<MockMta> connect_inet(std::uint16_t port);  // on 127.0.0.1

  // Negotiates, then sends CONNECT and HELO as they were agreed.
  Result<milter::Negotiate> negotiate(const MtaOffer& offer = {});
  Result<void> greet(const std::string& client_name = "client.corp.example", const std::string& address = "192.0.2.7",
                     const std::string& helo = "client.corp.example");
  // The whole message up to the verdict.
  Result<MtaDelivery> deliver(const MtaMessage& message);
  // The same in two halves: everything, then the reading of the verdict.
  Result<void> send_message(const MtaMessage& message);
  Result<MtaDelivery> read_verdict();
  Result<void> quit();

  // One packet, no reply awaited.
  Result<void> send(const milter::Command& command);
  Result<void> send_bytes(std::string_view bytes);
  Result<void> send_macros(char command, std::initializer_list<std::string_view> pairs);
  // The next packet of the filter; an error when it closed the connection.
  Result<std::pair<char, std::string>> read_packet();
  // True when the filter closes the connection without another packet.
  bool closed_by_filter();
  // Closes without a word.
  void vanish() { fd_.reset(); }
  int fd() const { return fd_.get(); }
  const milter::Negotiate& agreed() const { return agreed_; }

 private:
  explicit MockMta(UniqueFd fd) : fd_(std::move(fd)) {}
  // Waits for `continue` unless the step is agreed to have no reply.
  Result<void> step(const milter::Command& command, std::uint32_t no_reply_step);

  UniqueFd fd_;
  milter::Negotiate agreed_;
  std::string received_;
};

}  // namespace postern::testing
