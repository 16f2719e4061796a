#include "response/commit_notices.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace postern::response {

namespace {

std::optional<Audience> audience_of(std::string_view word) {
  for (const Audience audience : {Audience::sender, Audience::liaison, Audience::owner}) {
    if (word == to_string(audience)) return audience;
  }
  return std::nullopt;
}

// The findings that acted: enforced, and belonging to a recipient for whom something was done.
std::vector<const Finding*> acting(const Plan& plan, const std::vector<Finding>& findings) {
  std::set<size_t> indices;
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.action == Action::allow && recipient.taken.empty()) continue;
    indices.insert(recipient.findings.begin(), recipient.findings.end());
  }
  std::vector<const Finding*> out;
  for (const size_t index : indices) {
    if (index >= findings.size()) continue;
    const Finding& finding = findings[index];
    if (finding.mode != Mode::enforce) continue;
    if (finding.action != Action::allow || finding.strip) out.push_back(&finding);
  }
  return out;
}

class Addresses {
 public:
  explicit Addresses(const NoticeRouting& routing) : routing_(routing) {}

  void add(const Address& address) {
    if (address.is_null() || !routing_.of_organisation || !routing_.of_organisation(address)) return;
    if (seen_.insert(address.key()).second) out_.push_back(address.to_string());
  }
  void add(const std::vector<Address>& addresses) {
    for (const Address& address : addresses) add(address);
  }
  bool empty() const { return out_.empty(); }
  std::vector<std::string> take() { return std::move(out_); }

 private:
  const NoticeRouting& routing_;
  std::set<std::string> seen_;
  std::vector<std::string> out_;
};

void add_people(Addresses& to, std::string_view role, const std::vector<const Finding*>& findings,
                const SenderFacts& sender, const NoticeRouting& routing) {
  if (!routing.people) return;
  for (const Finding* finding : findings) to.add(routing.people(role, *finding, sender.identity));
}

PlannedNotice notice_to(Audience audience, const std::vector<const Finding*>& findings, const SenderFacts& sender,
                        const NoticeRouting& routing) {
  PlannedNotice out;
  out.payload.audience = audience;
  for (const Finding* finding : findings) out.rules.push_back(finding->rule);
  std::sort(out.rules.begin(), out.rules.end());
  out.rules.erase(std::unique(out.rules.begin(), out.rules.end()), out.rules.end());

  Addresses to(routing);
  if (audience == Audience::sender) {
    if (sender.automatic) {
      out.payload.on_behalf = true;
      to.add(sender.answering);
    } else {
      to.add(sender.identity);
    }
    if (to.empty()) {
      out.payload.on_behalf = true;
      add_people(to, to_string(Audience::liaison), findings, sender, routing);
    }
  } else {
    add_people(to, to_string(audience), findings, sender, routing);
  }
  if (to.empty()) to.add(routing.fallback);
  if (to.empty()) out.nobody = "nobody of the organisation is named for it";
  out.payload.to = to.take();
  return out;
}

}  // namespace

std::vector<PlannedNotice> plan_notices(const Plan& plan, const std::vector<Finding>& findings,
                                        const SenderFacts& sender, const NoticeRouting& routing) {
  if (plan.mode != Mode::enforce) return {};
  std::map<Audience, std::vector<const Finding*>> asked;
  const auto acted = acting(plan, findings);
  for (const Finding* finding : acted) {
    // Whose attachment is taken off, or whose mail is held for it, is told whatever the rule says.
    const auto& told = finding->notify;
    const bool leaves_out = std::find(told.begin(), told.end(), to_string(Audience::sender)) == told.end();
    if (finding->notify.empty() || (finding->strip && leaves_out)) asked[Audience::sender].push_back(finding);
    for (const std::string& word : finding->notify) {
      if (const auto audience = audience_of(word)) asked[*audience].push_back(finding);
    }
  }
  if (acted.empty()) asked[Audience::sender] = {};
  std::vector<PlannedNotice> out;
  out.reserve(asked.size());
  for (const auto& [audience, askers] : asked) out.push_back(notice_to(audience, askers, sender, routing));
  return out;
}

}  // namespace postern::response
