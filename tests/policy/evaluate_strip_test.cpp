// Which attachments rules want off a mail, and for whom.
#include "policy/evaluate.h"
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

class StripTest : public PolicyTest {
 protected:
  RuleProof prove(const MessageBuilder& message) {
    Proof proof;
    judge(message, &proof);
    return proof.rules.at(0);
  }

  // What the recipient goes without: "2 (b.pdf) by secret.r,secret.s; ".
  std::string takes_off(const Verdict& verdict, size_t recipient = 0) {
    std::string out;
    for (const size_t index : verdict.recipients.at(recipient).strips) {
      const StripWish& wish = verdict.strips.at(index);
      out += strip_label(wish) + " by";
      for (const std::string& rule : wish.rules) out += " " + rule;
      out += wish.name_hidden ? ", unnamed; " : "; ";
    }
    return out;
  }
};

constexpr std::string_view kAlpha = "detectors: [{id: a, primary: {keywords: [alpha]}}]\n";
constexpr std::string_view kStrip = "    then: {action: annotate, strip: attachment}\n";

TEST_F(StripTest, TakesOffTheAttachmentsInWhichItHolds) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", std::string(kStrip));
  MessageBuilder message;
  message.body("alpha").attachment("a.pdf", "beta").attachment("b.pdf", "alpha").attachment("c.pdf", "alpha");
  message.text.parts[3].sha256 = std::string(64, 'b');
  const Verdict verdict = judge(message);
  EXPECT_EQ(takes_off(verdict), "3 (b.pdf) by secret.r; 4 (c.pdf) by secret.r; ");
  EXPECT_EQ(verdict.strips[0].sha256, std::string(64, 'b'));
  EXPECT_TRUE(verdict.findings.at(1).strip);
  EXPECT_EQ(takes_off(judge(MessageBuilder().body("alpha"))), "") << "nothing is attached";

  const RuleProof proof = prove(message);
  EXPECT_EQ(proof.why, "holds: annotate, strip attachment");
  EXPECT_THAT(proof.takes_off, ::testing::ElementsAre("3 (b.pdf)", "4 (c.pdf)"));
}

// A finding in the text asks for no approval of an attachment, and tells of none.
TEST_F(StripTest, OnlyFindingsInWhatGoesSaySo) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", std::string(kStrip));
  const Verdict in_body = judge(MessageBuilder().body("alpha").attachment("a.pdf", "beta"));
  ASSERT_EQ(in_body.findings.size(), 1U);
  EXPECT_FALSE(in_body.findings[0].strip);
  const Verdict both = judge(MessageBuilder().body("alpha").attachment("a.pdf", "alpha"));
  ASSERT_EQ(both.findings.size(), 2U);
  for (const Finding& finding : both.findings) EXPECT_EQ(finding.strip, finding.part_name == "a.pdf");
  MessageBuilder unnamed;
  unnamed.attachment("a.pdf", "beta");
  load_rule(std::string(kAlpha), "      content: {not: {detector: a}}\n", std::string(kStrip));
  const Verdict nothing = judge(unnamed);
  for (const Finding& finding : nothing.findings) EXPECT_TRUE(finding.strip) << "that nothing is there is why it goes";
  EXPECT_EQ(nothing.findings.empty(), nothing.strips.empty());
}

// Findings are told of ten places only; what is taken off is all.
TEST_F(StripTest, TakesOffMoreThanItTells) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", std::string(kStrip));
  MessageBuilder message;
  for (int i = 0; i < 30; i++) message.attachment("a.pdf", "alpha");
  const Verdict verdict = judge(message);
  EXPECT_EQ(verdict.findings.size(), kMaxFindingsPerRule);
  EXPECT_EQ(verdict.recipients[0].strips.size(), 30U);
}

