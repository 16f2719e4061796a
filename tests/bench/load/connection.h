// Connection: one milter connection of the load client, as Postfix would hold it: version 6, all actions and steps
// offered, then message after message, each as far as the filter lets it go without waiting.
//
// Non-blocking; whoever owns it waits on fd() for events() and calls advance(). One thread. The client is made to cost
// little beside the filter: packets are made before the measurement, and sent by one system call between two replies.
#pragma once

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "load/playlist.h"
#include "milter/codec.h"
#include "milter/listener.h"

namespace postern::bench {

struct LoadOptions {
  milter::SocketSpec socket;
  std::string serial_prefix;  // not empty: each message gets a field X-Load-Serial, so that none equals another
};

class Connection {
 public:
  // All outlive it.
  Connection(const LoadOptions& options, Playlist& playlist, Tally& tally, unsigned number);

  Result<void> open();
  // Sends and reads what can be without waiting. An error when the filter breaks the protocol, refuses the connection
  // or hangs up in the middle of a message; a filter that hangs up between two messages is connected to again.
  Result<void> advance();

  int fd() const { return fd_.get(); }
  std::uint32_t events() const;
  bool idle() const { return state_ == State::idle; }  // waits for the playlist
  bool over() const { return state_ == State::over; }
  Timer::time_point since() const { return since_; }  // the last progress

 private:
  enum class State { negotiating, greeting, playing, idle, over };
  struct Step {
    std::string_view bytes;
    char letter;
    bool answered;  // a reply follows
  };

  void queue(std::string_view bytes, char letter, bool answered);
  void queue(const milter::Command& command, char letter, std::uint32_t no_reply_bit);
  void queue_macros(char letter, std::initializer_list<std::string_view> pairs);
  void queue_packets(const LoadMail::Packets& packets, char letter, std::uint32_t no_reply_bit);
  void queue_greeting();
  void queue_message();
  Result<void> next();
  Result<void> go_on();
  Result<void> send_some();
  Result<void> read_some();
  Result<void> take_reply(const milter::Frame& frame);
  Result<void> take_verdict(Answer answer);
  bool offers(std::uint32_t bit) const { return (steps_taken_ & bit) != 0; }

  const LoadOptions& options_;
  Playlist& playlist_;
  Tally& tally_;
  const unsigned number_;

  UniqueFd fd_;
  State state_ = State::over;
  std::uint32_t steps_taken_ = 0;
  std::deque<std::string> made_;  // packets that are of one message only
  std::vector<Step> steps_;
  size_t at_ = 0;    // the step being sent
  size_t sent_ = 0;  // bytes of it
  bool awaiting_ = false;
  bool abort_first_ = false;  // the last message ended early
  std::string in_;

  const LoadMail* mail_ = nullptr;
  bool removed_ = false, quarantined_ = false;
  Timer::time_point ended_, since_;
};

}  // namespace postern::bench
