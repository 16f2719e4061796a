#include "response/plan.h"

#include "tests/response/a_mail.h"

namespace postern::response {
namespace {

using test::a_mail;
using test::a_verdict;
using enum Action;
using Kind = MtaAnswer::Kind;

struct Case {
  const char* name;
  std::vector<Action> actions;
  Kind kind;
  std::vector<size_t> removed;
  std::vector<Fate> fates;
  bool recorded = true;
};

constexpr Fate kDeliver = Fate::deliver;
constexpr Fate kHold = Fate::hold;
constexpr Fate kGone = Fate::not_delivered;

class PlanTable : public testing::TestWithParam<Case> {};

TEST_P(PlanTable, SplitsByRecipient) {
  const Case& c = GetParam();
  const std::vector<std::string> recipients(c.actions.size(), "<r@x.example>");
  const Mail mail = a_mail({}, "b", recipients);
  const Plan plan = make_plan(a_verdict(c.actions), mail.envelope);
  const MtaAnswer answer = to_answer(plan, "PN-AAAAAA", {"https://intranet.example.com/postern"});
  EXPECT_EQ(answer.kind, c.kind);
  EXPECT_EQ(answer.remove_recipients, c.removed);
  std::vector<Fate> fates;
  for (const RecipientPlan& recipient : plan.recipients) fates.push_back(recipient.fate);
  EXPECT_EQ(fates, c.fates);
  EXPECT_EQ(plan.recorded, c.recorded);
  EXPECT_EQ(plan.action, *std::max_element(c.actions.begin(), c.actions.end()));
  EXPECT_LT(answer.remove_recipients.size(), c.actions.size()) << "the last recipient is never removed";
  EXPECT_EQ(answer.reply.empty(), c.kind != Kind::reject);

  auto again = plan_from_json(plan_to_json(plan));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(to_answer(*again, "", {}).remove_recipients, c.removed);
  EXPECT_EQ(to_answer(*again, "", {}).kind, c.kind);
  EXPECT_EQ(again->hold_reason, plan.hold_reason);
}

INSTANTIATE_TEST_SUITE_P(
    Mixes, PlanTable,
    testing::Values(Case{"allow", {allow}, Kind::accept, {}, {kDeliver}, false},
                    Case{"allow_allow", {allow, allow}, Kind::accept, {}, {kDeliver, kDeliver}, false},
                    Case{"annotate", {annotate}, Kind::accept, {}, {kDeliver}},
                    Case{"annotate_allow", {annotate, allow}, Kind::accept, {}, {kDeliver, kDeliver}},
                    Case{"justify", {justify}, Kind::discard, {}, {kHold}},
                    Case{"quarantine", {quarantine}, Kind::discard, {}, {kHold}},
                    Case{"reject", {reject}, Kind::reject, {}, {kGone}},
                    Case{"reject_reject", {reject, reject}, Kind::reject, {}, {kGone, kGone}},
                    Case{"allow_quarantine", {allow, quarantine}, Kind::accept, {1}, {kDeliver, kHold}},
                    Case{"quarantine_annotate", {quarantine, annotate}, Kind::accept, {0}, {kHold, kDeliver}},
                    Case{"justify_quarantine", {justify, quarantine}, Kind::discard, {}, {kHold, kHold}},
                    Case{"allow_reject", {allow, reject}, Kind::accept, {1}, {kDeliver, kGone}},
                    Case{"annotate_reject", {annotate, reject}, Kind::accept, {1}, {kDeliver, kGone}},
                    Case{"reject_quarantine", {reject, quarantine}, Kind::discard, {}, {kGone, kHold}},
                    Case{"reject_justify", {reject, justify}, Kind::discard, {}, {kGone, kHold}},
                    Case{"all_five",
                         {reject, quarantine, justify, annotate, allow},
                         Kind::accept,
                         {0, 1, 2},
                         {kGone, kHold, kHold, kDeliver, kDeliver}}),
    [](const auto& c) { return c.param.name; });

TEST(Plan, AuditFindingsAreRecordedAndNothingIsDone) {
  Verdict verdict = a_verdict({allow, allow});
  verdict.findings.push_back(test::a_finding("r", quarantine, Mode::audit));
  verdict.recipients[1].findings = {0};
  const Plan plan = make_plan(verdict, a_mail({}, "b", {"<a@x>", "<b@x>"}).envelope);
  EXPECT_TRUE(plan.recorded);
  EXPECT_EQ(plan.mode, Mode::audit);
  EXPECT_EQ(to_answer(plan, "PN-AAAAAA", {}).kind, Kind::accept);
  EXPECT_TRUE(to_answer(plan, "PN-AAAAAA", {}).remove_recipients.empty());
}

TEST(Plan, RefusalIsPlainShortAndNamesTheReference) {
  const Plan plan = make_plan(a_verdict({reject}), a_mail({}, "b", {"<a@x>"}).envelope);
  const MtaAnswer answer = to_answer(plan, "PN-AAAAAA", {"https://intranet.example.com/\r\nevil"});
  ASSERT_EQ(answer.reply.size(), 3U);
  EXPECT_TRUE(answer.reply[0].starts_with("550 5.7.1 "));
  EXPECT_EQ(answer.reply[2], "Reference PN-AAAAAA");
  for (const std::string& line : answer.reply) {
    EXPECT_EQ(line.find_first_of("\r\n"), std::string::npos);
    EXPECT_LE(line.size(), 510U);
    EXPECT_EQ(line.find("rule-"), std::string::npos) << "no rule's name goes to a client";
  }
  EXPECT_TRUE(tempfail_answer().reply.at(0).starts_with("451 4.7.1 "));
}

TEST(Plan, HoldReasonNamesTheRulesThatHold) {
  const Plan plan =
      make_plan(a_verdict({annotate, quarantine, reject}), a_mail({}, "b", {"<a@x>", "<b@x>", "<c@x>"}).envelope);
  EXPECT_EQ(plan.hold_reason, "Title of rule-quarantine (rule-quarantine)");
  const Plan waits = make_plan(a_verdict({justify}), a_mail({}, "b", {"<a@x>"}).envelope);
  EXPECT_NE(waits.hold_reason.find("waits for the sender's reason"), std::string::npos);
}

TEST(Plan, HoldsAllWhenNothingCouldBeJudged) {
  const Plan plan = make_plan_to_hold_all(a_mail({}, "b", {"<a@x>", "<b@x>"}).envelope, "no worker");
  EXPECT_EQ(to_answer(plan, "", {}).kind, Kind::discard);
  EXPECT_TRUE(plan.recorded);
  EXPECT_EQ(plan.hold_reason, "The message could not be judged: no worker");
}

// The ways that rules ask for: of those in force, for those who get it; of those held it is the release's.
TEST(Plan, RoutesAreFieldsOfWhatGoes) {
  Verdict verdict = a_verdict({annotate, annotate, quarantine});
  verdict.findings[0].route = "encrypt";
  verdict.findings[1].route = "archive";
  verdict.findings.push_back(test::a_finding("also", allow));
  verdict.findings.back().route = "encrypt";
  verdict.recipients[1].findings.push_back(3);
  verdict.recipients[2].findings.push_back(3);
  verdict.findings.push_back(test::a_finding("watched", annotate, Mode::audit));
  verdict.findings.back().route = "audited";
  verdict.recipients[0].findings.push_back(4);
  const Plan made = make_plan(verdict, a_mail({}, "b", {"<a@x>", "<b@x>", "<c@x>"}).envelope);
  const auto again = plan_from_json(plan_to_json(made));
  ASSERT_TRUE(again);
  const auto told = [](const std::vector<HeaderField>& fields) {
    std::string out;
    for (const HeaderField& field : fields) out += field.name + ":" + field.value + ";";
    return out;
  };
  for (const Plan& plan : {made, *again}) {
    const MtaAnswer answer = to_answer(plan, "PN-AAAAAA", {});
    EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{2});
    EXPECT_EQ(told(answer.add_headers), "X-Postern-Route: encrypt;X-Postern-Route: archive;");
    EXPECT_EQ(told(route_fields(plan, Fate::hold)), "X-Postern-Route: encrypt;");
  }
  Verdict held = a_verdict({quarantine});
  held.findings.push_back(verdict.findings[3]);
  held.recipients[0].findings.push_back(1);
  const MtaAnswer discard = to_answer(make_plan(held, a_mail({}, "b", {"<a@x>"}).envelope), "PN-AAAAAA", {});
  EXPECT_EQ(discard.kind, Kind::discard);
  EXPECT_EQ(told(discard.add_headers), "");
}

struct StripCase {
  const char* name;
  std::vector<Action> actions;
  std::vector<std::vector<size_t>> strips;  // by recipient
  bool can = true;
  Kind kind = Kind::accept;
  std::vector<size_t> removed = {};
  std::vector<std::vector<size_t>> taken = {};
  bool apart = false;
  Action action = allow;
};

Verdict with_strips(const StripCase& c) {
  Verdict verdict = a_verdict(c.actions);
  for (const char* sha : {"aa", "bb", "aa"}) {
    StripWish wish;
    wish.part = PartPath({std::uint32_t(verdict.strips.size() + 2)});
    wish.name = "file " + std::to_string(verdict.strips.size());
    for (int i = 0; i < 32; i++) wish.sha256 += sha;
    wish.name_hidden = verdict.strips.size() == 2;
    verdict.strips.push_back(wish);
  }
  for (size_t i = 0; i < c.strips.size(); i++) verdict.recipients[i].strips = c.strips[i];
  return verdict;
}

// Who goes without, who gets it whole, and who waits.
TEST(PlanStrips, OneBodyGoesOneWay) {
  using Lists = std::vector<std::vector<size_t>>;
  const StripCase cases[] = {
      {"for all", {annotate, allow}, {{0}, {0}}, true, Kind::accept, {}, Lists{{0}, {0}}, false, annotate},
      {"twice the same", {allow}, {{0, 2}}, true, Kind::accept, {}, Lists{{0}}, false, allow},
      {"two", {allow}, {{0, 1}}, true, Kind::accept, {}, Lists{{0, 1}}, false, allow},
      {"some whole", {allow, annotate}, {{}, {1}}, true, Kind::accept, {1}, Lists{{}, {0}}, true, annotate},
      {"beside a rejected one", {allow, reject}, {{0}, {}}, true, Kind::accept, {1}, Lists{{0}, {}}, false, reject},
      {"beside a held one", {allow, quarantine}, {{0}, {}}, true, Kind::accept, {1}, Lists{{0}, {}}, false, quarantine},
      {"whole, without and held",
       {allow, allow, quarantine},
       {{}, {0}, {}},
       true,
       Kind::accept,
       {1, 2},
       Lists{{}, {}, {}},
       false,
       quarantine},
      {"one goes without more",
       {allow, allow},
       {{0}, {0, 1}},
       true,
       Kind::discard,
       {},
       Lists{{}, {}},
       false,
       quarantine},
      {"it cannot be", {annotate}, {{0}}, false, Kind::discard, {}, Lists{{}}, false, quarantine},
      {"it cannot be, for some", {allow, allow}, {{}, {0}}, false, Kind::accept, {1}, Lists{{}, {}}, false, quarantine},
      {"the held one wants it off", {quarantine}, {{0}}, false, Kind::discard, {}, Lists{{}}, false, quarantine},
      {"nobody wants it off", {annotate}, {{}}, false, Kind::accept, {}, Lists{{}}, false, annotate},
  };
  for (const StripCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::vector<std::string> recipients(c.actions.size(), "<r@x.example>");
    Verdict verdict = with_strips(c);
    verdict.findings.push_back(test::a_finding("r", allow));
    const Plan made = make_plan(verdict, a_mail({}, "b", recipients).envelope, {c.can, "a part is signed"});
    const auto again = plan_from_json(plan_to_json(made));
    ASSERT_TRUE(again) << again.error().message;
    for (const Plan& plan : {made, *again}) {
      EXPECT_EQ(to_answer(plan, "", {}).kind, c.kind);
      EXPECT_EQ(to_answer(plan, "", {}).remove_recipients, c.removed);
      std::vector<std::vector<size_t>> taken;
      for (const RecipientPlan& recipient : plan.recipients) taken.push_back(recipient.taken);
      EXPECT_EQ(taken, c.taken);
      EXPECT_EQ(plan.sends_apart, c.apart);
      EXPECT_EQ(plan.action, c.action);
      EXPECT_EQ(plan.mode,
                c.strips[0].empty() && c.actions[0] == allow && c.strips.size() == 1 ? Mode::audit : Mode::enforce);
    }
    EXPECT_EQ(again->taken, made.taken);
    const bool waits = made.holds() && !made.sends_apart;
    EXPECT_EQ(made.waits(), waits);
    if (!c.can && c.action == quarantine && c.actions[0] != quarantine) {
      EXPECT_THAT(made.hold_reason,
                  testing::HasSubstr("An attachment was to be taken off, and could not: a part is signed"));
    }
  }
}

TEST(PlanStrips, TheSameContentIsOneAndHiddenWhenOneNameIs) {
  const std::vector<TakenOff> all = wanted_off(with_strips({"", {allow}, {{0, 1, 2}}}));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "file 0");
  EXPECT_EQ(all[0].part.to_string(), "2");
  EXPECT_TRUE(all[0].name_hidden);
  EXPECT_FALSE(all[1].name_hidden);
  EXPECT_TRUE(wanted_off(with_strips({"", {quarantine}, {{0}}})).empty()) << "who is held is held with the whole mail";
}

