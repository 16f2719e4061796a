#include "milter/codec.h"

#include <algorithm>
#include <utility>

namespace postern::milter {

namespace {

constexpr std::string_view kZeroLength = "a packet of length zero";
constexpr std::string_view kTooLong = "a packet longer than the protocol allows";

std::uint32_t read_u32(std::string_view bytes) {
  const auto at = [&](size_t i) { return std::uint32_t(static_cast<unsigned char>(bytes[i])); };
  return at(0) << 24 | at(1) << 16 | at(2) << 8 | at(3);
}

// Takes the fields of a payload one by one; a field that is not there makes ok() false for good.
class Reader {
 public:
  explicit Reader(std::string_view payload) : rest_(payload) {}

  std::uint32_t number() {
    if (rest_.size() < 4) return broken(0U);
    const std::uint32_t value = read_u32(rest_);
    rest_.remove_prefix(4);
    return value;
  }
  char octet() {
    if (rest_.empty()) return broken('\0');
    const char value = rest_.front();
    rest_.remove_prefix(1);
    return value;
  }
  std::uint16_t port() {
    const auto high = static_cast<unsigned char>(octet());
    return std::uint16_t(high << 8 | static_cast<unsigned char>(octet()));
  }
  std::string_view string() {
    const size_t end = rest_.find('\0');
    if (end == std::string_view::npos) return broken(std::string_view());
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value;
  }
  StringList strings() {
    if (!rest_.empty() && rest_.back() != '\0') return broken(StringList());
    return StringList(take_rest());
  }
  std::string_view take_rest() { return std::exchange(rest_, std::string_view()); }
  bool ok() const { return ok_; }
  bool at_end() const { return rest_.empty(); }
  bool complete() const { return ok_ && rest_.empty(); }

 private:
  template <typename T>
  T broken(T value) {
    ok_ = false;
    rest_ = {};
    return value;
  }

