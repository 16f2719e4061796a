#include "response/plan.h"

#include <algorithm>
#include <array>
#include <optional>

namespace postern::response {

namespace {

constexpr std::array<std::string_view, 3> kFates = {"deliver", "hold", "not-delivered"};
constexpr std::array<std::string_view, 3> kOnError = {"tempfail", "accept", "quarantine"};

// One line of a reply is cut by many clients; RFC 5321 4.5.3.1.5 allows 512 octets with code and CRLF.
constexpr size_t kReplyLineBytes = 400;

Fate fate_of(Action action) {
  switch (action) {
    case Action::allow:
    case Action::annotate:
      return Fate::deliver;
    case Action::justify:
    case Action::quarantine:
      return Fate::hold;
    case Action::reject:
      return Fate::not_delivered;
  }
  return Fate::hold;
}

std::vector<std::string> routes_of(const RecipientVerdict& judged, const Verdict& verdict) {
  std::vector<std::string> out;
  for (const size_t index : judged.findings) {
    const Finding& finding = verdict.findings[index];
    if (finding.mode != Mode::enforce || finding.route.empty()) continue;
    if (std::find(out.begin(), out.end(), finding.route) == out.end()) out.push_back(finding.route);
  }
  return out;
}

bool enforced(const Finding& finding) {
  return finding.mode == Mode::enforce && finding.action != Action::allow;
}

// What each recipient who would get the mail is to go without, by `all`.
std::vector<std::vector<size_t>> wanted_of(const Verdict& verdict, const std::vector<TakenOff>& all,
                                           size_t recipients) {
  std::vector<std::vector<size_t>> out(recipients);
  for (const RecipientVerdict& judged : verdict.recipients) {
    if (judged.recipient >= recipients || fate_of(judged.action) != Fate::deliver) continue;
    std::vector<size_t>& wanted = out[judged.recipient];
    for (const size_t index : judged.strips) {
      const std::string& sha256 = verdict.strips[index].sha256;
      const auto found =
          std::find_if(all.begin(), all.end(), [&](const TakenOff& taken) { return taken.sha256 == sha256; });
      if (found != all.end()) wanted.push_back(size_t(found - all.begin()));
    }
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  }
  return out;
}

// Decides who gets the edited mail, and how; see the table in the header.
void plan_strips(const Verdict& verdict, const StripTried& tried, Plan& plan) {
  std::vector<TakenOff> all = wanted_off(verdict);
  if (all.empty()) return;
  const auto wanted = wanted_of(verdict, all, plan.recipients.size());
  std::vector<size_t> without;
  bool some_whole = false, differ = false;
  const bool somebody_waits = plan.holds();
  for (size_t i = 0; i < plan.recipients.size(); ++i) {
    if (plan.recipients[i].fate != Fate::deliver) continue;
    if (wanted[i].empty()) {
      some_whole = true;
      continue;
    }
    differ = differ || (!without.empty() && wanted[i] != wanted[without.front()]);
    without.push_back(i);
  }
  const bool apart = some_whole && !somebody_waits && !differ;
  plan.mode = Mode::enforce;
  if (tried.can && !differ && (!some_whole || apart)) {
    plan.taken = std::move(all);
    plan.sends_apart = apart;
    if (apart) plan.hold_reason = "Sent at once without what was taken off. Nobody has to decide";
    for (const size_t i : without) {
      plan.recipients[i].taken = wanted[i];
      if (apart) plan.recipients[i].fate = Fate::hold;
    }
    return;
  }
  for (const size_t i : without) {
    plan.recipients[i].fate = Fate::hold;
    plan.recipients[i].action = Action::quarantine;
  }
  plan.action = std::max(plan.action, Action::quarantine);
  plan.hold_reason = "An attachment was to be taken off, and could not: ";
  plan.hold_reason += !tried.can ? tried.why_not : "others of its recipients are to get the message in another form";
}

// The titles of the strictest rules that hold somebody, for reviewers.
std::string hold_reason(const Verdict& verdict, const Plan& plan) {
  Action strictest = Action::allow;
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.fate == Fate::hold) strictest = std::max(strictest, recipient.action);
  }
  std::vector<std::string> titles;
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.fate != Fate::hold) continue;
    for (const size_t index : recipient.findings) {
      const Finding& finding = verdict.findings[index];
      if (!enforced(finding) || fate_of(finding.action) != Fate::hold) continue;
      const std::string title = finding.title.empty() ? finding.rule : finding.title + " (" + finding.rule + ")";
      if (std::find(titles.begin(), titles.end(), title) == titles.end()) titles.push_back(title);
    }
  }
  std::string out;
  for (const std::string& title : titles) out += (out.empty() ? "" : "; ") + title;
  if (out.empty() && !plan.hold_reason.empty()) return plan.hold_reason;
  if (!plan.hold_reason.empty()) out += ". " + plan.hold_reason;
  if (out.empty()) out = "the policy asks to hold it";
  if (strictest == Action::justify) {
    out += ". It waits for the sender's reason; until the page for that exists the reviewers decide";
  }
  return out;
}

std::string one_line(std::string_view text) {
  size_t end = std::min(text.size(), kReplyLineBytes);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  std::string out(text.substr(0, end));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return out;
}

}  // namespace