TEST(PlanStrips, WhatIsLostOfARecordIsNotDelivered) {
  const Plan plan = make_plan(with_strips({"", {allow}, {{0}}}), a_mail({}, "b", {"<a@x>"}).envelope, {true, ""});
  const std::string json = plan_to_json(plan);
  ASSERT_TRUE(plan_from_json(json));
  for (const auto& [from, to] :
       std::initializer_list<std::pair<std::string, std::string>>{{R"("sha256":"aa)", R"("sha256":"zz)"},
                                                                  {R"("taken":[0])", R"("taken":[1])"},
                                                                  {R"("part":"2")", R"("part":"x")"}}) {
    std::string damaged = json;
    const size_t at = damaged.find(from);
    ASSERT_NE(at, std::string::npos) << json;
    EXPECT_FALSE(plan_from_json(damaged.replace(at, from.size(), to))) << from;
  }
}

// A program of before knows nothing of `taken` and would deliver the whole mail: it is not to read such a plan.
TEST(PlanStrips, ThePlanHasAVersionOfItsOwn) {
  const Envelope envelope = a_mail({}, "b", {"<a@x>"}).envelope;
  const std::string plain = plan_to_json(make_plan(a_verdict({allow}), envelope));
  std::string strips = plan_to_json(make_plan(with_strips({"", {allow}, {{0}}}), envelope, {true, ""}));
  EXPECT_THAT(plain, testing::HasSubstr(R"("version":1)"));
  const size_t at = strips.find(R"("version":2)");
  ASSERT_NE(at, std::string::npos) << strips;
  EXPECT_EQ(plan_from_json(strips)->taken.size(), 1U);
  strips.replace(at, 11, R"("version":1)");
  EXPECT_EQ(plan_from_json(strips)->taken.size(), 1U) << "as one was written before the version was raised";
  strips.replace(at, 11, R"("version":3)");
  EXPECT_FALSE(plan_from_json(strips));
}

