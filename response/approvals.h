// Approvals: who must agree before a held message goes, and who has.
//
// Every approver asked for by any rule in force that holds somebody approves (`review: [liaison, owner]`): the liaison
// of each such rule's category, the owner of each such rule; the liaison, too, for a rule that would take an attachment
// off. Who they are is written into the plan when the mail is
// held. Several needs that the same people may meet are one. Each need is met by another person, never by the sender.
//
// Which person meets which need is worked out from all approvals together, so that one who may meet two needs stands
// for the one that nobody else meets. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "message/context.h"
#include "message/verdict.h"
#include "response/commit.h"
#include "response/plan.h"
#include "store/records.h"

namespace postern::response {

// Word of NoticeRouting::people for those who stand in for a liaison.
inline constexpr std::string_view kDeputy = "deputy";

// What the plan's held recipients wait for; sorted.
std::vector<ApprovalNeed> needed_approvals(const Plan& plan, const std::vector<Finding>& findings,
                                           const SenderFacts& sender, const NoticeRouting& routing);

// By need: the index of the approval that meets it.
using MetNeeds = std::vector<std::optional<size_t>>;

// As many needs as the approvals can meet, each by another one. An approval of an operator (Approval::named false)
// can meet any need.
MetNeeds met_needs(const std::vector<ApprovalNeed>& needs, const std::vector<store::Approval>& approvals);
bool all_met(const MetNeeds& met);

// Whether the person is one of those who may meet one of the needs.
bool is_approver(const std::vector<ApprovalNeed>& needs, std::string_view person);

// "liaison for financial (a@x.example, b@x.example; deputies: c@x.example)"
std::string describe(const ApprovalNeed& need);

}  // namespace postern::response
