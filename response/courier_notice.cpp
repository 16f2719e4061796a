#include "response/courier_notice.h"

#include <algorithm>

#include "response/mime_builder.h"
#include "response/plan.h"

namespace postern::response {

namespace {

// "a@b: 550 5.1.1 no such user"
void add_reason(std::string& why, const std::string& address, const SmtpReply& reply) {
  if (!why.empty()) why += "; ";
  why += address + ": ";
  if (reply.code != 0) why += std::to_string(reply.code) + " ";
  if (!reply.enhanced.empty()) why += reply.enhanced + " ";
  why += reply.text;
}

// Whether all that there is to say is that something could not be read: no rule found anything in what could. Such a
// finding comes from no detector and stands at the unreadable part.
bool is_unread(const std::vector<Finding>& findings, const std::vector<UnreadablePart>& unreadable) {
  return std::all_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    const auto same = [&](const UnreadablePart& part) { return part.part == finding.part; };
    return finding.detector.empty() && std::any_of(unreadable.begin(), unreadable.end(), same);
  });
}

// A notice of the judgement tells of it as it was, also when somebody has decided since: whoever gets it a second time
// gets the same mail, and what was decided comes in a notice of its own.
store::RecipientState told_state(NoticeEvent event, store::RecipientState now) {
  using store::RecipientState;
  if (event != NoticeEvent::judged || now == RecipientState::delivered || now == RecipientState::not_delivered)
    return now;
  return RecipientState::held;
}

// Says of the last recipient of `facts` whether the mail goes there without something, by the plan. What is sent apart
// was on its way when the judgement was told.
void tell_strips(const Plan& plan, size_t index, NoticeEvent event, NoticeFacts& facts) {
  using store::RecipientState;
  if (index >= plan.recipients.size() || plan.recipients[index].taken.empty()) return;
  NoticeRecipient& recipient = facts.recipients.back();
  if (plan.sends_apart && event == NoticeEvent::judged) recipient.state = RecipientState::delivered;
  recipient.taken_off = recipient.state == RecipientState::delivered || recipient.state == RecipientState::released;
  facts.taken_off = plan.taken;
}

}  // namespace

Result<NoticeFacts> notice_facts(store::Reader& reader, const store::OutboxItem& item, const std::string& domain,
                                 const std::string& language) {
  const auto payload = NoticePayload::parse(item.payload_json);
  if (!payload) return fail(payload.error());
  if (payload->rule_end) {
    NoticeFacts facts;
    facts.audience = payload->audience;
    facts.to = payload->to;
    facts.language = language;
    facts.message_id = "<rule." + std::to_string(item.id) + "@" + domain + ">";
    facts.date = item.created;
    facts.rule_end = payload->rule_end;
    return facts;
  }
  auto incident = reader.incident(item.incident);
  if (!incident) return fail(incident.error());
  if (!*incident) return fail(ErrorKind::not_found, "there is no incident " + item.incident);
  auto findings = findings_from_json((*incident)->findings_json);
  if (!findings) return fail(findings.error());
  auto unreadable = unreadable_from_json((*incident)->unreadable_json);
  if (!unreadable) return fail(unreadable.error());
  auto hold = reader.hold_of(item.incident);
  if (!hold) return fail(hold.error());

  NoticeFacts facts;
  facts.audience = payload->audience;
  facts.on_behalf = payload->on_behalf;
  if (payload->event == NoticeEvent::judged) facts.not_notified = payload->not_notified;
  facts.to = payload->to;
  facts.language = language;
  facts.message_id = "<notice." + item.incident + "." + std::to_string(item.id) + "@" + domain + ">";
  facts.date = item.created;
  facts.reference = (*incident)->reference;
  facts.sender = (*incident)->sender;
  facts.original_message_id = (*incident)->message_id;
  facts.sent = (*incident)->time;
  const auto plan = plan_from_json((*incident)->plan_json);
  if (!plan) return fail(plan.error());
  facts.undelivered = payload->event == NoticeEvent::undelivered;
  const bool waits = facts.undelivered || (payload->event == NoticeEvent::judged && plan->waits());
  if (*hold && waits) facts.expires = (*hold)->expires;
  for (size_t i = 0; i < (*incident)->recipients.size(); ++i) {
    const store::IncidentRecipient& recipient = (*incident)->recipients[i];
    facts.recipients.push_back({recipient.address.empty() ? recipient.raw : recipient.address,
                                told_state(payload->event, recipient.state), recipient.action, false});
    tell_strips(*plan, i, payload->event, facts);
  }
  if (std::none_of(facts.recipients.begin(), facts.recipients.end(), [](const auto& r) { return r.taken_off; })) {
    facts.taken_off.clear();
  }
  for (Finding& finding : *findings) {
    // Rules in audit mode are recorded and tell nobody.
    if (finding.mode == Mode::enforce) facts.findings.push_back(std::move(finding));
  }
  facts.unread = is_unread(facts.findings, *unreadable);
  // Parts that could not be read led to this only where no finding did.
  if (facts.findings.empty()) facts.unreadable = std::move(*unreadable);
  return facts;
}

SendOutcome NoticeSender::send(std::int64_t row, const Notice& notice) {
  std::set<std::string>& has_it = delivered_[row];
  OutgoingMail mail;
  mail.content = notice.message;
  for (const Address& address : notice.to) {
    std::string path = addr_spec(address);
    if (!has_it.contains(path)) mail.recipients.push_back({std::move(path), {}});
  }
  SendOutcome outcome;
  if (mail.recipients.empty()) return outcome;
  const SendReport report = mailer_.send(mail);
  bool later = false;
  for (size_t i = 0; i < report.recipients.size(); i++) {
    const RecipientResult& result = report.recipients[i];
    if (result.delivery == Delivery::delivered) {
      has_it.insert(mail.recipients[i].address);
      continue;
    }
    later = later || result.delivery != Delivery::permanent;
    add_reason(outcome.why, mail.recipients[i].address, result.reply);
  }
  outcome.kind = later ? SendOutcome::Kind::later : has_it.empty() ? SendOutcome::Kind::never : SendOutcome::Kind::done;
  return outcome;
}

}  // namespace postern::response
