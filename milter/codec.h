// The milter protocol on the wire: bytes to typed packets and back, both ways.
//
// A packet is a 32-bit length in network order, one letter and a payload; the
// length counts letter and payload. The MTA sends commands, the filter sends
// replies. Letters, bits and limits are those of Sendmail's libmilter/mfdef.h
// and mfapi.h; the dialects are Sendmail's and Postfix's, versions 2 to 6.
//
// Nothing here keeps state or touches a socket. next_frame() finds the first
// packet of a stretch of bytes; decode_command() and decode_reply() read it;
// encode() appends one. Decoded packets borrow from the bytes they were read
// from and live no longer than those. A packet that is not exactly what its
// letter asks for is an error with a reason: a filter that guesses would judge
// another message than the one that the MTA delivers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace postern::milter {

inline constexpr std::uint32_t kOldestVersion = 2;  // no MTA of this century speaks less
inline constexpr std::uint32_t kNewestVersion = 6;  // Sendmail 8.14 and later, Postfix 2.6 and later

// The most that a length field may say. Body chunks end at kMaxChunk, but Postfix sends a header field
// whole, by default up to 102,400 bytes (header_size_limit), and sites raise that; twice is slack enough.
inline constexpr size_t kMaxPacket = 256 << 10;
// MILTER_CHUNK_SIZE: the largest body chunk without the large-packet options, which are not negotiated.
inline constexpr size_t kMaxChunk = 65535;
inline constexpr size_t kLengthBytes = 4;

// What a filter may ask to do (SMFIF_*).
namespace actions {
inline constexpr std::uint32_t add_headers = 0x001;
inline constexpr std::uint32_t change_body = 0x002;
inline constexpr std::uint32_t add_recipients = 0x004;
inline constexpr std::uint32_t remove_recipients = 0x008;
inline constexpr std::uint32_t change_headers = 0x010;
inline constexpr std::uint32_t quarantine = 0x020;
inline constexpr std::uint32_t change_sender = 0x040;
inline constexpr std::uint32_t add_recipients_with_arguments = 0x080;
inline constexpr std::uint32_t choose_macros = 0x100;
}  // namespace actions

// What a filter may ask to leave out or to do otherwise (SMFIP_*).
namespace steps {
inline constexpr std::uint32_t no_connect = 0x000001;
inline constexpr std::uint32_t no_helo = 0x000002;
inline constexpr std::uint32_t no_mail = 0x000004;
inline constexpr std::uint32_t no_rcpt = 0x000008;
inline constexpr std::uint32_t no_body = 0x000010;
inline constexpr std::uint32_t no_headers = 0x000020;
inline constexpr std::uint32_t no_end_of_headers = 0x000040;
inline constexpr std::uint32_t no_reply_header = 0x000080;
inline constexpr std::uint32_t no_unknown = 0x000100;
inline constexpr std::uint32_t no_data = 0x000200;
inline constexpr std::uint32_t skip = 0x000400;
inline constexpr std::uint32_t rejected_recipients = 0x000800;
inline constexpr std::uint32_t no_reply_connect = 0x001000;
inline constexpr std::uint32_t no_reply_helo = 0x002000;
inline constexpr std::uint32_t no_reply_mail = 0x004000;
inline constexpr std::uint32_t no_reply_rcpt = 0x008000;
inline constexpr std::uint32_t no_reply_data = 0x010000;
inline constexpr std::uint32_t no_reply_unknown = 0x020000;
inline constexpr std::uint32_t no_reply_end_of_headers = 0x040000;
inline constexpr std::uint32_t no_reply_body = 0x080000;
inline constexpr std::uint32_t leading_space = 0x100000;  // header values keep what follows the colon
}  // namespace steps

// Stages for which a filter may choose the macros (SMFIM_*).
enum class MacroStage : std::uint32_t {
  connect = 0,
  helo = 1,
  mail = 2,
  rcpt = 3,
  data = 4,
  end_of_message = 5,
  end_of_headers = 6
};

// NUL-terminated strings one after the other, walked without copying:
//   for (std::string_view argument : list) ...
class StringList {
 public:
  class Iterator {
   public:
    explicit Iterator(std::string_view rest) : rest_(rest) {}
    std::string_view operator*() const { return rest_.substr(0, rest_.find('\0')); }
    Iterator& operator++() {
      rest_.remove_prefix(rest_.find('\0') + 1);
      return *this;
    }
    bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

   private:
    std::string_view rest_;
  };

  StringList() = default;
  // `raw` is empty or ends in NUL.
  explicit StringList(std::string_view raw) : raw_(raw) {}
  Iterator begin() const { return Iterator(raw_); }
  Iterator end() const { return Iterator(std::string_view()); }
  bool empty() const { return raw_.empty(); }
  size_t size() const;
  std::string_view raw() const { return raw_; }

