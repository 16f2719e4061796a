#include "response/approvals.h"

#include <algorithm>
#include <set>

namespace postern::response {

namespace {

std::vector<std::string> keys_of(const std::vector<Address>& addresses, const NoticeRouting& routing) {
  std::vector<std::string> out;
  for (const Address& address : addresses) {
    if (address.is_null() || !routing.of_organisation || !routing.of_organisation(address)) continue;
    out.push_back(address.key());
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

ApprovalNeed need_of(const std::string& role, const Finding& finding, const SenderFacts& sender,
                     const NoticeRouting& routing) {
  ApprovalNeed out;
  out.role = role;
  out.of = role == "owner" ? finding.rule : finding.category;
  if (!routing.people) return out;
  out.people = keys_of(routing.people(role, finding, sender.identity), routing);
  if (role == "liaison") out.deputies = keys_of(routing.people(kDeputy, finding, sender.identity), routing);
  return out;
}

bool has(const std::vector<std::string>& list, std::string_view person) {
  return std::find(list.begin(), list.end(), person) != list.end();
}

bool may_meet(const ApprovalNeed& need, std::string_view person) {
  return has(need.people, person) || has(need.deputies, person);
}

bool may_meet(const ApprovalNeed& need, const store::Approval& approval) {
  return !approval.named || may_meet(need, approval.person);
}

// Kuhn's augmenting paths: finds a need for one more approval, moving others to needs that they can meet as well.
class Matching {
 public:
  Matching(const std::vector<ApprovalNeed>& needs, const std::vector<store::Approval>& approvals)
      : needs_(needs), approvals_(approvals), met_(needs.size()) {}

  MetNeeds find() {
    for (size_t i = 0; i < approvals_.size(); ++i) {
      tried_.assign(needs_.size(), false);
      place(i);
    }
    return std::move(met_);
  }

 private:
  bool place(size_t approval) {
    for (size_t need = 0; need < needs_.size(); ++need) {
      if (tried_[need] || !may_meet(needs_[need], approvals_[approval])) continue;
      tried_[need] = true;
      if (met_[need] && !place(*met_[need])) continue;
      met_[need] = approval;
      return true;
    }
    return false;
  }

  const std::vector<ApprovalNeed>& needs_;
  const std::vector<store::Approval>& approvals_;
  MetNeeds met_;
  std::vector<bool> tried_;
};

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& one : list) out += (out.empty() ? "" : ", ") + one;
  return out;
}

}  // namespace

std::vector<ApprovalNeed> needed_approvals(const Plan& plan, const std::vector<Finding>& findings,
                                           const SenderFacts& sender, const NoticeRouting& routing) {
  std::set<size_t> indices;
  if (plan.sends_apart) return {};
  for (const RecipientPlan& recipient : plan.recipients) {
    if (recipient.fate == Fate::hold) indices.insert(recipient.findings.begin(), recipient.findings.end());
  }
  std::vector<ApprovalNeed> out;
  for (const size_t index : indices) {
    if (index >= findings.size()) continue;
    const Finding& finding = findings[index];
    if (finding.mode != Mode::enforce) continue;
    for (const std::string& role : finding.review) out.push_back(need_of(role, finding, sender, routing));
    // Whoever lets the mail go lets the attachment go.
    if (finding.strip) out.push_back(need_of("liaison", finding, sender, routing));
  }
  std::sort(out.begin(), out.end());
  // The same people in the same role approve once, whatever for.
  std::vector<ApprovalNeed> each_once;
  for (ApprovalNeed& need : out) {
    const auto same = [&](const ApprovalNeed& one) {
      return one.role == need.role && one.people == need.people && (one.of == need.of || !need.people.empty());
    };
    if (std::none_of(each_once.begin(), each_once.end(), same)) each_once.push_back(std::move(need));
  }
  return each_once;
}

MetNeeds met_needs(const std::vector<ApprovalNeed>& needs, const std::vector<store::Approval>& approvals) {
  return Matching(needs, approvals).find();
}

bool all_met(const MetNeeds& met) {
  return std::all_of(met.begin(), met.end(), [](const std::optional<size_t>& by) { return by.has_value(); });
}

bool is_approver(const std::vector<ApprovalNeed>& needs, std::string_view person) {
  return std::any_of(needs.begin(), needs.end(), [&](const ApprovalNeed& need) { return may_meet(need, person); });
}

std::string describe(const ApprovalNeed& need) {
  std::string out = need.role + " for " + need.of + " (";
  out += need.people.empty() ? "nobody is named" : joined(need.people);
  if (!need.deputies.empty()) out += "; deputies: " + joined(need.deputies);
  return out + ")";
}

}  // namespace postern::response
