#include "milter/session.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace postern::milter {

// Why a message is answered without being judged.
struct Session::Refusal {
  MtaAnswer::Kind kind;
  TempfailReason reason;  // of a tempfail
  std::string_view reply;
};

struct Session::Message {
  explicit Message(const std::string& spool_dir) : writer(spool_dir) {}

  Envelope envelope;
  std::vector<HeaderField> headers;
  BlobWriter writer;
  size_t envelope_bytes = 0;
  size_t header_bytes = 0;
  std::uint64_t body_offset = 0;
  std::shared_ptr<const Blob> sealed;
  bool in_content = false;
  bool headers_ended = false;
  std::optional<Refusal> refused;
  Slot slot;
};

namespace {

constexpr std::uint32_t kWantedActions = actions::add_headers | actions::change_headers | actions::change_body |
                                         actions::remove_recipients | actions::choose_macros;

constexpr std::uint32_t kWantedSteps =
    steps::no_unknown | steps::no_data | steps::no_end_of_headers | steps::leading_space | steps::no_reply_connect |
    steps::no_reply_helo | steps::no_reply_mail | steps::no_reply_rcpt | steps::no_reply_data | steps::no_reply_header |
    steps::no_reply_unknown | steps::no_reply_end_of_headers | steps::no_reply_body;

// An MTA that lets its macros be chosen sends no others: Postfix forgets its own lists then.
const std::vector<MacroRequest>& wanted_macros() {
  static const std::vector<MacroRequest> kWanted = {
      {MacroStage::connect, "{daemon_name} {client_addr}"},
      {MacroStage::helo, "{tls_version}"},
      {MacroStage::mail, "i {auth_authen} {auth_type} {tls_version}"},
      {MacroStage::rcpt, "i"},
      {MacroStage::data, "i"},
      {MacroStage::end_of_headers, "i"},
      {MacroStage::end_of_message, "i"},
  };
  return kWanted;
}

constexpr std::string_view kBusy = "451 4.3.2 The outbound gate is busy; try again later";
constexpr std::string_view kLate = "451 4.3.2 The outbound gate did not finish in time; try again later";
constexpr std::string_view kNoSpool = "451 4.3.0 The outbound gate cannot store the message; try again later";
constexpr std::string_view kTooBig = "552 5.3.4 The message is too big for the outbound gate";
constexpr std::string_view kHeaderTooBig = "552 5.3.4 The header of the message is too big for the outbound gate";
constexpr std::string_view kTooMany = "550 5.5.3 The message has too many recipients for the outbound gate";

std::string_view own_reply(TempfailReason reason) {
  switch (reason) {
    case TempfailReason::spool:
      return kNoSpool;
    case TempfailReason::overdue:
      return kLate;
    default:
      return kBusy;
  }
}

// The first word of a log line about a message.
std::string label(const std::string& queue_id) {
  return (queue_id.empty() ? std::string("milter") : log_field(queue_id)) + ": ";
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? char(b + 32) : b);
         });
}

// Postfix presents mail that came by no network (sendmail(1), the queue of a notice) as
// localhost with port 0, which no network client has.
bool is_pretended_client(const Connect& c, std::string_view address) {
  return c.port == 0 && (address == "::1" || address.starts_with("127."));
}

EnvelopeAddress envelope_address(std::string_view raw, const StringList& arguments) {
  EnvelopeAddress out;
  out.raw = raw;
  if (auto address = parse_address(raw)) out.address = std::move(*address);
  for (const std::string_view argument : arguments) out.parameters.emplace_back(argument);
  return out;
}

void count_answer(Counters& counters, const Answered& answered) {
  switch (answered.kind) {
    case MtaAnswer::Kind::accept:
      count(counters.accepted);
      break;
    case MtaAnswer::Kind::discard:
      count(counters.discarded);
      break;
    case MtaAnswer::Kind::reject:
      count(counters.rejected);
      break;
    case MtaAnswer::Kind::tempfail:
      counters.tempfail(answered.reason);
      break;
  }
}

}  // namespace

struct Session::Dispatch {
  Session& session;
  std::string& out;
  template <typename T>
  Next operator()(const T& command) const {
    return session.on(command, out);
  }
};

Session::Session(const SessionOptions& options, const Clock& clock, Counters& counters)
    : options_(options), clock_(clock), counters_(counters) {}
Session::~Session() = default;