  // The wire form of `strings`, which must not hold NUL.
  static std::string join(std::initializer_list<std::string_view> strings);
  static std::string join(const std::vector<std::string>& strings);

 private:
  std::string_view raw_;
};

// ---- packets of both sides ----

struct MacroRequest {
  MacroStage stage = MacroStage::connect;
  std::string names;  // "i {auth_authen}"
};

// O: the MTA offers, the filter answers with what it takes of it. Only an answer names macros.
struct Negotiate {
  std::uint32_t version = 0;
  std::uint32_t actions = 0;
  std::uint32_t steps = 0;
  std::vector<MacroRequest> macros;
};

// ---- commands: MTA to filter ----

enum class Family : char { unknown = 'U', local = 'L', inet = '4', inet6 = '6' };

struct Connect {  // C
  std::string_view host;
  Family family = Family::unknown;
  std::uint16_t port = 0;    // not with Family::unknown
  std::string_view address;  // not with Family::unknown
};
struct Helo {  // H
  std::string_view name;
};
struct Macros {  // D: macros of the command that follows
  char command = 0;
  StringList pairs;  // name, value, name, value, ...
};
struct MailFrom {  // M
  std::string_view address;
  StringList arguments;
};
struct RcptTo {  // R
  std::string_view address;
  StringList arguments;
};
struct Data {};  // T
struct Header {  // L
  std::string_view name;
  std::string_view value;
};
struct EndOfHeaders {};  // N
struct Body {            // B
  std::string_view bytes;
};
struct EndOfMessage {  // E; Sendmail may put the last chunk into it
  std::string_view bytes;
};
struct Abort {};              // A
struct Quit {};               // Q
struct QuitNewConnection {};  // K: the next connection of the MTA follows on the same socket
struct UnknownCommand {       // U: an SMTP command that the MTA does not know
  std::string_view line;
};

using Command = std::variant<Negotiate, Connect, Helo, Macros, MailFrom, RcptTo, Data, Header, EndOfHeaders, Body,
                             EndOfMessage, Abort, Quit, QuitNewConnection, UnknownCommand>;

// ---- replies: filter to MTA ----

// Replies without a payload.
enum class Plain : char {
  accept = 'a',
  proceed = 'c',  // SMFIR_CONTINUE
  discard = 'd',
  reject = 'r',
  tempfail = 't',
  connection_failure = 'f',
  shutdown = '4',
  progress = 'p',
  skip = 's',
};
// y: "550 5.7.1 text", lines joined by CRLF. encode() takes plain text and doubles each '%'; a decoded
// reply borrows the wire's bytes, so undouble() is the way back.
struct SmtpReply {
  std::string_view text;
};
struct AddHeader {  // h
  std::string_view name;
  std::string_view value;
};
struct InsertHeader {  // i
  std::uint32_t index = 0;
  std::string_view name;
  std::string_view value;
};
struct ChangeHeader {  // m: the index-th field of that name, from 1; an empty value removes it
  std::uint32_t index = 1;
  std::string_view name;
  std::string_view value;
};
struct AddRecipient {  // +
  std::string_view address;
};
struct AddRecipientWithArguments {  // 2
  std::string_view address;
  StringList arguments;
};
struct RemoveRecipient {  // -
  std::string_view address;
};
struct ChangeSender {  // e
  std::string_view address;
  StringList arguments;
};
struct ReplaceBody {  // b
  std::string_view bytes;
};
struct Quarantine {  // q
  std::string_view reason;
};

using Reply = std::variant<Negotiate, Plain, SmtpReply, AddHeader, InsertHeader, ChangeHeader, AddRecipient,
                           AddRecipientWithArguments, RemoveRecipient, ChangeSender, ReplaceBody, Quarantine>;

// ---- bytes to packets ----

struct Frame {
  enum class State { whole, incomplete, malformed };
  State state = State::incomplete;
  char letter = 0;
  std::string_view payload;
  // Bytes of the packet, length field included; of an incomplete one as many as it takes to tell more.
  size_t size = kLengthBytes;
  std::string_view complaint;  // malformed: why; a constant
};

// The packet at the beginning of `bytes`. A length of zero or past kMaxPacket is malformed at
// once, before any of the packet must be waited for.
Frame next_frame(std::string_view bytes);

// Read a whole frame. Errors are of kind invalid_input and name the letter.
Result<Command> decode_command(const Frame& frame);
Result<Reply> decode_reply(const Frame& frame);
std::string undouble(std::string_view reply_text);

// ---- packets to bytes ----

void encode(std::string& out, const Command& command);
void encode(std::string& out, const Reply& reply);

}  // namespace postern::milter