std::string_view to_string(Fate fate) {
  return kFates[size_t(fate)];
}
std::string_view to_string(OnError on_error) {
  return kOnError[size_t(on_error)];
}

std::optional<OnError> parse_on_error(std::string_view word) {
  const auto found = std::find(kOnError.begin(), kOnError.end(), word);
  if (found == kOnError.end()) return std::nullopt;
  return static_cast<OnError>(found - kOnError.begin());
}

bool Plan::holds() const {
  return std::any_of(recipients.begin(), recipients.end(), [](const auto& r) { return r.fate == Fate::hold; });
}

bool Plan::rejects_all() const {
  return !recipients.empty() &&
         std::all_of(recipients.begin(), recipients.end(), [](const auto& r) { return r.fate == Fate::not_delivered; });
}

std::vector<TakenOff> Plan::taken_on_the_way() const {
  for (const RecipientPlan& recipient : recipients) {
    if (recipient.fate != Fate::deliver || recipient.taken.empty()) continue;
    std::vector<TakenOff> out;
    for (const size_t index : recipient.taken) out.push_back(taken[index]);
    return out;
  }
  return {};
}

std::vector<TakenOff> wanted_off(const Verdict& verdict) {
  std::vector<TakenOff> out;
  for (const RecipientVerdict& recipient : verdict.recipients) {
    if (fate_of(recipient.action) != Fate::deliver) continue;
    for (const size_t index : recipient.strips) {
      const StripWish& wish = verdict.strips[index];
      const auto same = [&](const TakenOff& taken) { return taken.sha256 == wish.sha256; };
      const auto found = std::find_if(out.begin(), out.end(), same);
      if (found == out.end()) {
        out.push_back({wish.sha256, wish.name, wish.part, wish.name_hidden});
        continue;
      }
      found->name_hidden = found->name_hidden || wish.name_hidden;
      if (wish.part < found->part) {
        found->part = wish.part;
        found->name = wish.name;
      }
    }
  }
  return out;
}

Plan make_plan(const Verdict& verdict, const Envelope& envelope, const StripTried& tried) {
  Plan plan;
  plan.recipients.resize(envelope.recipients.size());
  for (const RecipientVerdict& judged : verdict.recipients) {
    if (judged.recipient >= plan.recipients.size()) continue;
    RecipientPlan& recipient = plan.recipients[judged.recipient];
    recipient.action = judged.action;
    recipient.fate = fate_of(judged.action);
    recipient.findings = judged.findings;
    recipient.routes = routes_of(judged, verdict);
    plan.action = std::max(plan.action, judged.action);
  }
  plan.mode = plan.action == Action::allow ? Mode::audit : Mode::enforce;
  plan_strips(verdict, tried, plan);
  plan.recorded = plan.action != Action::allow || !verdict.findings.empty();
  if (plan.waits()) plan.hold_reason = hold_reason(verdict, plan);
  return plan;
}

std::vector<HeaderField> route_fields(const Plan& plan, Fate fate) {
  std::vector<HeaderField> out;
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.fate != fate) continue;
    for (const std::string& route : recipient.routes) {
      HeaderField field{std::string(kRouteField), " " + route};
      const auto same = [&](const HeaderField& one) { return one.value == field.value; };
      if (std::none_of(out.begin(), out.end(), same)) out.push_back(std::move(field));
    }
  }
  return out;
}

Plan make_plan_to_hold_all(const Envelope& envelope, std::string_view why) {
  Plan plan;
  plan.recipients.assign(envelope.recipients.size(), RecipientPlan{Action::quarantine, Fate::hold, {}, {}, {}});
  plan.action = Action::quarantine;
  plan.mode = Mode::enforce;
  plan.recorded = true;
  plan.hold_reason = "The message could not be judged: " + std::string(why);
  return plan;
}

MtaAnswer to_answer(const Plan& plan, std::string_view reference, const ReplyTexts& texts) {
  MtaAnswer answer;
  if (plan.rejects_all()) {
    answer.kind = MtaAnswer::Kind::reject;
    // The address stands early: mail programs cut long replies.
    answer.reply.push_back("550 5.7.1 Not sent: this message seems to hold company information that may not go there.");
    if (!texts.lesson_address.empty()) answer.reply.push_back(one_line("What to do next: " + texts.lesson_address));
    if (!reference.empty()) answer.reply.push_back("Reference " + std::string(reference));
    return answer;
  }
  for (size_t i = 0; i < plan.recipients.size(); ++i) {
    if (plan.recipients[i].fate != Fate::deliver) answer.remove_recipients.push_back(i);
  }
  answer.kind = MtaAnswer::Kind::accept;
  answer.add_headers = route_fields(plan, Fate::deliver);
  if (!plan.recipients.empty() && answer.remove_recipients.size() == plan.recipients.size()) {
    answer.kind = MtaAnswer::Kind::discard;
    answer.remove_recipients.clear();
    answer.add_headers.clear();
  }
  return answer;
}

MtaAnswer tempfail_answer() {
  MtaAnswer answer;
  answer.kind = MtaAnswer::Kind::tempfail;
  answer.reply = {"451 4.7.1 The message could not be checked just now. Please try again later."};
  return answer;
}

}  // namespace postern::response