Session::Fed Session::feed(std::string_view bytes, std::string& out) {
  Fed fed;
  while (fed.next == Next::read) {
    const Frame frame = next_frame(bytes.substr(fed.used));
    if (frame.state == Frame::State::incomplete) {
      fed.wanted = frame.size;
      return fed;
    }
    if (frame.state == Frame::State::malformed) {
      fed.next = violate(frame.complaint);
      return fed;
    }
    fed.used += frame.size;
    const auto command = decode_command(frame);
    fed.next = command ? std::visit(Dispatch{*this, out}, *command) : violate(command.error().message);
  }
  return fed;
}

Session::Next Session::violate(std::string_view what) {
  error_ = what;
  count(counters_.protocol_errors);
  drop_message();
  return Next::close;
}

void Session::reply(std::uint32_t no_reply_step, std::string& out) const {
  if ((agreed_.steps & no_reply_step) == 0) encode(out, Reply(Plain::proceed));
}

Session::Next Session::on(const Negotiate& offer, std::string& out) {
  if (negotiated_) return violate("a second negotiation");
  if (offer.version < kOldestVersion) return violate("a protocol version older than 2");
  negotiated_ = true;
  agreed_.version = std::min(offer.version, kNewestVersion);
  agreed_.actions = offer.actions & kWantedActions;
  agreed_.steps = offer.steps & kWantedSteps;
  Negotiate answer{agreed_.version, agreed_.actions, agreed_.steps, {}};
  if ((agreed_.actions & actions::choose_macros) != 0) answer.macros = wanted_macros();
  encode(out, Reply(std::move(answer)));
  return Next::read;
}

Session::Next Session::on(const Connect& command, std::string& out) {
  if (!negotiated_) return violate("a connection before the negotiation");
  drop_message();
  connected_ = true;
  client_name_ = command.host;
  std::string_view address = command.address;
  if (starts_with_ignoring_case(address, "ipv6:")) address.remove_prefix(5);
  local_ =
      command.family == Family::unknown || command.family == Family::local || is_pretended_client(command, address);
  client_address_ = local_ ? std::string_view() : address;
  reply(steps::no_reply_connect, out);
  return Next::read;
}

Session::Next Session::on(const Helo& command, std::string& out) {
  if (!negotiated_) return violate("HELO before the negotiation");
  drop_message();
  helo_ = command.name;
  reply(steps::no_reply_helo, out);
  return Next::read;
}

Session::Next Session::on(const Macros& command, std::string&) {
  if (!negotiated_) return violate("macros before the negotiation");
  Known* stage = &message_macros_;
  if (command.command == 'C') {
    connect_macros_ = {};
    helo_macros_ = {};
    stage = &connect_macros_;
  } else if (command.command == 'H') {
    helo_macros_ = {};
    stage = &helo_macros_;
  } else if (command.command == 'M') {
    drop_message();
  } else if (command.command == 'R') {
    rejected_recipient_ = false;
  }
  for (auto at = command.pairs.begin(); at != command.pairs.end(); ++at) {
    const std::string_view name = *at;
    const std::string_view value = *++at;
    if (name == "i") {
      stage->queue_id = value;
    } else if (name == "{auth_authen}") {
      stage->authenticated = value;
    } else if (name == "{auth_type}") {
      stage->auth_type = value;
    } else if (name == "{daemon_name}") {
      stage->daemon_name = value;
    } else if (name == "{client_addr}") {
      stage->client_address = value;
    } else if (name == "{tls_version}") {
      stage->tls_version = value;
    } else if (name == "{rcpt_mailer}" && command.command == 'R') {
      rejected_recipient_ = value == "error";
    }
  }
  return Next::read;
}

Session::Next Session::on(const MailFrom& command, std::string& out) {
  if (!negotiated_) return violate("MAIL before the negotiation");
  if (message_ != nullptr) drop_message();
  message_ = std::make_unique<Message>(options_.spool_dir);
  message_->envelope.sender = envelope_address(command.address, command.arguments);
  message_->envelope.received = clock_.now();
  rejected_recipient_ = false;
  reply(steps::no_reply_mail, out);
  return Next::read;
}

