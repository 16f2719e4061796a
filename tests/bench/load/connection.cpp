#include "load/connection.h"

#include <cerrno>
#include <cstring>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>

namespace postern::bench {

namespace steps = milter::steps;

namespace {

constexpr std::uint32_t kAllActions = 0x1FF;
constexpr std::uint32_t kAllSteps = 0x1FFFFF;
constexpr size_t kMostVectors = 64;

Error errno_error(std::string what) {
  return {ErrorKind::unavailable, std::move(what) + ": " + std::strerror(errno)};
}

Result<UniqueFd> connect_to(const milter::SocketSpec& socket) {
  sockaddr_storage address{};
  socklen_t size = 0;
  if (socket.kind == milter::SocketSpec::Kind::local) {
    auto* local = reinterpret_cast<sockaddr_un*>(&address);
    local->sun_family = AF_UNIX;
    if (socket.path.size() >= sizeof local->sun_path) return fail(ErrorKind::invalid_input, "the path is too long");
    std::memcpy(local->sun_path, socket.path.c_str(), socket.path.size() + 1);
    size = sizeof *local;
  } else {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(socket.host.c_str(), socket.port.c_str(), &hints, &found) != 0)
      return fail(ErrorKind::invalid_input, "no such host or port: " + socket.host + " " + socket.port);
    std::memcpy(&address, found->ai_addr, found->ai_addrlen);
    size = found->ai_addrlen;
    freeaddrinfo(found);
  }
  UniqueFd fd(::socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail(errno_error("socket"));
  if (connect(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return fail(errno_error("connect"));
  const int on = 1;
  if (address.ss_family != AF_UNIX) setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

std::string bracketed(const std::string& address) {
  return "<" + address + ">";
}

}  // namespace

Connection::Connection(const LoadOptions& options, Playlist& playlist, Tally& tally, unsigned number)
    : options_(options), playlist_(playlist), tally_(tally), number_(number) {}

Result<void> Connection::open() {
  auto fd = connect_to(options_.socket);
  if (!fd) return fail(fd.error());
  fd_ = std::move(*fd);
  state_ = State::negotiating;
  steps_.clear();
  made_.clear();
  in_.clear();
  at_ = sent_ = 0;
  awaiting_ = abort_first_ = false;
  since_ = Timer::now();
  queue(milter::Negotiate{milter::kNewestVersion, kAllActions, kAllSteps, {}}, 'O', 0);
  return {};
}

std::uint32_t Connection::events() const {
  return at_ < steps_.size() && !awaiting_ ? EPOLLIN | EPOLLOUT : EPOLLIN;
}

// ---- what is sent

void Connection::queue(std::string_view bytes, char letter, bool answered) {
  if (!bytes.empty()) steps_.push_back({bytes, letter, answered});
}

void Connection::queue(const milter::Command& command, char letter, std::uint32_t no_reply_bit) {
  milter::encode(made_.emplace_back(), command);
  queue(made_.back(), letter, !offers(no_reply_bit));
}

void Connection::queue_macros(char letter, std::initializer_list<std::string_view> pairs) {
  const std::string joined = milter::StringList::join(pairs);
  milter::encode(made_.emplace_back(), milter::Macros{letter, milter::StringList(joined)});
  queue(made_.back(), 'D', false);
}

void Connection::queue_packets(const LoadMail::Packets& packets, char letter, std::uint32_t no_reply_bit) {
  if (offers(no_reply_bit)) return queue(packets.bytes, letter, false);
  size_t begin = 0;
  for (const size_t end : packets.ends) {
    queue(std::string_view(packets.bytes).substr(begin, end - begin), letter, true);
    begin = end;
  }
}

void Connection::queue_greeting() {
  if (!offers(steps::no_connect)) {
    queue_macros('C', {"j", "mail.corp.example", "{daemon_name}", "mail.corp.example", "v", "Postfix 3.7.11"});
    queue(milter::Connect{"client.corp.example", milter::Family::inet, static_cast<std::uint16_t>(40000 + number_),
                          "127.0.0.1"},
          'C', steps::no_reply_connect);
  }
  if (!offers(steps::no_helo)) queue(milter::Helo{"client.corp.example"}, 'H', steps::no_reply_helo);
}

void Connection::queue_message() {
  const auto [mail, serial] = playlist_.take(since_);
  mail_ = mail;
  removed_ = quarantined_ = false;
  const std::string number = std::to_string(serial);
  const std::string queue_id = "4" + options_.serial_prefix + number;
  if (abort_first_) {
    milter::encode(made_.emplace_back(), milter::Command{milter::Abort{}});
    queue(made_.back(), 'A', false);
  }
  abort_first_ = false;
  if (!offers(steps::no_mail)) {
    const std::string sender = bracketed(mail->sender);
    queue_macros('M', {"{mail_addr}", mail->sender, "{mail_mailer}", "smtp", "{auth_authen}", mail->sender,
                       "{auth_type}", "PLAIN"});
    queue(milter::MailFrom{sender, {}}, 'M', steps::no_reply_mail);
  }
  bool first = true;
  for (const std::string& recipient : mail->recipients) {
    if (offers(steps::no_rcpt)) break;
    // Postfix has a queue id from the second recipient on.
    first ? queue_macros('R', {"{rcpt_addr}", recipient, "{rcpt_mailer}", "smtp"})
          : queue_macros('R', {"i", queue_id, "{rcpt_addr}", recipient, "{rcpt_mailer}", "smtp"});
    first = false;
    queue(milter::RcptTo{bracketed(recipient), {}}, 'R', steps::no_reply_rcpt);
  }
  if (!offers(steps::no_data)) {
    queue_macros('T', {"i", queue_id});
    queue(milter::Data{}, 'T', steps::no_reply_data);
  }
  if (!offers(steps::no_headers)) {
    queue_packets(offers(steps::leading_space) ? mail->header_as_is : mail->header, 'L', steps::no_reply_header);
    if (!options_.serial_prefix.empty()) {
      const std::string value = (offers(steps::leading_space) ? " " : "") + options_.serial_prefix + number;
      queue(milter::Header{"X-Load-Serial", value}, 'L', steps::no_reply_header);
    }
  }
  if (!offers(steps::no_end_of_headers)) queue(milter::EndOfHeaders{}, 'N', steps::no_reply_end_of_headers);
  if (!offers(steps::no_body)) queue_packets(mail->body, 'B', steps::no_reply_body);
  queue_macros('E', {"i", queue_id});
  queue(milter::EndOfMessage{}, 'E', 0);
  if (!tally_.first) tally_.first = since_;
}

// What comes after a message, or after the greeting.
Result<void> Connection::next() {
  steps_.clear();
  made_.clear();
  at_ = sent_ = 0;
  awaiting_ = false;
  const auto what = playlist_.state(since_);
  if (what == Playlist::State::later) {
    state_ = State::idle;
    return {};
  }
  if (what == Playlist::State::over) {
    state_ = State::over;
    milter::encode(made_.emplace_back(), milter::Command{milter::Quit{}});
    queue(made_.back(), 'Q', false);
    if (auto sent = send_some(); !sent) return sent;
    fd_.reset();
    return {};
  }
  state_ = State::playing;
  queue_message();
  return send_some();
}

// After a reply that lets the rest follow.
Result<void> Connection::go_on() {
  awaiting_ = false;
  if (auto sent = send_some(); !sent) return sent;
  return state_ == State::greeting && !awaiting_ && at_ == steps_.size() ? next() : Result<void>{};
}

Result<void> Connection::send_some() {
  while (!awaiting_ && at_ < steps_.size()) {
    std::array<iovec, kMostVectors> vectors{};
    size_t count = 0;
    for (size_t i = at_; i < steps_.size() && count < kMostVectors; i++) {
      const std::string_view rest = steps_[i].bytes.substr(i == at_ ? sent_ : 0);
      vectors[count++] = {const_cast<char*>(rest.data()), rest.size()};
      if (steps_[i].answered) break;
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t written = sendmsg(fd_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written < 0 && (errno == EAGAIN || errno == EINTR)) return {};
    if (written < 0) return fail(errno_error("write"));
    since_ = Timer::now();
    for (auto left = static_cast<size_t>(written); left > 0;) {
      const size_t rest = steps_[at_].bytes.size() - sent_;
      if (left < rest) {
        sent_ += left;
        break;
      }
      left -= rest;
      sent_ = 0;
      if (steps_[at_].letter == 'E') ended_ = since_;
      awaiting_ = steps_[at_].answered;
      at_++;
    }
  }
  return {};
}

// ---- what is read

Result<void> Connection::advance() {
  since_ = Timer::now();
  if (state_ == State::idle && playlist_.state(since_) != Playlist::State::later) return next();
  if (auto sent = send_some(); !sent) return sent;
  return read_some();
}

Result<void> Connection::read_some() {
  std::array<char, 16384> buffer{};
  const ssize_t got = recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (got < 0) return errno == EAGAIN || errno == EINTR ? Result<void>{} : fail(errno_error("read"));
  if (got == 0) {
    if (state_ == State::idle) return open();
    return fail(ErrorKind::unavailable, "the filter hung up in the middle of a message");
  }
  in_.append(buffer.data(), static_cast<size_t>(got));
  while (fd_) {
    const milter::Frame frame = milter::next_frame(in_);
    if (frame.state == milter::Frame::State::incomplete) break;
    if (frame.state == milter::Frame::State::malformed) return fail(ErrorKind::corrupt, std::string(frame.complaint));
    if (auto taken = take_reply(frame); !taken) return taken;
    in_.erase(0, std::min(frame.size, in_.size()));
  }
  return {};
}

Result<void> Connection::take_reply(const milter::Frame& frame) {
  since_ = Timer::now();
  if (!awaiting_) return fail(ErrorKind::corrupt, std::string("a reply where none is due: ") + frame.letter);
  const auto reply = milter::decode_reply(frame);
  if (!reply) return fail(reply.error());
  const char after = steps_[at_ - 1].letter;
  if (const auto* taken = std::get_if<milter::Negotiate>(&*reply)) {
    steps_taken_ = taken->steps;
    steps_.clear();
    at_ = sent_ = 0;
    state_ = State::greeting;
    queue_greeting();
    return go_on();
  }
  if (std::holds_alternative<milter::RemoveRecipient>(*reply)) removed_ = true;
  if (std::holds_alternative<milter::Quarantine>(*reply)) quarantined_ = true;
  if (std::holds_alternative<milter::SmtpReply>(*reply)) {
    const auto& text = std::get<milter::SmtpReply>(*reply).text;
    return take_verdict(text.starts_with('4') ? Answer::tempfail : Answer::reject);
  }
  const auto* plain = std::get_if<milter::Plain>(&*reply);
  if (plain == nullptr || *plain == milter::Plain::progress) return {};
  switch (*plain) {
    case milter::Plain::proceed:
      return after == 'E' ? take_verdict(Answer::accept) : go_on();
    case milter::Plain::skip:
      while (at_ < steps_.size() && steps_[at_].letter == 'B') at_++;
      return go_on();
    case milter::Plain::accept:
      return take_verdict(Answer::accept);
    case milter::Plain::discard:
      return take_verdict(Answer::discard);
    case milter::Plain::reject:
      return take_verdict(Answer::reject);
    case milter::Plain::tempfail:
      return take_verdict(Answer::tempfail);
    default:
      return fail(ErrorKind::unavailable, std::string("the filter ended the connection: ") + frame.letter);
  }
}

Result<void> Connection::take_verdict(Answer answer) {
  const char after = steps_[at_ - 1].letter;
  if (state_ != State::playing) return fail(ErrorKind::unavailable, "the filter refused the client");
  if (answer == Answer::accept && quarantined_) answer = Answer::quarantine;
  if (answer == Answer::accept && removed_) answer = Answer::partly;
  abort_first_ = after != 'E';
  tally_.answers[answer]++;
  tally_.bytes += mail_->header.bytes.size() + mail_->body.bytes.size();
  if (after == 'E') tally_.verdict_seconds[answer].push_back(std::chrono::duration<double>(since_ - ended_).count());
  tally_.last = since_;
  if (tally_.lines != nullptr)
    std::fprintf(tally_.lines, "%s\t%s\n", mail_->name.c_str(), kAnswerNames.at(static_cast<size_t>(answer)));
  return next();
}

}  // namespace postern::bench