TEST_F(StripTest, TakesOffTheWholeWithWhatIsInside) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", std::string(kStrip));
  MessageBuilder message;
  message.body("hello").attachment("a.zip", "");
  Part inner;
  inner.path = PartPath({2, 1});
  inner.name = "b.txt";
  message.text.parts.push_back(inner);
  message.text.segments.push_back({3, Place::body, "", "alpha"});
  EXPECT_EQ(takes_off(judge(message)), "2 (a.zip) by secret.r; ");
}

TEST_F(StripTest, EachRuleSpeaksForItsRecipients) {
  const auto rule = [](const std::string& id, const std::string& mode, const std::string& to,
                       const std::string& where) {
    return "  - {id: secret." + id + ", title: T, category: secret, mode: " + mode + ", when: {recipients: [" + to +
           "], content: {detector: a, in: [" + where + "]}}, then: {action: allow, strip: attachment}}\n";
  };
  load(std::string(kAlpha) + "rules:\n" + rule("r", "enforce", "class:outside", "page") +
       rule("s", "enforce", "class:partner", "attachment") + rule("t", "audit", "class:outside", "comment") +
       rule("u", "enforce", "class:partner", "comment"));
  to({"bob@elsewhere.example", "ann@partner.example", "ben@example.com", "works@council.example"});
  const Verdict verdict = judge(MessageBuilder()
                                    .attachment("a.pdf", "alpha")
                                    .attachment("b.pdf", "alpha", Place::comment)
                                    .attachment("c.pdf", "beta"));
  EXPECT_EQ(takes_off(verdict, 0), "1 (a.pdf) by secret.r secret.s; ");
  EXPECT_EQ(takes_off(verdict, 1), "1 (a.pdf) by secret.r secret.s; 2 (b.pdf) by secret.s secret.u; ");
  EXPECT_EQ(takes_off(verdict, 2), "") << "no rule speaks of colleagues";
  EXPECT_EQ(takes_off(verdict, 3), "") << "protected";
}

TEST_F(StripTest, NamesThatTellAreHidden) {
  load_rule(
      "detectors: [{id: a, primary: {keywords: [alpha]}}, {id: b, sensitive: true, primary: {keywords: [beta]}}]\n",
      "      content: {any: [{detector: a}, {detector: b}, {file: {name: ['*.key']}}]}\n", std::string(kStrip));
  EXPECT_EQ(takes_off(judge(MessageBuilder().attachment("plan.pdf", "alpha"))), "1 (plan.pdf) by secret.r; ");
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"alpha.pdf", "x"}, {"plan.pdf", "beta"}, {"x.key", "x"}, {"alpha.pdf", "alpha"}}) {
    EXPECT_THAT(takes_off(judge(MessageBuilder().attachment(name, text))), ::testing::HasSubstr("unnamed")) << name;
  }
}

TEST_F(StripTest, IsExplainedInTextAndAsJson) {
  load_rule(std::string(kAlpha), "      content: {detector: a}\n", std::string(kStrip));
  to({"bob@elsewhere.example", "ben@example.com"});
  const MessageBuilder message = MessageBuilder().body("hello").attachment("b.pdf", "alpha");
  Proof proof;
  const Verdict verdict = judge(message, &proof);
  const Explained explained{message.text, envelope_, verdict, proof};
  const std::string text = explain_text(explained, ShowText::no);
  EXPECT_THAT(text, ::testing::HasSubstr("holds: annotate, strip attachment\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("    takes off 2 (b.pdf)\n"));
  EXPECT_THAT(text, ::testing::HasSubstr("<bob@elsewhere.example>: annotate  secret.r\n"
                                         "    without the attachment 2 (b.pdf)\n  <ben@example.com>: allow\n"));
  const std::string json = explain_json(explained, ShowText::no);
  EXPECT_THAT(json, ::testing::HasSubstr(R"("takes_off":[{"part":"2","name":"b.pdf","rules":["secret.r"]}])"));
  EXPECT_THAT(json, ::testing::HasSubstr(R"x("takes_off":["2 (b.pdf)"])x"));
}

}  // namespace
}  // namespace postern::policy
