#include "response/courier_release.h"

#include "base/log.h"
#include "response/mime_builder.h"
#include "response/notice_shown.h"

namespace postern::response {

namespace {

using store::ReleaseResult;

EnvelopeAddress envelope_address(const std::string& raw) {
  EnvelopeAddress out;
  out.raw = raw;
  if (auto parsed = parse_address(raw)) out.address = std::move(*parsed);
  return out;
}

// The path exactly as received, without its brackets.
std::string path_of(std::string_view raw) {
  if (raw.size() >= 2 && raw.front() == '<' && raw.back() == '>') raw = raw.substr(1, raw.size() - 2);
  return std::string(raw);
}

ReleaseResult result_of(size_t index, const RecipientResult& result) {
  ReleaseResult out;
  out.recipient = index;
  switch (result.delivery) {
    case Delivery::delivered:
      out.kind = ReleaseResult::Kind::accepted;
      break;
    case Delivery::permanent:
      out.kind = ReleaseResult::Kind::refused;
      break;
    case Delivery::temporary:
    case Delivery::unknown:
      out.kind = ReleaseResult::Kind::postponed;
      break;
  }
  if (result.reply.code != 0) out.reply = std::to_string(result.reply.code) + " ";
  if (!result.reply.enhanced.empty()) out.reply += result.reply.enhanced + " ";
  out.reply += shown(result.reply.text, kMaxReplyText);
  return out;
}

std::vector<ReleaseResult> same_for_all(const ReleaseJob& job, ReleaseResult::Kind kind, const std::string& reply) {
  std::vector<ReleaseResult> out;
  for (const auto& recipient : job.recipients) out.push_back({recipient.index, kind, reply});
  return out;
}

std::string field_lines(const std::vector<HeaderField>& fields) {
  std::string out;
  for (const HeaderField& field : fields) out += field.name + ":" + field.value + "\r\n";
  return out;
}

}  // namespace

std::vector<ReleaseResult> ReleaseSender::send(const ReleaseJob& job, WallTime created) {
  const auto bytes = job.message->view();
  if (!bytes) return same_for_all(job, ReleaseResult::Kind::postponed, bytes.error().message);

  ReleaseDigests digests = digest_for_release(*bytes, {});
  std::vector<HeaderField> added;
  const EnvelopeAddress sender = envelope_address(job.sender_raw);
  if (!digests.has_from && !sender.address.is_null()) added.push_back({"From", " " + addr_spec(sender.address)});
  if (!digests.has_date) added.push_back({"Date", " " + format_rfc5322_date(created)});
  if (!digests.has_message_id) added.push_back({"Message-ID", " <release." + job.hold + "@" + domain_ + ">"});
  if (!added.empty()) digests = digest_for_release(*bytes, added);

  OutgoingMail mail;
  mail.sender = path_of(job.sender_raw);
  mail.parameters = job.sender_parameters;
  for (const auto& recipient : job.recipients) {
    mail.recipients.push_back({path_of(recipient.raw), recipient.parameters});
  }
  mail.content = *bytes;
  const WallTime expires = clock_.now() + token_life_;
  const auto header_for = [&](std::span<const size_t> accepted) {
    ReleaseSubject subject{job.hold, sender, {}};
    for (const size_t i : accepted) subject.recipients.push_back(envelope_address(job.recipients[i].raw));
    return make_release_header(key_, subject, digests, expires);
  };
  // Whether a token can be made does not depend on the recipients: better to know before the dialogue.
  if (const auto trial = header_for({}); !trial) {
    return same_for_all(job, ReleaseResult::Kind::refused, trial.error().message);
  }
  mail.prefix = [&](std::span<const size_t> accepted) {
    return header_for(accepted).value_or("") + field_lines(added);
  };

  const SendReport report = mailer_.send(mail);
  for (const std::string& parameter : report.dropped) {
    log_warning("courier: ref=" + job.incident + " released without " + log_field(parameter) +
                ", which the server does not offer");
  }
  std::vector<ReleaseResult> out;
  for (size_t i = 0; i < report.recipients.size(); i++) {
    out.push_back(result_of(job.recipients[i].index, report.recipients[i]));
  }
  return out;
}

}  // namespace postern::response
