// Plays an MTA into a Session, without a socket.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "milter/session.h"

namespace postern::milter {

// Plays an MTA into a session and keeps what came out.
class Player {
 public:
  explicit Player(SessionOptions options = {}) : options_(std::move(options)), session_(options_, clock_, counters_) {}

  Player& send(const Command& command) {
    std::string bytes;
    encode(bytes, command);
    return feed(bytes);
  }
  Player& macros(char command, std::initializer_list<std::string_view> pairs) {
    const std::string raw = StringList::join(pairs);
    return send(Macros{command, StringList(raw)});
  }
  Player& negotiate(std::uint32_t steps = 0x1FFFFF, std::uint32_t actions = 0x1FF, std::uint32_t version = 6) {
    send(Negotiate{version, actions, steps, {}});
    out_.clear();
    return *this;
  }
  Player& mail(std::string_view from = "<alice@corp.example>", std::initializer_list<std::string_view> arguments = {}) {
    const std::string raw = StringList::join(arguments);
    return send(MailFrom{from, StringList(raw)});
  }
  Player& rcpt(std::string_view to = "<bob@example.net>", std::initializer_list<std::string_view> arguments = {}) {
    const std::string raw = StringList::join(arguments);
    return send(RcptTo{to, StringList(raw)});
  }
  Player& header(std::string_view name, std::string_view value) { return send(Header{name, value}); }
  Player& body(std::string_view bytes) { return send(Body{bytes}); }
  Player& end(std::string_view bytes = {}) { return send(EndOfMessage{bytes}); }
  Player& feed(std::string_view bytes) {
    last_ = session_.feed(bytes, out_);
    return *this;
  }

  // Takes the mail and answers with `answer`.
  Mail judge(const MtaAnswer& answer) {
    Session::Judging judging = session_.take();
    session_.answer(answer, judging.mail.envelope.recipients, out_);
    return std::move(judging.mail);
  }
  Mail judge(MtaAnswer::Kind kind = MtaAnswer::Kind::accept) {
    MtaAnswer answer;
    answer.kind = kind;
    return judge(answer);
  }

  Session::Next next() const { return last_.next; }
  size_t used() const { return last_.used; }
  size_t wanted() const { return last_.wanted; }
  // Letters of the replies since the last call.
  std::string letters() {
    std::string letters;
    std::string_view rest = out_;
    for (Frame f = next_frame(rest); f.state == Frame::State::whole; f = next_frame(rest)) {
      letters.push_back(f.letter);
      rest.remove_prefix(f.size);
    }
    out_.clear();
    return letters;
  }
  std::string take_out() { return std::exchange(out_, {}); }
  Session& session() { return session_; }
  const Counters& counters() const { return counters_; }
  ManualClock& clock() { return clock_; }

 private:
  SessionOptions options_;
  ManualClock clock_{WallTime(std::chrono::milliseconds(1'800'000'000'000))};
  Counters counters_;
  Session session_;
  std::string out_;
  Session::Fed last_;
};

inline std::string text_of(const Mail& mail) {
  return std::string(mail.message->view().value());
}

}  // namespace postern::milter
