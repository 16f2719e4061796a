// What `annotate` does to the mail itself, through the gate.
#include "tests/pipeline/gate_fixture.h"

namespace postern::pipeline {
namespace {

constexpr std::string_view kAnnotation = "annotation: {footer: 'From Example.', training_link: all}\n";
constexpr std::string_view kInsideRule =
    "  - id: secret.inside\n"
    "    title: Noted inside\n"
    "    category: secret\n"
    "    severity: low\n"
    "    mode: enforce\n"
    "    when: {recipients: [class:internal], content: {detector: noted}}\n"
    "    then: {action: annotate}\n";

class AnnotateTest : public GateTest {
 protected:
  AnnotateTest() {
    folder_.add("policy.yaml", std::string(policy::kSmallPolicy) + std::string(kAnnotation));
    folder_.add("rules/rules.yaml", std::string(kGateRules) + std::string(kInsideRule));
    Diagnostics diagnostics;
    policy_ = policy::Policy::load(folder_.options(), diagnostics);
    if (!policy_) throw std::runtime_error(diagnostics.to_text());
    settings_.commit.reply.lesson_address = "https://lessons.example.com";
    pool_.edit_result = {FooterOutcome::added, "", {{100, 0, "From Example."}}, {}};
  }

  std::uint64_t footers(FooterOutcome outcome) const { return counters_.footers[size_t(outcome)]; }
};

TEST_F(AnnotateTest, AnAnnotatedMailGetsItsFooterAndNoReferenceOutside) {
  const Mail sent = mail("Buzzard\r\n", {"<bob@out.example>"});
  const MtaAnswer answer = judge(sent);
  EXPECT_EQ(answer.kind, Kind::accept);
  ASSERT_TRUE(answer.annotation.edit);
  EXPECT_EQ(*answer.annotation.edit, pool_.edit_result);
  EXPECT_EQ(answer.annotation.message, sent.message);
  EXPECT_EQ(answer.annotation.body_offset, sent.body_offset);
  EXPECT_TRUE(answer.annotation.add_headers.empty());
  ASSERT_EQ(pool_.edits.size(), 1U);
  EXPECT_EQ(pool_.edits[0].footer.text, "From Example.");
  EXPECT_EQ(pool_.edits[0].footer.link, "https://lessons.example.com");
  EXPECT_TRUE(pool_.edits[0].footer.with_link);
  EXPECT_EQ(pool_.edits[0].body_offset, sent.body_offset);
  EXPECT_LE(pool_.edits[0].deadline, clock_.steady() + settings_.deadline);
  EXPECT_EQ(footers(FooterOutcome::added), 1U);
}

TEST_F(AnnotateTest, TheReferenceIsShownWhenNobodyOutsideRemains) {
  const MtaAnswer answer = judge(mail("Buzzard and Nightjar\r\n", {"<bob@out.example>", "<ben@example.com>"}));
  EXPECT_EQ(answer.remove_recipients, std::vector<size_t>{0});
  ASSERT_EQ(answer.annotation.add_headers.size(), 1U);
  EXPECT_EQ(answer.annotation.add_headers[0].name, "X-Postern-Reference");
  EXPECT_THAT(answer.annotation.add_headers[0].value, testing::StartsWith(" PN-"));
}

TEST_F(AnnotateTest, NoMailIsLostOrKeptBackForItsFooter) {
  pool_.edit_failure = Error{ErrorKind::timeout, "the edit was not done before the deadline"};
  const MtaAnswer failed = judge(mail("Buzzard\r\n", {"<bob@out.example>"}));
  EXPECT_EQ(failed.kind, Kind::accept);
  EXPECT_FALSE(failed.annotation.edit);
  EXPECT_EQ(footers(FooterOutcome::failed), 1U);
  EXPECT_EQ(counters_.failed, 0U);

  pool_.edit_failure.reset();
  pool_.edit_result = {FooterOutcome::signed_, "a part is signed", {}, {}};
  const MtaAnswer alone = judge(mail("Buzzard 2\r\n", {"<bob@out.example>"}));
  EXPECT_EQ(alone.kind, Kind::accept);
  EXPECT_FALSE(alone.annotation.edit);
  EXPECT_EQ(footers(FooterOutcome::signed_), 1U);
}

TEST_F(AnnotateTest, MailThatIsAllowedOrHeldIsNotEdited) {
  EXPECT_EQ(judge(mail("hello\r\n", {"<bob@out.example>"})).kind, Kind::accept);
  EXPECT_EQ(judge(mail("Nightjar\r\n", {"<bob@out.example>"})).kind, Kind::discard);
  EXPECT_TRUE(pool_.edits.empty());
}

TEST_F(AnnotateTest, ARetryIsAnnotatedAgain) {
  EXPECT_TRUE(judge(mail("Buzzard\r\n", {"<bob@out.example>"})).annotation.edit);
  EXPECT_TRUE(judge(mail("Buzzard\r\n", {"<bob@out.example>"})).annotation.edit);
  EXPECT_EQ(counts().incidents, 1U);
}

}  // namespace
}  // namespace postern::pipeline
