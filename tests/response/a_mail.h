// Mails and verdicts for the tests of response/.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "message/blob.h"
#include "message/mail.h"
#include "message/verdict.h"

namespace postern::test {

inline EnvelopeAddress envelope_address(const std::string& raw, std::vector<std::string> parameters = {}) {
  EnvelopeAddress out;
  out.raw = raw;
  if (auto parsed = parse_address(raw)) out.address = *parsed;
  out.parameters = std::move(parameters);
  return out;
}

// Header fields as {"Name", " value"} and the body; the blob is what the MTA would give.
inline Mail a_mail(const std::vector<HeaderField>& headers, const std::string& body,
                   const std::vector<std::string>& recipients, const std::string& queue_id = "4XyZ") {
  Mail mail;
  mail.headers = headers;
  std::string bytes;
  for (const HeaderField& header : headers) bytes += header.name + ":" + header.value + "\r\n";
  bytes += "\r\n";
  mail.body_offset = bytes.size();
  bytes += body;
  auto blob = Blob::copy_of(bytes);
  if (!blob) throw std::runtime_error(blob.error().message);
  mail.message = *blob;
  mail.envelope.queue_id = queue_id;
  mail.envelope.sender = envelope_address("<alice@example.com>", {"BODY=8BITMIME", "SIZE=1000"});
  for (const std::string& recipient : recipients) {
    mail.envelope.recipients.push_back(envelope_address(recipient, {"NOTIFY=NEVER"}));
  }
  return mail;
}

inline Finding a_finding(const std::string& rule, Action action, Mode mode = Mode::enforce) {
  Finding out;
  out.rule = rule;
  out.title = "Title of " + rule;
  out.category = "trade-secret";
  out.detector = "codenames";
  out.severity = Severity::high;
  out.mode = mode;
  out.action = action;
  out.part = PartPath({1, 2});
  out.part_name = "plan.docx";
  out.place = Place::comment;
  out.at = "p. 4";
  out.confidence = 75;
  out.count = 2;
  out.excerpt = "project N\u2022\u2022\u2022 ships";
  out.module = "trade-secrets";
  out.clause = "2.1";
  out.owner = "group:ip-office";
  out.review = {"liaison"};
  return out;
}

// Recipient i gets actions[i] because of a rule "rule-ACTION", one finding each but for allow.
inline Verdict a_verdict(const std::vector<Action>& actions) {
  Verdict out;
  out.policy_digest = "policy-1";
  for (size_t i = 0; i < actions.size(); ++i) {
    RecipientVerdict recipient;
    recipient.recipient = i;
    recipient.classes = {actions[i] == Action::allow ? DestinationClass::internal : DestinationClass::outside};
    recipient.action = actions[i];
    if (actions[i] != Action::allow) {
      recipient.findings = {out.findings.size()};
      out.findings.push_back(a_finding("rule-" + std::string(to_string(actions[i])), actions[i]));
    }
    out.action = std::max(out.action, actions[i]);
    out.recipients.push_back(std::move(recipient));
  }
  return out;
}

}  // namespace postern::test
