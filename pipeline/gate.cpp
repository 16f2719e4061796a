#include "pipeline/gate.h"

#include <algorithm>
#include <map>

#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "pipeline/assess.h"
#include "pipeline/identity.h"
#include "response/release_token.h"

namespace postern::pipeline {

namespace {

constexpr std::string_view kOwnHeaders = "X-Postern-";
// What of the deadline is kept for the policy, the commit and the answer.
constexpr int kCommitShare = 5;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

MtaAnswer refusal(std::string reply) {
  MtaAnswer out;
  out.kind = MtaAnswer::Kind::reject;
  out.reply.push_back(std::move(reply));
  return out;
}

response::CommitOptions commit_options(response::CommitOptions options, const policy::Policy& policy) {
  options.hold_expires = policy.model().holds.expires;
  return options;
}

void append_addresses(const policy::Party& party, const policy::Model& model, std::vector<Address>& out) {
  if (!party.group) {
    if (auto address = parse_address(party.text); address && !address->domain.empty()) out.push_back(*address);
    return;
  }
  for (const policy::AddressTerm& member : model.groups[*party.group].members) {
    if (member.kind != policy::AddressTerm::Kind::address) continue;
    if (auto address = parse_address(member.value)) out.push_back(*address);
  }
}

std::vector<Address> reviewers(const policy::Liaison* liaison, const policy::Model& model) {
  std::vector<Address> out;
  if (liaison != nullptr) {
    for (const policy::Party& party : liaison->review) append_addresses(party, model, out);
  }
  return out;
}

}  // namespace

struct Gate::Handled {
  MtaAnswer answer;
  std::string way;  // for the log: the action, or "passed", "released", "error"
  std::string reference;
  std::string rule;
  int confidence = 0;
  bool replayed = false;
  size_t unread = 0;  // parts
};

std::vector<HeaderRemoval> own_header_removals(const std::vector<HeaderField>& headers) {
  std::map<std::string, std::uint32_t> seen;
  std::vector<HeaderRemoval> out;
  for (const HeaderField& header : headers) {
    if (header.name.size() < kOwnHeaders.size() ||
        ::strncasecmp(header.name.data(), kOwnHeaders.data(), kOwnHeaders.size()) != 0) {
      continue;
    }
    out.push_back({header.name, ++seen[lowered(header.name)]});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

Gate::Gate(std::shared_ptr<const policy::Policy> policy, const GateServices& services, GateSettings settings)
    : policy_(std::move(policy)),
      services_(services),
      settings_(std::move(settings)),
      domain_(organisation_domain(*policy_)),
      committer_(services.store, services.clock, services.entropy, commit_options(settings_.commit, *policy_)) {
  routing_.of_organisation = [this](const Address& address) {
    return policy_->destinations().classify(address, nullptr).has(DestinationClass::internal);
  };
  routing_.people = [this](std::string_view role, const Finding& finding) { return people(role, finding); };
  routing_.fallback = reviewers(policy_->model().liaison_for("*"), policy_->model());
}

std::vector<Address> Gate::people(std::string_view role, const Finding& finding) const {
  const policy::Model& model = policy_->model();
  if (role == "liaison") return reviewers(model.liaison_for(finding.category), model);
  std::vector<Address> out;
  const policy::Rule* rule = model.find_rule(finding.rule);
  if (role == "owner" && rule != nullptr && rule->owner) append_addresses(*rule->owner, model, out);
  return out;
}

Gate::Token Gate::read_token(const Mail& mail) {
  const response::ReleaseKey key = services_.store.keys().key(store::KeyUse::release_token);
  const auto verified = response::verify_release(key, mail, services_.clock.now());
  if (!verified && verified.error() == response::TokenRefusal::absent) return Token::nothing;
  // The token proves the message; the store says whether its release is still wanted. The last recipients of a
  // release may arrive when the hold is already closed.
  Token out = Token::nothing;
  const auto asked = services_.store.read([&](store::Reader& reader) -> Result<void> {
    for (const std::string& id : verified ? std::vector{verified->hold} : response::holds_named(mail)) {
      auto hold = reader.hold(id);
      if (!hold) return fail(hold.error());
      if (!*hold) continue;
      const bool under_way = (*hold)->release_requested.has_value();
      if (verified && (under_way || (*hold)->state == store::HoldState::released)) out = Token::released;
      // Judged like any other mail it would be a retry of the mail that is held, answered with 250, and lost.
      if (!verified && under_way) out = Token::unfit;
    }
    return {};
  });
  if (!asked) out = Token::unknown;
  if (!verified) {
    services_.counters.tokens_refused++;
    log_warning(log_field(mail.envelope.queue_id) +
                ": release token refused: " + std::string(response::to_string(verified.error())));
  }
  return out;
}

Gate::Handled Gate::fail_to_judge(const Mail& mail, const SenderFacts& sender, const Error& cause) {
  services_.counters.failed++;
  log_error(log_field(mail.envelope.queue_id) + ": not judged: " + cause.message);
  const response::Committed done = committer_.answer_failure(mail, sender, routing_, cause, settings_.on_error);
  if (done.answer.kind == MtaAnswer::Kind::accept) services_.counters.failed_open++;
  Handled out;
  out.answer = done.answer;
  out.way = "error";
  out.reference = done.reference;
  return out;
}

Gate::Handled Gate::handle(const Mail& mail) {
  fault_point(FaultPoint::received);
  const SteadyTime start = services_.clock.steady();
  Handled out;
  if (own_header_removals(mail.headers).size() > kMostOwnHeaders) {
    out.answer = refusal("550 5.6.0 Not sent: the message has too many X-Postern header fields");
    out.way = "refused";
    return out;
  }
  switch (read_token(mail)) {
    case Token::nothing:
      break;
    case Token::released:
      services_.counters.released++;
      out.answer.kind = MtaAnswer::Kind::accept;
      out.way = "released";
      return out;
    case Token::unfit:
      out.answer = refusal("550 5.7.1 Not released: the message or its recipients were changed on the way to the gate");
      out.way = "refused";
      return out;
    case Token::unknown:
      services_.counters.failed++;
      out.answer = response::tempfail_answer();
      out.way = "error";
      return out;
  }
  const Direction direction = direction_of(mail.envelope, settings_.inside, policy_->destinations());
  if (direction == Direction::passing) {
    services_.counters.passed++;
    out.answer.kind = MtaAnswer::Kind::accept;
    out.way = "passed";
    return out;
  }
  const SenderFacts early = identify(mail.envelope, {}, domain_);
  // One that somebody would get is read again: it may say more than the first try did in what no retry key covers.
  if (auto replay = committer_.replay_held(mail, early);
      replay && *replay && (*replay)->answer.kind != MtaAnswer::Kind::accept) {
    services_.counters.replayed++;
    out.answer = (*replay)->answer;
    out.way = to_string((*replay)->action);
    out.reference = (*replay)->reference;
    out.replayed = true;
    return out;
  }

  AssessRequest request;
  request.bytes = mail.message;
  request.envelope = mail.envelope;
  request.limits = settings_.limits;
  request.deadline = start + settings_.deadline - settings_.deadline / kCommitShare;
  request.now = services_.clock.now();
  request.scope = Scope::outbound_only;
  request.from_decides = direction == Direction::depends_on_from;
  if (mail.oversize) request.past_limit = "the message is larger than milter.max_message";
  auto assessed = assess(*policy_, services_.pool, std::move(request), services_.clock);
  if (!assessed) return fail_to_judge(mail, early, assessed.error());
  if (!assessed->judged) {
    services_.counters.passed++;
    out.answer.kind = MtaAnswer::Kind::accept;
    out.way = "passed";
    return out;
  }
  // A policy may say what becomes of mail that nobody could read. One that says nothing has not allowed it.
  if (!assessed->facts.header_read && assessed->verdict.findings.empty()) {
    return fail_to_judge(mail, early, {ErrorKind::unavailable, header_unread(assessed->text)});
  }
  const SenderFacts& sender = assessed->context.sender;
  fault_point(FaultPoint::judged);
  auto committed = committer_.commit({mail, assessed->verdict, sender, routing_});
  if (!committed) return fail_to_judge(mail, sender, committed.error());
  services_.counters.judged[size_t(committed->action)]++;
  if (committed->replayed) services_.counters.replayed++;
  out.answer = std::move(committed->answer);
  out.way = committed->mode == Mode::enforce ? to_string(committed->action) : "allow";
  out.reference = committed->reference;
  out.replayed = committed->replayed;
  out.unread = assessed->verdict.unreadable.size();
  for (const Finding& finding : assessed->verdict.findings) {
    if (!out.rule.empty()) out.rule += ',';
    out.rule += finding.rule;
    out.confidence = std::max(out.confidence, finding.confidence);
  }
  return out;
}

MtaAnswer Gate::judge(const Mail& mail) noexcept {
  const SteadyTime start = services_.clock.steady();
  try {
    Handled handled = handle(mail);
    if (handled.answer.kind == MtaAnswer::Kind::accept) {
      for (HeaderRemoval& removal : own_header_removals(mail.headers)) {
        handled.answer.remove_headers.push_back(std::move(removal));
      }
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(services_.clock.steady() - start);
    std::string line = log_field(mail.envelope.queue_id.empty() ? "-" : mail.envelope.queue_id);
    line += ": from=<" + log_field(mail.envelope.sender.address.to_string()) + ">";
    line += " nrcpt=" + std::to_string(mail.envelope.recipients.size());
    line += " action=" + handled.way;
    if (!handled.rule.empty()) line += " rule=" + handled.rule;
    if (handled.confidence > 0) line += " conf=" + std::to_string(handled.confidence);
    if (!handled.reference.empty()) line += " ref=" + handled.reference;
    if (handled.unread > 0) line += " unread=" + std::to_string(handled.unread);
    if (handled.replayed) line += " retry=yes";
    line += " size=" + std::to_string(mail.message ? mail.message->size() : 0);
    line += " ms=" + std::to_string(took.count());
    log_info(line);
    fault_point(FaultPoint::answer_ready);
    return handled.answer;
  } catch (const std::exception& e) {
    services_.counters.failed++;
    try {
      log_error(std::string("defect: judging ended with an exception: ") + e.what());
    } catch (...) {  // no memory even for the line
    }
  } catch (...) {
    services_.counters.failed++;
  }
  // An empty tempfail: the codec has its own text for it and needs no memory.
  MtaAnswer answer;
  answer.kind = MtaAnswer::Kind::tempfail;
  return answer;
}

}  // namespace postern::pipeline