Session::Next Session::on(const RcptTo& command, std::string& out) {
  if (message_ == nullptr) return violate("RCPT without MAIL");
  if (message_->in_content) return violate("RCPT after the content began");
  // An MTA that shows rejected recipients although we did not ask for them names them so.
  if (!std::exchange(rejected_recipient_, false)) {
    message_->envelope_bytes += command.address.size() + command.arguments.raw().size();
    if (message_->envelope.recipients.size() >= kMaxRecipients || message_->envelope_bytes > kMaxEnvelopeBytes) {
      refuse({MtaAnswer::Kind::reject, {}, kTooMany});
    } else {
      message_->envelope.recipients.push_back(envelope_address(command.address, command.arguments));
    }
  }
  reply(steps::no_reply_rcpt, out);
  return Next::read;
}

Session::Next Session::on(const Data&, std::string& out) {
  if (message_ == nullptr) return violate("DATA without MAIL");
  if (message_->in_content) return violate("DATA after the content began");
  reply(steps::no_reply_data, out);
  return Next::read;
}

Session::Next Session::on(const Header& command, std::string& out) {
  if (message_ == nullptr) return violate("a header field without MAIL");
  if (message_->headers_ended) return violate("a header field after the header ended");
  begin_content();
  Message& m = *message_;
  m.header_bytes += command.name.size() + command.value.size() + kHeaderFieldCost;
  if (m.header_bytes > kMaxHeaderBytes) refuse({MtaAnswer::Kind::reject, {}, kHeaderTooBig});
  if (!m.refused) {
    const bool blank_first = !command.value.empty() && (command.value.front() == ' ' || command.value.front() == '\t' ||
                                                        command.value.front() == '\n' || command.value.front() == '\r');
    // Without leading_space the MTA has taken the space after the colon away.
    const bool put_back = (agreed_.steps & steps::leading_space) == 0 && !command.value.empty() && !blank_first;
    HeaderField& field = m.headers.emplace_back();
    field.name = command.name;
    field.value.reserve(command.value.size() + 1);
    if (put_back) field.value.push_back(' ');
    field.value += command.value;
    spool(command.name);
    spool(":");
    spool_value(field.value);
  }
  reply(steps::no_reply_header, out);
  return Next::read;
}

Session::Next Session::on(const EndOfHeaders&, std::string& out) {
  if (message_ == nullptr) return violate("an end of headers without MAIL");
  if (message_->headers_ended) return violate("a second end of headers");
  begin_content();
  end_headers();
  reply(steps::no_reply_end_of_headers, out);
  return Next::read;
}

Session::Next Session::on(const Body& command, std::string& out) {
  if (message_ == nullptr) return violate("body without MAIL");
  begin_content();
  end_headers();
  spool(command.bytes);
  reply(steps::no_reply_body, out);
  return Next::read;
}

Session::Next Session::on(const EndOfMessage& command, std::string& out) {
  if (message_ == nullptr) return violate("an end of message without MAIL");
  Message& m = *message_;
  if (m.envelope.recipients.empty() && !m.refused) return violate("an end of message without a recipient");
  begin_content();
  end_headers();
  spool(command.bytes);
  count(counters_.messages);
  finish_envelope();
  seal();
  if (!m.refused) return Next::judge;

  MtaAnswer answer;
  answer.kind = m.refused->kind;
  answer.reply = {std::string(m.refused->reply)};
  Answered answered = encode_answer(answer, m.envelope.recipients, agreed_, out);
  answered.reason = m.refused->reason;
  count_answer(counters_, answered);
  log_warning(label(m.envelope.queue_id) + "not judged, answered " + answer.reply.front());
  end_message();
  return Next::read;
}

Session::Next Session::on(const Abort&, std::string&) {
  drop_message();
  return Next::read;
}

Session::Next Session::on(const Quit&, std::string&) {
  drop_message();
  return Next::close;
}

Session::Next Session::on(const QuitNewConnection&, std::string&) {
  drop_message();
  forget_connection();
  return Next::read;
}

Session::Next Session::on(const UnknownCommand&, std::string& out) {
  if (!negotiated_) return violate("a command before the negotiation");
  reply(steps::no_reply_unknown, out);
  return Next::read;
}

Session::Judging Session::take() {
  Message& m = *message_;
  Judging out;
  out.mail.envelope = std::move(m.envelope);
  out.mail.headers = std::move(m.headers);
  out.mail.body_offset = m.body_offset;
  out.mail.message = std::move(m.sealed);
  out.mail.arrived = clock_.steady();
  out.mail.may_edit = agreed_.may_edit();
  out.mail.oversize = out.mail.message->size() > options_.max_message_bytes;
  if (out.mail.oversize) count(counters_.oversize);
  out.slot = std::move(m.slot);
  message_.reset();
  judging_ = true;
  return out;
}

