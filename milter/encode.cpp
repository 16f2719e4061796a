#include "milter/codec.h"

namespace postern::milter {

namespace {

void put_u16(std::string& out, std::uint16_t value) {
  out.push_back(char(value >> 8));
  out.push_back(char(value & 0xFF));
}

void put_u32(std::string& out, std::uint32_t value) {
  put_u16(out, std::uint16_t(value >> 16));
  put_u16(out, std::uint16_t(value & 0xFFFF));
}

void put_string(std::string& out, std::string_view text) {
  out += text;
  out.push_back('\0');
}

// A packet being written; its length is known and filled in at the end.
class Packet {
 public:
  Packet(std::string& out, char letter) : out_(out), start_(out.size()) {
    put_u32(out_, 0);
    out_.push_back(letter);
  }
  Packet(const Packet&) = delete;
  Packet& operator=(const Packet&) = delete;
  ~Packet() {
    const size_t length = out_.size() - start_ - kLengthBytes;
    for (size_t i = 0; i < kLengthBytes; i++) out_[start_ + i] = char(length >> (8 * (kLengthBytes - 1 - i)) & 0xFF);
  }

  Packet& number(std::uint32_t value) {
    put_u32(out_, value);
    return *this;
  }
  Packet& string(std::string_view text) {
    put_string(out_, text);
    return *this;
  }
  Packet& raw(std::string_view bytes) {
    out_ += bytes;
    return *this;
  }

 private:
  std::string& out_;
  size_t start_;
};

void encode_negotiate(std::string& out, const Negotiate& packet) {
  Packet p(out, 'O');
  p.number(packet.version).number(packet.actions).number(packet.steps);
  for (const MacroRequest& request : packet.macros) p.number(std::uint32_t(request.stage)).string(request.names);
}

struct CommandEncoder {
  std::string& out;

  void operator()(const Negotiate& c) const { encode_negotiate(out, c); }
  void operator()(const Connect& c) const {
    Packet p(out, 'C');
    p.string(c.host).raw(std::string_view(reinterpret_cast<const char*>(&c.family), 1));
    if (c.family == Family::unknown) return;
    put_u16(out, c.port);
    p.string(c.address);
  }
  void operator()(const Helo& c) const { Packet(out, 'H').string(c.name); }
  void operator()(const Macros& c) const { Packet(out, 'D').raw(std::string_view(&c.command, 1)).raw(c.pairs.raw()); }
  void operator()(const MailFrom& c) const { Packet(out, 'M').string(c.address).raw(c.arguments.raw()); }
  void operator()(const RcptTo& c) const { Packet(out, 'R').string(c.address).raw(c.arguments.raw()); }
  void operator()(const Data&) const { Packet(out, 'T'); }
  void operator()(const Header& c) const { Packet(out, 'L').string(c.name).string(c.value); }
  void operator()(const EndOfHeaders&) const { Packet(out, 'N'); }
  void operator()(const Body& c) const { Packet(out, 'B').raw(c.bytes); }
  void operator()(const EndOfMessage& c) const { Packet(out, 'E').raw(c.bytes); }
  void operator()(const Abort&) const { Packet(out, 'A'); }
  void operator()(const Quit&) const { Packet(out, 'Q'); }
  void operator()(const QuitNewConnection&) const { Packet(out, 'K'); }
  void operator()(const UnknownCommand& c) const { Packet(out, 'U').string(c.line); }
};

struct ReplyEncoder {
  std::string& out;

  void operator()(const Negotiate& r) const { encode_negotiate(out, r); }
  void operator()(Plain r) const { Packet(out, char(r)); }
  void operator()(const SmtpReply& r) const {
    Packet p(out, 'y');
    for (const char c : r.text) {
      out.push_back(c);
      if (c == '%') out.push_back('%');
    }
    out.push_back('\0');
  }
  void operator()(const AddHeader& r) const { Packet(out, 'h').string(r.name).string(r.value); }
  void operator()(const InsertHeader& r) const { Packet(out, 'i').number(r.index).string(r.name).string(r.value); }
  void operator()(const ChangeHeader& r) const { Packet(out, 'm').number(r.index).string(r.name).string(r.value); }
  void operator()(const AddRecipient& r) const { Packet(out, '+').string(r.address); }
  void operator()(const AddRecipientWithArguments& r) const {
    Packet(out, '2').string(r.address).raw(r.arguments.raw());
  }
  void operator()(const RemoveRecipient& r) const { Packet(out, '-').string(r.address); }
  void operator()(const ChangeSender& r) const { Packet(out, 'e').string(r.address).raw(r.arguments.raw()); }
  void operator()(const ReplaceBody& r) const { Packet(out, 'b').raw(r.bytes); }
  void operator()(const Quarantine& r) const { Packet(out, 'q').string(r.reason); }
};

}  // namespace

std::string StringList::join(std::initializer_list<std::string_view> strings) {
  std::string out;
  for (const std::string_view text : strings) put_string(out, text);
  return out;
}

std::string StringList::join(const std::vector<std::string>& strings) {
  std::string out;
  for (const std::string& text : strings) put_string(out, text);
  return out;
}

void encode(std::string& out, const Command& command) {
  std::visit(CommandEncoder{out}, command);
}

void encode(std::string& out, const Reply& reply) {
  std::visit(ReplyEncoder{out}, reply);
}

}  // namespace postern::milter
