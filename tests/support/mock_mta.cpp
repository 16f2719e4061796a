#include "support/mock_mta.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace postern::testing {

using namespace milter;

namespace {

Result<void> set_patience(int fd) {
  timeval patience{};
  patience.tv_sec = MockMta::kPatience.count();
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
      ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0) {
    return fail(ErrorKind::internal, "setsockopt: " + errno_text(errno));
  }
  return {};
}

Result<UniqueFd> connected(int family, const sockaddr* address, socklen_t size) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) return fail(ErrorKind::internal, "socket: " + errno_text(errno));
  if (auto ok = set_patience(fd.get()); !ok) return fail(ok.error());
  if (::connect(fd.get(), address, size) != 0) return fail(ErrorKind::unavailable, "connect: " + errno_text(errno));
  return fd;
}

}  // namespace

Result<MockMta> MockMta::connect_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) return fail(ErrorKind::invalid_input, "path too long");
  std::memcpy(address.sun_path, path.data(), path.size());
  return connected(AF_UNIX, reinterpret_cast<sockaddr*>(&address), sizeof(address)).map([](UniqueFd&& fd) {
    return MockMta(std::move(fd));
  });
}

Result<MockMta> MockMta::connect_inet(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connected(AF_INET, reinterpret_cast<sockaddr*>(&address), sizeof(address)).map([](UniqueFd&& fd) {
    return MockMta(std::move(fd));
  });
}

Result<Negotiate> MockMta::negotiate(const MtaOffer& offer) {
  if (auto ok = send(Negotiate{offer.version, offer.actions, offer.steps, {}}); !ok) return fail(ok.error());
  auto packet = read_packet();
  if (!packet) return fail(packet.error());
  Frame frame;
  frame.letter = packet->first;
  frame.payload = packet->second;
  auto reply = decode_reply(frame);
  if (!reply) return fail(reply.error());
  const auto* negotiated = std::get_if<Negotiate>(&*reply);
  if (negotiated == nullptr) return fail(ErrorKind::invalid_input, "no negotiation came back");
  agreed_ = *negotiated;
  return agreed_;
}