void Session::answer(const MtaAnswer& answer, const std::vector<EnvelopeAddress>& recipients, std::string& out) {
  const Answered answered = encode_answer(answer, recipients, agreed_, out);
  count_answer(counters_, answered);
  if (!answered.complaint.empty()) log_error(label(queue_id()) + std::string(answered.complaint));
  judging_ = false;
  end_message();
}

void Session::answer_tempfail(TempfailReason reason, std::string& out) {
  encode(out, Reply(SmtpReply{own_reply(reason)}));
  counters_.tempfail(reason);
  log_warning(label(queue_id()) + "not judged (" + std::string(to_string(reason)) + "), tempfailed");
  judging_ = false;
  end_message();
}

bool Session::in_content() const {
  return message_ != nullptr && message_->in_content;
}

const std::string& Session::queue_id() const {
  return message_macros_.queue_id;
}

void Session::forget_connection() {
  connected_ = local_ = false;
  client_name_.clear();
  client_address_.clear();
  helo_.clear();
  connect_macros_ = {};
  helo_macros_ = {};
}

void Session::drop_message() {
  if (message_ != nullptr) count(counters_.aborted);
  end_message();
}

void Session::end_message() {
  message_.reset();
  message_macros_ = {};
  rejected_recipient_ = false;
}

void Session::begin_content() {
  Message& m = *message_;
  if (m.in_content) return;
  m.in_content = true;
  m.slot = Slot::take(counters_, options_.max_in_flight);
  if (!m.slot) refuse({MtaAnswer::Kind::tempfail, TempfailReason::busy, kBusy});
}

void Session::end_headers() {
  Message& m = *message_;
  if (m.headers_ended) return;
  m.headers_ended = true;
  spool("\r\n");
  m.body_offset = m.writer.size();
}

void Session::spool_value(std::string_view value) {
  for (size_t fold = value.find('\n'); fold != std::string_view::npos; fold = value.find('\n')) {
    const size_t end = fold > 0 && value[fold - 1] == '\r' ? fold - 1 : fold;
    spool(value.substr(0, end));
    value.remove_prefix(fold + 1);
    if (value.empty()) break;
    const bool folded = value.front() == ' ' || value.front() == '\t';
    spool(folded ? "\r\n" : "\r\n ");
  }
  spool(value);
  spool("\r\n");
}

void Session::spool(std::string_view bytes) {
  Message& m = *message_;
  if (m.refused) return;
  if (m.writer.size() + bytes.size() > options_.max_spool_bytes) {
    refuse({MtaAnswer::Kind::reject, {}, kTooBig});
    return;
  }
  if (auto ok = m.writer.append(bytes); !ok) {
    log_error(label(queue_id()) + ok.error().message);
    refuse({MtaAnswer::Kind::tempfail, TempfailReason::spool, kNoSpool});
  }
}

void Session::seal() {
  Message& m = *message_;
  if (m.refused) return;
  auto blob = m.writer.seal();
  if (blob) {
    m.sealed = std::move(*blob);
  } else {
    log_error(label(queue_id()) + blob.error().message);
    refuse({MtaAnswer::Kind::tempfail, TempfailReason::spool, kNoSpool});
  }
}

void Session::refuse(const Refusal& refusal) {
  Message& m = *message_;
  if (m.refused) return;
  m.refused = refusal;
  m.writer = BlobWriter(options_.spool_dir);
  m.headers = {};
  m.slot.release();
}

void Session::finish_envelope() {
  Envelope& e = message_->envelope;
  e.queue_id = macro(&Known::queue_id);
  e.authenticated = macro(&Known::authenticated);
  e.auth_type = macro(&Known::auth_type);
  e.daemon_name = macro(&Known::daemon_name);
  e.tls_version = macro(&Known::tls_version);
  e.helo = helo_;
  e.client_name = client_name_;
  e.client_address = connected_ ? client_address_ : macro(&Known::client_address);
  e.local_submission = connected_ ? local_ : e.client_address.empty();
}

const std::string& Session::macro(std::string Known::*which) const {
  for (const Known* stage : {&message_macros_, &helo_macros_}) {
    if (!(stage->*which).empty()) return stage->*which;
  }
  return connect_macros_.*which;
}

}  // namespace postern::milter