  std::string_view rest_;
  bool ok_ = true;
};

tl::unexpected<Error> malformed(char letter, std::string_view what) {
  std::string name = letter > ' ' && letter <= '~' ? std::string(1, letter) : "?";
  return fail(ErrorKind::invalid_input, "milter packet '" + name + "': " + std::string(what));
}

template <typename Packets, typename T>
Result<Packets> whole(char letter, const Reader& in, T packet) {
  if (!in.complete()) return malformed(letter, "its payload is not what the command asks for");
  return Packets(std::move(packet));
}

Result<Command> decode_connect(const Frame& frame) {
  Reader in(frame.payload);
  Connect out;
  out.host = in.string();
  const char family = in.octet();
  if (!in.ok()) return malformed(frame.letter, "the host name or the family is missing");
  switch (Family(family)) {
    // What follows an unknown family is not defined; MTAs send nothing or an empty string.
    case Family::unknown:
      return Command(out);
    case Family::local:
    case Family::inet:
    case Family::inet6:
      break;
    default:
      return malformed(frame.letter, "an address family that nobody knows");
  }
  out.family = Family(family);
  out.port = in.port();
  out.address = in.string();
  return whole<Command>(frame.letter, in, out);
}

template <typename T>
Result<Command> decode_envelope(const Frame& frame) {
  Reader in(frame.payload);
  T out;
  out.address = in.string();
  out.arguments = in.strings();
  return whole<Command>(frame.letter, in, out);
}

Result<Negotiate> decode_negotiate(const Frame& frame, bool reply) {
  Reader in(frame.payload);
  Negotiate out;
  out.version = in.number();
  out.actions = in.number();
  out.steps = in.number();
  // An MTA newer than version 6 may say more than we know to read; an answer is ours to check.
  while (reply && in.ok() && !in.at_end()) {
    MacroRequest request;
    request.stage = MacroStage(in.number());
    request.names = in.string();
    out.macros.push_back(std::move(request));
  }
  if (!in.ok()) return malformed(frame.letter, "the negotiation is cut short");
  return out;
}

template <typename Packets, typename T>
Result<Packets> empty_packet(const Frame& frame, T packet) {
  return whole<Packets>(frame.letter, Reader(frame.payload), packet);
}

}  // namespace

size_t StringList::size() const {
  return size_t(std::count(raw_.begin(), raw_.end(), '\0'));
}

Frame next_frame(std::string_view bytes) {
  Frame out;
  if (bytes.size() < kLengthBytes) return out;
  const size_t length = read_u32(bytes);
  if (length == 0 || length > kMaxPacket) {
    out.state = Frame::State::malformed;
    out.complaint = length == 0 ? kZeroLength : kTooLong;
    return out;
  }
  out.size = kLengthBytes + length;
  if (bytes.size() < out.size) return out;
  out.state = Frame::State::whole;
  out.letter = bytes[kLengthBytes];
  out.payload = bytes.substr(kLengthBytes + 1, length - 1);
  return out;
}

Result<Command> decode_command(const Frame& frame) {
  Reader in(frame.payload);
  switch (frame.letter) {
    case 'O':
      return decode_negotiate(frame, false).map([](Negotiate&& n) { return Command(std::move(n)); });
    case 'C':
      return decode_connect(frame);
    case 'H': {
      Helo out;
      out.name = in.string();
      return whole<Command>(frame.letter, in, out);
    }
    case 'D': {
      Macros out;
      out.command = in.octet();
      out.pairs = in.strings();
      if (out.pairs.size() % 2 != 0) return malformed(frame.letter, "a macro without its value");
      return whole<Command>(frame.letter, in, out);
    }
    case 'M':
      return decode_envelope<MailFrom>(frame);
    case 'R':
      return decode_envelope<RcptTo>(frame);
    case 'T':
      return empty_packet<Command>(frame, Data{});
    case 'L': {
      Header out;
      out.name = in.string();
      out.value = in.string();
      return whole<Command>(frame.letter, in, out);
    }
    case 'N':
      return empty_packet<Command>(frame, EndOfHeaders{});
    case 'B':
      return Command(Body{frame.payload});
    case 'E':
      return Command(EndOfMessage{frame.payload});
    case 'A':
      return empty_packet<Command>(frame, Abort{});
    case 'Q':
      return empty_packet<Command>(frame, Quit{});
    case 'K':
      return empty_packet<Command>(frame, QuitNewConnection{});
    case 'U': {
      UnknownCommand out;
      out.line = in.string();
      return whole<Command>(frame.letter, in, out);
    }
    default:
      return malformed(frame.letter, "no such command");
  }
}

Result<Reply> decode_reply(const Frame& frame) {
  Reader in(frame.payload);
  switch (frame.letter) {
    case 'O':
      return decode_negotiate(frame, true).map([](Negotiate&& n) { return Reply(std::move(n)); });
    case 'a':
    case 'c':
    case 'd':
    case 'r':
    case 't':
    case 'f':
    case '4':
    case 'p':
    case 's':
      return empty_packet<Reply>(frame, Plain(frame.letter));
    case 'y': {
      SmtpReply out;
      out.text = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case 'h': {
      AddHeader out;
      out.name = in.string();
      out.value = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case 'i': {
      InsertHeader out;
      out.index = in.number();
      out.name = in.string();
      out.value = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case 'm': {
      ChangeHeader out;
      out.index = in.number();
      out.name = in.string();
      out.value = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case '+': {
      AddRecipient out;
      out.address = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case '2': {
      AddRecipientWithArguments out;
      out.address = in.string();
      out.arguments = in.strings();
      return whole<Reply>(frame.letter, in, out);
    }
    case '-': {
      RemoveRecipient out;
      out.address = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    case 'e': {
      ChangeSender out;
      out.address = in.string();
      out.arguments = in.strings();
      return whole<Reply>(frame.letter, in, out);
    }
    case 'b':
      return Reply(ReplaceBody{frame.payload});
    case 'q': {
      Quarantine out;
      out.reason = in.string();
      return whole<Reply>(frame.letter, in, out);
    }
    default:
      return malformed(frame.letter, "no such reply");
  }
}

std::string undouble(std::string_view reply_text) {
  std::string out;
  for (size_t i = 0; i < reply_text.size(); i++) {
    if (reply_text[i] == '%' && i + 1 < reply_text.size()) i++;
    out.push_back(reply_text[i]);
  }
  return out;
}

}  // namespace postern::milter