Result<void> MockMta::greet(const std::string& client_name, const std::string& address, const std::string& helo) {
  if (auto ok = send_macros('C', {"{daemon_name}", "mail.corp.example"}); !ok) return ok;
  const Family family = address.empty()                          ? Family::unknown
                        : address.find(':') == std::string::npos ? Family::inet
                                                                 : Family::inet6;
  if (auto ok = step(Connect{client_name, family, 40'000, address}, steps::no_reply_connect); !ok) return ok;
  return step(Helo{helo}, steps::no_reply_helo);
}

Result<MtaDelivery> MockMta::deliver(const MtaMessage& message) {
  if (auto ok = send_message(message); !ok) return fail(ok.error());
  return read_verdict();
}

Result<void> MockMta::send_message(const MtaMessage& message) {
  Result<void> ok;
  const auto good = [&ok](Result<void> result) {
    ok = std::move(result);
    return ok.has_value();
  };
  if (message.authenticated.empty()) {
    if (!good(send_macros('M', {"{mail_mailer}", "smtp"}))) return ok;
  } else {
    if (!good(send_macros('M', {"{auth_authen}", message.authenticated, "{auth_type}", "PLAIN"}))) return ok;
  }
  const std::string parameters = StringList::join(message.sender_parameters);
  if (!good(step(MailFrom{message.sender, StringList(parameters)}, steps::no_reply_mail))) return ok;
  for (const std::string& recipient : message.recipients) {
    // As with Postfix, the queue id is not known before the first recipient was taken.
    if (&recipient != &message.recipients.front() && !good(send_macros('R', {"i", message.queue_id}))) return ok;
    if (!good(step(RcptTo{recipient, StringList()}, steps::no_reply_rcpt))) return ok;
  }
  if (!good(send_macros('T', {"i", message.queue_id}))) return ok;
  if ((agreed_.steps & steps::no_data) == 0 && !good(step(Data{}, steps::no_reply_data))) return ok;
  for (const auto& [name, value] : message.headers) {
    std::string_view sent = value;
    if ((agreed_.steps & steps::leading_space) == 0 && sent.starts_with(' ')) sent.remove_prefix(1);
    if (!good(step(Header{name, sent}, steps::no_reply_header))) return ok;
  }
  if ((agreed_.steps & steps::no_end_of_headers) == 0 && !good(step(EndOfHeaders{}, steps::no_reply_end_of_headers))) {
    return ok;
  }
  std::string_view rest = message.body;
  while (!rest.empty()) {
    const std::string_view chunk = rest.substr(0, message.chunk);
    if (!good(step(Body{chunk}, steps::no_reply_body))) return ok;
    rest.remove_prefix(chunk.size());
  }
  if (!good(send_macros('E', {"i", message.queue_id}))) return ok;
  return send(EndOfMessage{});
}

Result<MtaDelivery> MockMta::read_verdict() {
  MtaDelivery out;
  for (;;) {
    auto packet = read_packet();
    if (!packet) return fail(packet.error());
    Frame frame;
    frame.letter = packet->first;
    frame.payload = packet->second;
    auto reply = decode_reply(frame);
    if (!reply) return fail(reply.error());
    if (const auto* removed = std::get_if<RemoveRecipient>(&*reply)) {
      out.removed_recipients.emplace_back(removed->address);
    } else if (const auto* changed = std::get_if<ChangeHeader>(&*reply)) {
      if (!changed->value.empty()) return fail(ErrorKind::internal, "a header field was changed, not removed");
      out.removed_headers.emplace_back(changed->name, changed->index);
    } else if (const auto* added = std::get_if<AddHeader>(&*reply)) {
      out.added_headers.emplace_back(added->name, added->value);
    } else if (const auto* text = std::get_if<SmtpReply>(&*reply)) {
      out.verdict = 'y';
      out.reply_text = undouble(text->text);
      return out;
    } else if (const auto* plain = std::get_if<Plain>(&*reply)) {
      if (*plain == Plain::progress) {
        out.progress++;
        continue;
      }
      out.verdict = char(*plain);
      return out;
    } else {
      return fail(ErrorKind::internal, std::string("unexpected reply ") + packet->first);
    }
  }
}

Result<void> MockMta::quit() {
  return send(Quit{});
}

Result<void> MockMta::send(const Command& command) {
  std::string out;
  encode(out, command);
  return send_bytes(out);
}

Result<void> MockMta::send_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0) return fail(ErrorKind::unavailable, "send: " + errno_text(errno));
    bytes.remove_prefix(size_t(n));
  }
  return {};
}

Result<void> MockMta::send_macros(char command, std::initializer_list<std::string_view> pairs) {
  const std::string raw = StringList::join(pairs);
  return send(Macros{command, StringList(raw)});
}

Result<std::pair<char, std::string>> MockMta::read_packet() {
  for (;;) {
    const Frame frame = next_frame(received_);
    if (frame.state == Frame::State::malformed) return fail(ErrorKind::invalid_input, std::string(frame.complaint));
    if (frame.state == Frame::State::whole) {
      auto out = std::make_pair(frame.letter, std::string(frame.payload));
      received_.erase(0, frame.size);
      return out;
    }
    std::array<char, 65536> buffer{};
    const ssize_t n = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (n == 0) return fail(ErrorKind::unavailable, "the filter closed the connection");
    if (n < 0) return fail(ErrorKind::timeout, "recv: " + errno_text(errno));
    received_.append(buffer.data(), size_t(n));
  }
}

bool MockMta::closed_by_filter() {
  auto packet = read_packet();
  return !packet &&
         (packet.error().kind == ErrorKind::unavailable || packet.error().message.find("reset") != std::string::npos);
}

Result<void> MockMta::step(const Command& command, std::uint32_t no_reply_step) {
  if (auto ok = send(command); !ok) return ok;
  if ((agreed_.steps & no_reply_step) != 0) return {};
  auto packet = read_packet();
  if (!packet) return fail(packet.error());
  if (packet->first != 'c') return fail(ErrorKind::internal, std::string("the filter answered ") + packet->first);
  return {};
}

}  // namespace postern::testing
