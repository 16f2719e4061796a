#include "milter/answer.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "milter/codec.h"

namespace postern::milter {

namespace {

constexpr std::string_view kCannotCarryOut =
    "451 4.3.5 The outbound gate and this server do not agree; try again later";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

// Length of "d.ddd.ddd" at the beginning of `text` with a blank or the end after it; 0 when there is none.
size_t enhanced_code(std::string_view text, char digit) {
  size_t at = 0;
  for (int part = 0; part < 3; part++) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return 0;
    const size_t start = at;
    while (at < text.size() && is_digit(text[at])) at++;
    if (at == start || at - start > 3) return 0;
  }
  if (text.front() != digit || text[1] != '.') return 0;
  return at == text.size() || text[at] == ' ' ? at : 0;
}

void append_line(std::string& out, std::string_view text) {
  if (text.size() > kMaxReplyLine) {
    size_t end = kMaxReplyLine;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end--;
    text = text.substr(0, end);
  }
  for (const char c : text) out.push_back(static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c);
}

// The value of an added field as the MTA wants it: folds as LF and white space, no byte that could begin a
// field of its own, leading space as negotiated.
std::string wire_value(std::string_view value, bool leading_space) {
  std::string out;
  if (leading_space && (value.empty() || !is_blank(value.front()))) out.push_back(' ');
  if (!leading_space && !value.empty() && value.front() == ' ') value.remove_prefix(1);
  for (size_t i = 0; i < value.size(); i++) {
    const char c = value[i];
    if (c == '\r' || c == '\0') continue;
    if (c == '\n') {
      if (i + 1 == value.size()) break;
      out.push_back('\n');
      if (!is_blank(value[i + 1])) out.push_back('\t');
      continue;
    }
    out.push_back(c);
  }
  return out;
}

bool is_field_name(std::string_view name) {  // RFC 5322 3.6.8
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

std::optional<std::string_view> why_broken(const MtaAnswer& answer, size_t recipients) {
  for (const size_t index : answer.remove_recipients) {
    if (index >= recipients) return "the answer removes a recipient that is not there";
  }
  for (const HeaderRemoval& removal : answer.remove_headers) {
    const bool fits = removal.index >= 1 && removal.index <= std::uint32_t(std::numeric_limits<std::int32_t>::max());
    if (!fits || removal.name.empty() || removal.name.find('\0') != std::string::npos) {
      return "the answer removes a header field that cannot be";
    }
  }
  for (const HeaderField& field : answer.add_headers) {
    if (!is_field_name(field.name)) return "the answer adds a header field without a proper name";
  }
  return std::nullopt;
}

std::uint32_t actions_needed(const MtaAnswer& answer) {
  std::uint32_t needed = 0;
  if (!answer.remove_recipients.empty()) needed |= actions::remove_recipients;
  if (!answer.remove_headers.empty()) needed |= actions::change_headers;
  if (!answer.add_headers.empty()) needed |= actions::add_headers;
  if (answer.replacement) needed |= actions::change_body;
  if (answer.replacement && !answer.replacement->fields.empty()) needed |= actions::change_headers;
  return needed;
}

// The distinct RCPT bytes to remove. An MTA removes every recipient that equals them.
std::vector<std::string_view> removed_addresses(const MtaAnswer& answer,
                                                const std::vector<EnvelopeAddress>& recipients) {
  std::vector<std::string_view> out;
  for (const size_t index : answer.remove_recipients) out.push_back(recipients[index].raw);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool anyone_left(const std::vector<std::string_view>& removed, const std::vector<EnvelopeAddress>& recipients) {
  return std::any_of(recipients.begin(), recipients.end(), [&](const EnvelopeAddress& recipient) {
    return !std::binary_search(removed.begin(), removed.end(), std::string_view(recipient.raw));
  });
}

// Highest index first, since an MTA counts again after each removal; one that is named twice only once.
std::vector<HeaderRemoval> ordered_removals(const MtaAnswer& answer) {
  std::set<std::pair<std::string, std::uint32_t>> seen;
  std::vector<HeaderRemoval> out;
  for (const HeaderRemoval& removal : answer.remove_headers) {
    std::string name = removal.name;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    if (seen.emplace(std::move(name), removal.index).second) out.push_back(removal);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const HeaderRemoval& a, const HeaderRemoval& b) { return a.index > b.index; });
  return out;
}

void encode_refusal(const MtaAnswer& answer, std::string& out) {
  const bool reject = answer.kind == MtaAnswer::Kind::reject;
  const std::string text = smtp_reply_text(answer.reply, reject ? '5' : '4');
  if (text.empty()) {
    encode(out, Reply(reject ? Plain::reject : Plain::tempfail));
  } else {
    encode(out, Reply(SmtpReply{text}));
  }
}

Answered cannot(TempfailReason reason, std::string_view complaint, std::string& out) {
  encode(out, Reply(SmtpReply{kCannotCarryOut}));
  return {MtaAnswer::Kind::tempfail, reason, complaint};
}

// The largest of all answers: grown step by step it would be copied several times over.
void reserve_body(std::uint64_t size, std::string& out) {
  out.reserve(out.size() + size + size / 1024 + kMaxChunk);
}

// Body chunks as libmilter sends them.
void encode_body(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const std::string_view chunk = bytes.substr(0, kMaxChunk);
    encode(out, Reply(ReplaceBody{chunk}));
    bytes.remove_prefix(chunk.size());
  }
}

bool is_in_bounds(const Annotation& annotation, std::string_view message) {
  std::uint64_t at = annotation.body_offset;
  for (const BodySplice& splice : annotation.edit->splices) {
    if (splice.offset < at || splice.offset > message.size() || splice.removed > message.size() - splice.offset) {
      return false;
    }
    at = splice.offset + splice.removed;
  }
  return at <= message.size();
}

// The body with its splices, after the fields that go with it: last of all packets, since an MTA ends a body that
// is being replaced at the first packet of another kind. Why it is left out; empty when it is not.
std::string_view encode_edit(const Annotation& annotation, const Agreed& agreed, std::string& out) {
  std::uint32_t needed = actions::change_body;
  for (const HeaderChange& field : annotation.edit->fields) {
    needed |= field.index > 0 ? actions::change_headers : actions::add_headers;
  }
  if ((needed & ~agreed.actions) != 0) return "the server lets no milter change the body: sent without its footer";
  const auto message = annotation.message ? annotation.message->view()
                                          : Result<std::string_view>(fail(ErrorKind::internal, "no message"));
  if (!message) return "the message cannot be read again: sent without its footer";
  if (!is_in_bounds(annotation, *message)) return "the footer does not fit the message: sent without it";
  const bool leading_space = (agreed.steps & steps::leading_space) != 0;
  for (const HeaderChange& field : annotation.edit->fields) {
    const std::string value = wire_value(field.value, leading_space);
    if (field.index > 0) {
      encode(out, Reply(ChangeHeader{field.index, field.name, value}));
    } else {
      encode(out, Reply(AddHeader{field.name, value}));
    }
  }
  std::uint64_t size = message->size() - annotation.body_offset;
  for (const BodySplice& splice : annotation.edit->splices) size += splice.inserted.size();
  reserve_body(size, out);
  std::uint64_t at = annotation.body_offset;
  for (const BodySplice& splice : annotation.edit->splices) {
    encode_body(message->substr(at, splice.offset - at), out);
    encode_body(splice.inserted, out);
    at = splice.offset + splice.removed;
  }
  encode_body(message->substr(at), out);
  return {};
}

Answered encode_accept(const MtaAnswer& answer, const std::vector<EnvelopeAddress>& recipients, const Agreed& agreed,
                       std::string& out) {
  if (const auto why = why_broken(answer, recipients.size())) return cannot(TempfailReason::broken_answer, *why, out);
  const auto removed = removed_addresses(answer, recipients);
  if (!removed.empty() && !anyone_left(removed, recipients)) {
    encode(out, Reply(Plain::discard));
    return {MtaAnswer::Kind::discard, TempfailReason::judged, "the answer removes every recipient: discarded"};
  }
  if ((actions_needed(answer) & ~agreed.actions) != 0) {
    return cannot(TempfailReason::not_offered, "the server does not let a milter do what the answer needs", out);
  }
  // Read before anything is written: without it the answer cannot be given.
  std::string_view body;
  if (answer.replacement) {
    const Replacement& whole = *answer.replacement;
    const auto message =
        whole.message ? whole.message->view() : Result<std::string_view>(fail(ErrorKind::internal, ""));
    if (!message || whole.body_offset >= message->size()) {
      return cannot(TempfailReason::broken_answer, "the message without its attachment cannot be read again", out);
    }
    body = message->substr(whole.body_offset);
  }
  for (const std::string_view address : removed) encode(out, Reply(RemoveRecipient{address}));
  for (const HeaderRemoval& removal : ordered_removals(answer))
    encode(out, Reply(ChangeHeader{removal.index, removal.name, ""}));
  for (const HeaderField& field : answer.add_headers) {
    const std::string value = wire_value(field.value, (agreed.steps & steps::leading_space) != 0);
    encode(out, Reply(AddHeader{field.name, value}));
  }
  std::string_view complaint;
  if ((agreed.actions & actions::add_headers) != 0) {
    for (const HeaderField& field : answer.annotation.add_headers) {
      const std::string value = wire_value(field.value, (agreed.steps & steps::leading_space) != 0);
      encode(out, Reply(AddHeader{field.name, value}));
    }
  } else if (!answer.annotation.add_headers.empty()) {
    complaint = "the server lets no milter add header fields: sent without its reference";
  }
  const bool leading_space = (agreed.steps & steps::leading_space) != 0;
  if (answer.replacement) {
    for (const HeaderChange& field : answer.replacement->fields) {
      encode(out, Reply(ChangeHeader{field.index, field.name, wire_value(field.value, leading_space)}));
    }
  }
  bool body_sent = false;
  if (answer.annotation.edit) {
    const auto why = encode_edit(answer.annotation, agreed, out);
    body_sent = why.empty();
    if (!body_sent) complaint = why;
  }
  if (answer.replacement && !body_sent) {
    reserve_body(body.size(), out);
    encode_body(body, out);
  }
  encode(out, Reply(Plain::proceed));
  return {MtaAnswer::Kind::accept, TempfailReason::judged, complaint};
}

}  // namespace

