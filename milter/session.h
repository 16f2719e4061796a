// Session: one MTA's conversation with the gate, without socket and thread.
//
// Bytes go in, bytes come out, and at each end of message a Mail comes out to
// be judged. The session collects envelope, macros, header fields and body
// exactly as they arrive and parses none of the content: header fields are
// stored byte for byte and the message is spooled as
//   name ":" value CRLF ... CRLF body
// with folds as CRLF. A line break in a value that no blank follows would end the field, or the header; it becomes the
// fold that an MTA writes for it. Several messages may follow one another on a connection.
//
// Negotiation. Of what the MTA offers the session takes: adding and changing
// header fields, removing recipients, choosing macros; no replies but at the
// end of a message; header values with their leading space; no unknown
// commands; neither the DATA nor the end-of-headers step (their macros still come).
// What is not offered is done without: each step is answered `continue`.
//
//   version  brought to the protocol (Sendmail's mfdef.h)      what the session does where it is missing
//   2        headers changed, progress                          older is refused
//   3        unknown SMTP commands                              none come
//   4, 5     the DATA step                                      none comes; the macros of RCPT and E are read
//   6        no-reply steps, leading space, macros chosen       every step is answered, the space is put back,
//                                                               the MTA's own lists of macros are read
//   later    whatever                                           answered with 6
//
// Order. What comes out of order (content without MAIL, a header field after
// the body, an end of message without a recipient) or is malformed is a protocol violation:
// the session ends, the reason is in error(), and the message is never accepted. ABORT, at
// any point, drops the message in hand and nothing else: Postfix sends one
// after each answered message as well.
//
// Limits. A message past max_message_bytes is spooled whole and marked
// (Mail::oversize). Past max_spool_bytes, kMaxHeaderBytes or kMaxRecipients it is refused for good; without a
// free slot or when it cannot be spooled it is tempfailed. A refused message is
// read to its end, unspooled, and answered there.
//
// One thread at a time. Between `judge` and answer() only take() may be called.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "message/mail.h"
#include "milter/answer.h"
#include "milter/codec.h"
#include "milter/counters.h"

namespace postern::milter {

// Header fields of one message; they are kept in memory beside the spool. Honest mail stays under 100 KB. What keeping
// a field costs counts too: a message of nothing but "a:" lines would take twenty times its size.
inline constexpr size_t kMaxHeaderBytes = 4 << 20;
inline constexpr size_t kHeaderFieldCost = sizeof(HeaderField);
// Recipients of one message and their bytes. Postfix takes 1,000 by default, mailing list servers pass more.
inline constexpr size_t kMaxRecipients = 100'000;
inline constexpr size_t kMaxEnvelopeBytes = 16 << 20;

struct SessionOptions {
  std::string spool_dir = "/var/lib/postern/spool";  // for what does not fit into memory (message/blob.h)
  std::uint64_t max_message_bytes = 128ULL << 20;    // larger ones are marked; five times what mail servers let pass
  std::uint64_t max_spool_bytes = 1ULL << 30;        // larger ones are refused: the disk is finite
  size_t max_in_flight = 100;                        // Postfix runs 100 processes of a kind by default
};

class Session {
 public:
  enum class Next {
    read,   // feed more
    judge,  // take() the mail, judge it, then answer()
    close,  // send what was written, then close; error() says why unless the MTA asked for it
  };
  struct Fed {
    Next next = Next::read;
    size_t used = 0;    // bytes of the input that are done with; the rest comes again with the next feed
    size_t wanted = 0;  // read: bytes from there on without which nothing more can be done
  };
  struct Judging {
    Mail mail;
    Slot slot;  // released before the answer is sent
  };

  // `options`, `clock` and `counters` outlive the session.
  Session(const SessionOptions& options, const Clock& clock, Counters& counters);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Reads whole packets until one asks for more than the next packet. Replies are appended to `out`.
  Fed feed(std::string_view bytes, std::string& out);

  // Once after each `judge`.
  Judging take();
  // The packets that answer the taken mail, appended to `out`. `recipients` are those of that mail.
  void answer(const MtaAnswer& answer, const std::vector<EnvelopeAddress>& recipients, std::string& out);
  // The same with a 451 of the gate's own.
  void answer_tempfail(TempfailReason reason, std::string& out);

  // No message in hand: between MAIL's end and the next MAIL. A stop may close such a connection.
  bool idle() const { return message_ == nullptr && !judging_; }
  // In the middle of a message's content.
  bool in_content() const;
  const std::string& error() const { return error_; }
  // Of the message in hand or being judged; may be empty.
  const std::string& queue_id() const;
  const Agreed& agreed() const { return agreed_; }

 private:
  struct Message;
  struct Refusal;
  // Macros of one stage, the few that the gate reads.
  struct Known {
    std::string queue_id, authenticated, auth_type, daemon_name, client_address, tls_version;
  };
  struct Dispatch;

  Next violate(std::string_view what);
  void reply(std::uint32_t no_reply_step, std::string& out) const;

  Next on(const Negotiate& offer, std::string& out);
  Next on(const Connect& command, std::string& out);
  Next on(const Helo& command, std::string& out);
  Next on(const Macros& command, std::string& out);
  Next on(const MailFrom& command, std::string& out);
  Next on(const RcptTo& command, std::string& out);
  Next on(const Data& command, std::string& out);
  Next on(const Header& command, std::string& out);
  Next on(const EndOfHeaders& command, std::string& out);
  Next on(const Body& command, std::string& out);
  Next on(const EndOfMessage& command, std::string& out);
  Next on(const Abort& command, std::string& out);
  Next on(const Quit& command, std::string& out);
  Next on(const QuitNewConnection& command, std::string& out);
  Next on(const UnknownCommand& command, std::string& out);

  void forget_connection();
  void drop_message();
  void end_message();
  void begin_content();
  void end_headers();
  void spool_value(std::string_view value);
  void spool(std::string_view bytes);
  void seal();
  void refuse(const Refusal& refusal);
  void finish_envelope();
  const std::string& macro(std::string Known::*which) const;

  const SessionOptions& options_;
  const Clock& clock_;
  Counters& counters_;

  Agreed agreed_;
  bool negotiated_ = false;
  bool judging_ = false;
  std::string error_;

  bool connected_ = false;
  bool local_ = false;
  std::string client_name_;
  std::string client_address_;
  std::string helo_;
  Known connect_macros_;
  Known helo_macros_;
  Known message_macros_;
  bool rejected_recipient_ = false;  // the macros of the next RCPT say so

  std::unique_ptr<Message> message_;  // from MAIL to the end
};

}  // namespace postern::milter