TEST(PlanJson, KeepsWhoApproves) {
  Plan plan = make_plan(a_verdict({quarantine}), a_mail({}, "b", {"<a@x>"}).envelope);
  plan.approvals = {{"liaison", "financial", {"a@example.com", "b@example.com"}, {"c@example.com"}},
                    {"owner", "r", {}, {}}};
  const auto again = plan_from_json(plan_to_json(plan));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->approvals, plan.approvals);
  const auto old = plan_from_json(R"({"version":1,"action":"allow","mode":"audit","recipients":[]})");
  ASSERT_TRUE(old) << "a plan of before";
  EXPECT_TRUE(old->approvals.empty());
}

TEST(PlanJson, KeepsFindingsWhole) {
  Finding finding = test::a_finding("r", justify);
  finding.sensitive = true;
  finding.route = "encrypt";
  finding.notify = {"sender", "liaison"};
  finding.part_name = "caf\xE9.doc";  // hostile: not UTF-8
  auto got = findings_from_json(findings_to_json({finding, test::a_finding("s", reject, Mode::audit)}));
  ASSERT_TRUE(got) << got.error().message;
  ASSERT_EQ(got->size(), 2U);
  const Finding& f = got->at(0);
  EXPECT_EQ(f.rule, "r");
  EXPECT_EQ(f.title, finding.title);
  EXPECT_EQ(f.severity, Severity::high);
  EXPECT_EQ(f.mode, Mode::enforce);
  EXPECT_EQ(f.action, justify);
  EXPECT_EQ(f.part.to_string(), "1/2");
  EXPECT_EQ(f.part_name, "caf\uFFFD.doc");
  EXPECT_EQ(f.place, Place::comment);
  EXPECT_EQ(f.at, "p. 4");
  EXPECT_EQ(f.confidence, 75);
  EXPECT_EQ(f.count, 2U);
  EXPECT_EQ(f.excerpt, finding.excerpt);
  EXPECT_TRUE(f.sensitive);
  EXPECT_EQ(f.notify, finding.notify);
  EXPECT_EQ(f.review, finding.review);
  EXPECT_EQ(f.route, "encrypt");
  EXPECT_EQ(got->at(1).mode, Mode::audit);
}

TEST(PlanJson, RefusesWhatIsNoRecord) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"version":3})", R"({"version":1,"action":"drop","mode":"enforce","recipients":[]})",
        R"({"version":1,"action":"allow","mode":"enforce","recipients":[{"action":"allow","fate":"lost"}]})",
        R"({"version":1,"action":"allow","mode":"enforce","recipients":[],"approvals":{}})",
        R"({"version":1,"action":"allow","mode":"enforce","recipients":[],"approvals":[{"of":"r"}]})"}) {
    auto plan = plan_from_json(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().kind, ErrorKind::corrupt) << text;
  }
  EXPECT_FALSE(findings_from_json("{}"));
  EXPECT_FALSE(findings_from_json(R"([{"rule":"r"}])"));
}

TEST(OnErrorWords, AreTheOptions) {
  EXPECT_EQ(parse_on_error("tempfail"), OnError::tempfail);
  EXPECT_EQ(parse_on_error("accept"), OnError::accept);
  EXPECT_EQ(parse_on_error("quarantine"), OnError::quarantine);
  EXPECT_FALSE(parse_on_error("drop"));
}

}  // namespace
}  // namespace postern::response