bool Agreed::may_edit() const {
  constexpr std::uint32_t kEdits = actions::change_body | actions::change_headers;
  return (actions & kEdits) == kEdits;
}

std::string smtp_reply_text(const std::vector<std::string>& lines, char digit) {
  if (lines.empty()) return {};
  std::string_view first = lines.front();
  if (first.size() < 4 || first[0] != digit || !is_digit(first[1]) || !is_digit(first[2]) || first[3] != ' ') return {};
  const std::string_view code = first.substr(0, 3);
  first.remove_prefix(4);
  std::string enhanced;
  if (const size_t length = enhanced_code(first, digit); length > 0) {
    enhanced = first.substr(0, length);
    first.remove_prefix(std::min(length + 1, first.size()));
  } else {
    enhanced = std::string(1, digit) + ".7.1";
  }
  const size_t count = std::min(lines.size(), kMaxReplyLines);
  std::string out;
  for (size_t i = 0; i < count; i++) {
    if (i > 0) out += "\r\n";
    out += code;
    out.push_back(i + 1 < count ? '-' : ' ');
    out += enhanced;
    out.push_back(' ');
    append_line(out, i == 0 ? first : std::string_view(lines[i]));
  }
  return out;
}

Answered encode_answer(const MtaAnswer& answer, const std::vector<EnvelopeAddress>& recipients, const Agreed& agreed,
                       std::string& out) {
  switch (answer.kind) {
    case MtaAnswer::Kind::accept:
      return encode_accept(answer, recipients, agreed, out);
    case MtaAnswer::Kind::discard:
      encode(out, Reply(Plain::discard));
      return {MtaAnswer::Kind::discard, {}, {}};
    case MtaAnswer::Kind::reject:
      encode_refusal(answer, out);
      return {MtaAnswer::Kind::reject, {}, {}};
    case MtaAnswer::Kind::tempfail:
      encode_refusal(answer, out);
      return {MtaAnswer::Kind::tempfail, {}, {}};
  }
  return cannot(TempfailReason::broken_answer, "the answer is of no known kind", out);
}

}  // namespace postern::milter
