// First contacts through the whole gate: what is learnt, what is asked, and that a retry gets the answer of before.
#include "pipeline/contacts.h"

#include "tests/pipeline/gate_fixture.h"

namespace postern::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFirstContactRules =
    "apiVersion: postern/v1\n"
    "rules:\n"
    "  - id: secret.first\n"
    "    title: Nobody wrote to them before\n"
    "    category: secret\n"
    "    mode: enforce\n"
    "    when: {recipients: {first_contact: true}}\n"
    "    then: {action: annotate}\n";

class ContactsTest : public GateTest {
 protected:
  ContactsTest() { make_gate(kFirstContactRules); }

  void make_gate(std::string_view rules) {
    gate_.reset();
    use_rules(rules);
    gate_ =
        std::make_unique<Gate>(policy_, GateServices{pool_, *store_, clock_, system_entropy(), counters_}, settings_);
  }
  MtaAnswer send(const std::vector<std::string>& recipients, const std::string& body = "hello\r\n",
                 const std::string& sender = "<alice@example.com>") {
    Mail one = mail(body, recipients,
                    {{"From", " alice@example.com"}, {"Message-ID", " <" + std::to_string(number_++) + "@x.example>"}});
    one.envelope.sender = test::envelope_address(sender);
    NoLane lane;
    const MtaAnswer answer = gate_->judge(one, lane);
    // A note is written behind whatever comes after it.
    EXPECT_TRUE(store_->commit([](store::Transaction&) -> Result<void> { return {}; }));
    return answer;
  }
  std::uint64_t incidents() { return counts().incidents; }
  // Whether a mail to these has a finding.
  bool is_first(const std::vector<std::string>& recipients) {
    const std::uint64_t before = incidents();
    EXPECT_EQ(send(recipients).kind, Kind::accept);
    return incidents() > before;
  }
  // Mail every day, so that the record has no gap.
  void pass_days(int days) {
    for (int day = 0; day < days; ++day) {
      clock_.advance(24h);
      send({"<daily@out.example>"});
    }
  }

  std::unique_ptr<Gate> gate_;
  int number_ = 0;
};

TEST_F(ContactsTest, NothingIsFirstBeforeThereIsARecord) {
  EXPECT_FALSE(is_first({"<a@out.example>"}));
  pass_days(29);
  EXPECT_FALSE(is_first({"<b@out.example>"})) << "not on the 29th day";
  pass_days(1);
  EXPECT_TRUE(is_first({"<c@out.example>"})) << "from the 30th on";
  EXPECT_FALSE(is_first({"<c@out.example>"}));
  EXPECT_FALSE(is_first({"<B@OUT.example>"})) << "however it is written";
  EXPECT_FALSE(is_first({"<carol@example.com>"})) << "one of ours";
  EXPECT_TRUE(is_first({"<a@out.example>", "<d@out.example>"})) << "one of several";
}

TEST_F(ContactsTest, ANewGateAsksTheStore) {
  send({"<a@out.example>"});
  pass_days(31);
  make_gate(kFirstContactRules);
  EXPECT_FALSE(is_first({"<a@out.example>"}));
  EXPECT_TRUE(is_first({"<b@out.example>"}));
}

TEST_F(ContactsTest, ARecordWithAGapBeginsAnew) {
  pass_days(31);
  clock_.advance(8 * 24h);
  EXPECT_FALSE(is_first({"<a@out.example>"})) << "nobody knows who was written to meanwhile";
  pass_days(29);
  EXPECT_FALSE(is_first({"<b@out.example>"}));
  pass_days(2);
  EXPECT_TRUE(is_first({"<c@out.example>"}));
}

TEST_F(ContactsTest, OnlyWhatLeavesIsWrittenDown) {
  make_gate(std::string(kFirstContactRules) +
            "  - id: secret.codename\n"
            "    category: secret\n"
            "    mode: enforce\n"
            "    when: {recipients: [held@out.example], content: {detector: codenames}}\n"
            "    then: {action: quarantine}\n"
            "detectors: [{id: codenames, primary: {keywords: [Nightjar]}}]\n");
  pass_days(31);
  const MtaAnswer split = send({"<held@out.example>", "<sent@out.example>"}, "Nightjar\r\n");
  EXPECT_EQ(split.remove_recipients, std::vector<size_t>{0});
  EXPECT_FALSE(is_first({"<sent@out.example>"}));
  EXPECT_TRUE(is_first({"<held@out.example>"}));
}

TEST_F(ContactsTest, WhatProgramsAnswerIsNoContact) {
  pass_days(31);
  send({"<a@out.example>"}, "I am on holiday\r\n", "<>");
  EXPECT_TRUE(is_first({"<a@out.example>"}));
}

TEST_F(ContactsTest, ARetryGetsTheAnswerOfTheFirstTry) {
  pass_days(31);
  const std::uint64_t before = incidents();
  const Mail one = mail("hello\r\n", {"<a@out.example>"});
  NoLane lane;
  for (int attempt = 0; attempt < 3; ++attempt) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(gate_->judge(one, lane).kind, Kind::accept);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find(" action=annotate "), std::string::npos) << attempt << log;
    EXPECT_EQ(log.find("retry=yes") != std::string::npos, attempt > 0) << log;
    clock_.advance(10min);
  }
  EXPECT_EQ(incidents(), before + 1);
  EXPECT_FALSE(is_first({"<a@out.example>"})) << "another mail is no retry";
}

TEST_F(ContactsTest, NothingIsKeptWithoutARuleThatAsks) {
  make_gate(kGateRules);
  send({"<a@out.example>"});
  const auto ok = store_->read([&](store::Reader& reader) -> Result<void> {
    EXPECT_FALSE(*reader.contact_record());
    return {};
  });
  EXPECT_TRUE(ok);
}

TEST_F(ContactsTest, TheStoreHasNoAddress) {
  send({"<secret.partner@out.example>"});
  for (const auto& entry : std::filesystem::directory_iterator(store_.directory())) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("secret.partner"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace postern::pipeline
