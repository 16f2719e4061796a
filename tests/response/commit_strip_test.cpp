// What is taken off a mail stands in its plan, and a retry gets that plan.
#include <set>

#include "response/commit_payload.h"
#include "tests/response/commit_fixture.h"

namespace postern::response {
namespace {

using test::a_mail;
using test::a_verdict;
using enum Action;
using Kind = MtaAnswer::Kind;

class CommitStripTest : public CommitTest {
 protected:
  static Verdict with_strips(size_t strips) {
    Verdict out = a_verdict({allow});
    out.findings.push_back(test::a_finding("r", allow));
    out.findings[0].strip = true;
    out.findings[0].review.clear();
    out.recipients[0].findings = {0};
    for (size_t i = 0; i < strips; i++) {
      out.strips.push_back({PartPath({std::uint32_t(i + 2)}), "f", std::string(64, char('a' + i)), false, {"r"}});
      out.recipients[0].strips.push_back(i);
    }
    return out;
  }
  Committed commit_strips(const Mail& m, const Verdict& verdict, StripTried tried) {
    CommitRequest request{m, verdict, sender_, routing_};
    request.strip = std::move(tried);
    auto out = committer_->commit(request);
    EXPECT_TRUE(out) << out.error().message;
    return out ? *out : Committed();
  }
};

TEST_F(CommitStripTest, ARetryIsEditedByThePlanOfTheFirstTry) {
  const Mail m = mail({"<bob@social.example>"});
  const Committed first = commit_strips(m, with_strips(1), {true, ""});
  ASSERT_EQ(first.taken.size(), 1U);
  EXPECT_EQ(first.mode, Mode::enforce) << "though the action is to allow";
  remake();
  // It could not be done any more, or more were to go: what was promised counts.
  for (const auto& [verdict, tried] : {std::pair(with_strips(1), StripTried{false, "a part is signed"}),
                                       std::pair(with_strips(2), StripTried{true, ""})}) {
    const Committed again = commit_strips(m, verdict, tried);
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.reference, first.reference);
    EXPECT_EQ(again.taken, first.taken);
    EXPECT_EQ(again.answer.kind, Kind::accept);
  }
  EXPECT_EQ(counts().holds_open, 0U);
}

// Two mails of one retry key that differ in a trace field: the second is no retry when more of it is to go.
TEST_F(CommitStripTest, MoreToTakeOffIsStricter) {
  const auto with_trace = [](const std::string& trace) {
    std::vector<HeaderField> headers = kHeaders;
    headers.insert(headers.begin(), {"Received", " " + trace});
    return a_mail(headers, "Nightjar\r\n", {"<bob@social.example>"});
  };
  const Committed first = commit_strips(with_trace("from a"), with_strips(1), {true, ""});
  EXPECT_EQ(commit_strips(with_trace("from b"), with_strips(1), {true, ""}).reference, first.reference);
  const Committed more = commit_strips(with_trace("from c"), with_strips(2), {true, ""});
  EXPECT_FALSE(more.replayed);
  EXPECT_EQ(more.taken.size(), 2U);
}

// It may be that of the first try, and that it cannot be done for the second does not make another mail of it.
TEST_F(CommitStripTest, WhatCannotBeTakenOffThisTimeIsNoStricter) {
  const auto with_trace = [](const std::string& trace) {
    std::vector<HeaderField> headers = kHeaders;
    headers.insert(headers.begin(), {"Received", " " + trace});
    return a_mail(headers, "Nightjar\r\n", {"<bob@social.example>"});
  };
  const Committed first = commit_strips(with_trace("from a"), with_strips(1), {true, ""});
  const Committed again = commit_strips(with_trace("from b"), with_strips(1), {false, "the reader failed"});
  EXPECT_EQ(again.reference, first.reference);
  EXPECT_EQ(again.taken, first.taken) << "for the gate to carry out or to put off";
  EXPECT_EQ(counts().holds_open, 0U);
  const Committed more = commit_strips(with_trace("from c"), with_strips(2), {false, "the reader failed"});
  EXPECT_FALSE(more.replayed) << "more is to go, and cannot";
  EXPECT_EQ(more.held, 1U);
}

// Alice's own try is held for Ann and goes to Bob without the attachment. A failure can edit nothing, so Bob waits too.
TEST_F(CommitStripTest, AFailureGivesNobodyWhatTheFirstTryTookOff) {
  Verdict verdict = with_strips(1);
  verdict.recipients.push_back(a_verdict({allow, quarantine}).recipients[1]);
  verdict.recipients[1].findings = {1};
  verdict.findings.push_back(test::a_finding("rule-quarantine", quarantine));
  const Mail m = mail({"<bob@social.example>", "<ann@press.example>"});
  const Committed first = commit_strips(m, verdict, {true, ""});
  ASSERT_EQ(first.taken.size(), 1U);
  ASSERT_EQ(first.held, 1U);
  const Error cause{ErrorKind::unavailable, "its reader was killed"};
  const Committed failed = committer_->answer_failure(m, sender_, routing_, cause, OnError::quarantine);
  EXPECT_EQ(failed.answer.kind, Kind::tempfail);
  EXPECT_TRUE(failed.taken.empty());
  EXPECT_FALSE(committer_->hold_unjudged(m, sender_, routing_, "its reader was killed"));
  EXPECT_EQ(counts().holds_open, 1U);
}

TEST_F(CommitStripTest, WhatCannotBeTakenOffIsHeldAndTheSenderIsTold) {
  Verdict verdict = with_strips(1);
  verdict.findings[0].notify = {"owner"};
  const Committed out = commit_strips(mail({"<bob@social.example>"}), verdict, {false, "a part is signed"});
  EXPECT_EQ(out.answer.kind, Kind::discard);
  EXPECT_EQ(out.held, 1U);
  EXPECT_TRUE(out.taken.empty());
  std::set<Audience> told;
  for (const OutboxItem& row : outbox(out.reference)) told.insert(NoticePayload::parse(row.payload_json)->audience);
  EXPECT_EQ(told, (std::set{Audience::sender, Audience::owner}));
  const auto plan = plan_from_json(incident(out.reference).plan_json);
  ASSERT_EQ(plan->approvals.size(), 1U);
  EXPECT_EQ(plan->approvals[0].people, std::vector<std::string>{"lia@example.com"});
}

}  // namespace
}  // namespace postern::response
