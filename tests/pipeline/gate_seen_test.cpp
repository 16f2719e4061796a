// What is seen of the gate's work (log, counters), and whom it believes.
#include <cstring>

#include "response/approvals.h"
#include "tests/pipeline/gate_fixture.h"

namespace postern::pipeline {
namespace {

// Every place of a mail where its writer can put text: none of it may come into the log.
TEST_F(GateTest, TheLogHasOneLineAMessageWithoutItsContent) {
  pool_.header_from = "\"Secretname\" <alice@example.com>";
  Mail marked = mail("Nightjar Secretword Buzzard\r\n", {"<bob@out.example>", "<carol@example.com>"},
                     {{"From", " \"Secretname\" <alice@example.com>"},
                      {"Subject", " Secretsubject"},
                      {"X-Secretfield", " Secretvalue"},
                      {"Message-ID", " <Secretid@x.example>"}});
  marked.envelope.helo = "secrethelo.example";
  marked.envelope.client_name = "secretclient.example";
  testing::internal::CaptureStderr();
  judge(marked);
  const std::string log = testing::internal::GetCapturedStderr();
  std::vector<std::string> lines;
  for (size_t at = 0, end = 0; (end = log.find('\n', at)) != std::string::npos; at = end + 1) {
    if (log.substr(at, end - at).find("nrcpt=") != std::string::npos) lines.push_back(log.substr(at, end - at));
  }
  ASSERT_EQ(lines.size(), 1U) << log;
  EXPECT_THAT(lines[0], testing::HasSubstr("4XyZ: from=<alice@example.com> nrcpt=2 action=quarantine "
                                           "rule=secret.codename,secret.noted conf="));
  EXPECT_THAT(lines[0], testing::HasSubstr(" class=internal,outside,other size="));
  for (const char* secret : {"Secret", "secret", "Nightjar", "Buzzard"}) {
    std::string rest = log;
    for (const char* rule : {"secret.codename", "secret.noted"}) {
      for (size_t at = 0; (at = rest.find(rule)) != std::string::npos;) rest.erase(at, std::strlen(rule));
    }
    EXPECT_EQ(rest.find(secret), std::string::npos) << secret << " in " << log;
  }
}

TEST_F(GateTest, CountsStagesFindingsAndUnreadParts) {
  judge(mail("Nightjar Buzzard\r\n", {"<bob@out.example>"}));
  EXPECT_EQ(counters_.message.snapshot().count, 1U);
  EXPECT_EQ(counters_.extract.snapshot().count, 1U);
  EXPECT_EQ(counters_.evaluate.snapshot().count, 1U);
  EXPECT_EQ(counters_.commit.snapshot().count, 1U);
  using Counts = std::vector<std::pair<Tally::Labels, std::uint64_t>>;
  EXPECT_EQ(counters_.detections.snapshot(),
            (Counts{{{"secret", "high", "enforce"}, 1}, {{"secret", "low", "enforce"}, 1}}));
  EXPECT_TRUE(counters_.unread.snapshot().empty());
  pool_.root_outcome = Outcome::limit;
  judge(mail("x\r\n", {"<bob@out.example>"}));
  EXPECT_EQ(counters_.unread.snapshot(), (Counts{{{"unknown", "limit", ""}, 1}}));
  judge(mail("x\r\n", {"<carol@example.com>"}));
  EXPECT_EQ(counters_.message.snapshot().count, 3U);
  EXPECT_EQ(counters_.extract.snapshot().count, 2U) << "the short way is not read";
}

TEST_F(GateTest, TheFieldOfTrustedRelaysIsTakenAwayWhoeverSetIt) {
  settings_.identity.relay_field = "X-Auth-User";
  settings_.identity.trusted_relays = *Networks::parse({"192.0.2.1"});
  for (const char* client : {"192.0.2.1", "127.0.0.1", "203.0.113.9"}) {
    for (const char* recipient : {"<bob@out.example>", "<carol@example.com>"}) {
      Mail relayed =
          mail("hello\r\n", {recipient}, {{"X-Auth-User", " a"}, {"x-auth-user", " b"}, {"X-Auth-Users", " c"}});
      relayed.envelope.client_address = client;
      const MtaAnswer answer = judge(relayed);
      ASSERT_EQ(answer.remove_headers.size(), 2U) << client << recipient;
      EXPECT_EQ(answer.remove_headers[0].index, 2U);
    }
  }
}

TEST_F(GateTest, AnExemptionNeedsTheRightToActAsTheMailbox) {
  folder_.add("rules/rules.yaml",
              "apiVersion: postern/v1\n"
              "detectors:\n"
              "  - {id: codenames, primary: {keywords: [Nightjar]}}\n"
              "rules:\n"
              "  - id: secret.codename\n"
              "    title: Codename\n"
              "    category: secret\n"
              "    severity: high\n"
              "    mode: enforce\n"
              "    when: {recipients: [class:outside], content: {detector: codenames}}\n"
              "    then: {action: quarantine, notify: [sender]}\n"
              "    unless: [{senders: [alice@example.com]}]\n");
  Diagnostics diagnostics;
  policy_ = policy::Policy::load(folder_.options(), diagnostics);
  ASSERT_TRUE(policy_) << diagnostics.to_text();
  settings_.identity.trusted_relays = *Networks::parse({"192.0.2.1"});
  struct Case {
    const char* name;
    const char* client;
    const char* login;
    const char* field;
    const char* from;
    Kind want;
  };
  int number = 0;
  for (const Case& c :
       {Case{"her own login", "127.0.0.1", "alice", "", "alice@example.com", Kind::accept},
        Case{"no login", "127.0.0.1", "", "", "alice@example.com", Kind::discard},
        Case{"another's login", "127.0.0.1", "ben", "", "alice@example.com", Kind::discard},
        Case{"her login, another's From", "127.0.0.1", "alice", "", "ceo@example.com", Kind::discard},
        Case{"a trusted relay names her", "192.0.2.1", "", " alice", "alice@example.com", Kind::accept},
        Case{"a trusted relay's envelope", "192.0.2.1", "", "", "alice@example.com", Kind::accept},
        Case{"a trusted relay names another", "192.0.2.1", "", " ben", "alice@example.com", Kind::discard},
        Case{"anybody names her", "127.0.0.1", "", " alice", "alice@example.com", Kind::discard}}) {
    SCOPED_TRACE(c.name);
    pool_.header_from = c.from;
    std::vector<HeaderField> headers = {{"From", std::string(" ") + c.from},
                                        {"Message-ID", " <" + std::to_string(number++) + "@x.example>"}};
    if (*c.field != '\0') headers.push_back({"X-Postern-Authenticated", c.field});
    Mail one = mail("Nightjar\r\n", {"<bob@out.example>"}, headers);
    one.envelope.client_address = c.client;
    one.envelope.authenticated = c.login;
    EXPECT_EQ(judge(one).kind, c.want);
  }
}

TEST_F(GateTest, ARuleFallsBackOnWhatTheStoreRemembers) {
  const std::string rule =
      "apiVersion: postern/v1\n"
      "detectors: [{id: codenames, primary: {keywords: [Nightjar]}}]\n"
      "rules:\n"
      "  - {id: secret.codename, category: secret, severity: low, mode: enforce, when: {content: {detector: "
      "codenames}}, "
      "then: {action: quarantine}, fallback: {overrides: 40%, min_senders: 2}}\n";
  use_rules(rule);
  Gate gate(policy_, {pool_, *store_, clock_, system_entropy(), counters_}, settings_);
  response::Quarantine quarantine(*store_, clock_, store_.directory());
  int number = 0;
  const auto send = [&](const std::string& sender) {
    Mail one = mail("Nightjar\r\n", {"<bob@out.example>"},
                    {{"From", " " + sender}, {"Message-ID", " <" + std::to_string(number++) + "@x.example>"}});
    one.envelope.sender = test::envelope_address("<" + sender + ">");
    NoLane lane;
    return gate.judge(one, lane).kind;
  };
  const auto release_newest = [&] {
    const std::string reference = quarantine.list({})->front().hold.incident;
    ASSERT_TRUE(quarantine.release(reference, {"test"}));
    store::OutboxItem row;
    ASSERT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      row = reader.outbox_of(reference)->back();
      return {};
    }));
    ASSERT_TRUE(quarantine.record_release(row, {{0, store::ReleaseResult::Kind::accepted, "250"}}, std::nullopt));
  };
  EXPECT_EQ(send("ann@example.com"), Kind::discard);
  release_newest();
  gate.refresh_records();
  EXPECT_EQ(send("ann@example.com"), Kind::discard) << "one sender's mails are not enough";
  ASSERT_TRUE(quarantine.reject(quarantine.list({})->front().hold.incident, "test", ""));
  EXPECT_EQ(send("ben@example.com"), Kind::discard);
  release_newest();
  EXPECT_EQ(send("carl@example.com"), Kind::discard) << "until it looks again";
  gate.refresh_records();
  EXPECT_EQ(send("dora@example.com"), Kind::accept) << "2 of 3 were let go";
  Gate next(policy_, {pool_, *store_, clock_, system_entropy(), counters_}, settings_);
  NoLane lane;
  EXPECT_EQ(next.judge(mail("Nightjar\r\n", {"<bob@out.example>"}), lane).kind, Kind::accept)
      << "a new gate knows it from the start";
}

// Whatever the gate leaves behind of a mail: log, record, notices, the reviewers' view.
TEST_F(GateTest, ASensitiveValueIsConfirmedNowhere) {
  use_rules(
      "apiVersion: postern/v1\n"
      "detectors: [{id: names, sensitive: true, primary: {keywords: [Nightjar]}}]\n"
      "rules:\n"
      "  - {id: secret.name, title: A secret name, category: secret, mode: enforce, when: {content: {detector: "
      "names}}, "
      "then: {action: quarantine, notify: [sender, liaison], review: [liaison]}}\n");
  pool_.more_headers = {{"X-Project", "Nightjar"}};
  testing::internal::CaptureStderr();
  EXPECT_EQ(judge(mail("we ship Nightjar in May\r\n", {"<bob@out.example>"})).kind, Kind::discard);
  std::string left = testing::internal::GetCapturedStderr();
  response::Quarantine quarantine(*store_, clock_, store_.directory());
  const auto holds = quarantine.list({});
  ASSERT_TRUE(holds && holds->size() == 1);
  const auto shown = quarantine.show(holds->front().hold.incident);
  ASSERT_TRUE(shown);
  left +=
      shown->hold.reason + shown->incident.findings_json + shown->incident.unreadable_json + shown->incident.plan_json;
  ASSERT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
    const auto rows = reader.outbox_of(shown->incident.reference).value();
    for (const store::OutboxItem& row : rows) left += row.payload_json;
    const auto events = reader.audit_after(0, 10).value();
    for (const store::AuditEvent& event : events) left += event.detail_json;
    return {};
  }));
  ASSERT_EQ(shown->findings.size(), 1U);
  EXPECT_THAT(shown->findings[0].excerpt, testing::HasSubstr("we ship \u2022\u2022\u2022 in May"));
  for (const char* leak : {"Nightjar", "ightjar", "N\u2022", "\u2022\u2022\u2022\u2022"}) {
    EXPECT_EQ(left.find(leak), std::string::npos) << leak << " in " << left;
  }
}

// Category before the sender's group before '*', and who stands in.
TEST_F(GateTest, ReviewersAreThoseOfTheCategoryOrTheSendersGroup) {
  folder_.add("policy.yaml",
              "apiVersion: postern/v1\n"
              "organisation: {name: Example Corp, domains: [example.com, .example.com]}\n"
              "categories: {secret: {title: Secrets}, money: {title: Money}}\n"
              "groups: {sales: [alice@example.com], other: [ben@example.com]}\n"
              "liaisons:\n"
              "  money: {review: [cfo@example.com], deputy: [controller@example.com]}\n"
              "  sales: {review: [sales-lead@example.com]}\n"
              "  '*': {review: [ip@example.com]}\n");
  use_rules(
      "apiVersion: postern/v1\n"
      "detectors:\n"
      "  - {id: a, primary: {keywords: [Nightjar]}}\n"
      "  - {id: b, primary: {keywords: [Buzzard]}}\n"
      "rules:\n"
      "  - {id: secret.a, category: secret, mode: enforce, when: {content: {detector: a}}, then: {action: quarantine, "
      "review: [liaison]}}\n"
      "  - {id: money.b, category: money, mode: enforce, owner: boss@example.com, when: {content: {detector: b}},\n"
      "     then: {action: justify, review: [liaison, owner]}}\n");
  struct Case {
    const char* name;
    const char* sender;
    const char* body;
    std::vector<std::string> want;
  };
  response::Quarantine quarantine(*store_, clock_, store_.directory());
  int number = 0;
  for (const Case& c :
       {Case{"the sender's group", "alice@example.com", "Nightjar", {"liaison for secret (sales-lead@example.com)"}},
        Case{"nobody's", "carl@example.com", "Nightjar", {"liaison for secret (ip@example.com)"}},
        Case{"a group without a liaison", "ben@example.com", "Nightjar", {"liaison for secret (ip@example.com)"}},
        Case{"the category's before the group's",
             "alice@example.com",
             "Buzzard",
             {"liaison for money (cfo@example.com; deputies: controller@example.com)",
              "owner for money.b (boss@example.com)"}},
        Case{"the strictest action, everybody who is asked",
             "carl@example.com",
             "Nightjar Buzzard",
             {"liaison for money (cfo@example.com; deputies: controller@example.com)",
              "liaison for secret (ip@example.com)", "owner for money.b (boss@example.com)"}}}) {
    const std::string id = std::to_string(number++);
    Mail one = mail(std::string(c.body) + "\r\n", {"<bob@out.example>"},
                    {{"From", std::string(" ") + c.sender}, {"Message-ID", " <" + id + "@x.example>"}});
    one.envelope.sender = test::envelope_address("<" + std::string(c.sender) + ">");
    EXPECT_EQ(judge(one).kind, Kind::discard) << c.name;
    store::HoldFilter newest;
    newest.sender = c.sender;
    const auto holds = quarantine.list(newest);
    ASSERT_TRUE(holds && !holds->empty()) << c.name;
    std::vector<std::string> needs;
    const auto shown = quarantine.show(holds->front().hold.incident);
    ASSERT_TRUE(shown);
    for (const response::ApprovalNeed& need : shown->needs) needs.push_back(response::describe(need));
    EXPECT_EQ(needs, c.want) << c.name;
    clock_.advance(std::chrono::seconds(1));
  }
}

TEST_F(GateTest, WhomTheHeaderShowsIsReadFromTheMailNotFromTheEnvelope) {
  use_rules(
      "apiVersion: postern/v1\n"
      "rules:\n"
      "  - id: secret.open-copies\n"
      "    title: Everybody sees everybody\n"
      "    category: secret\n"
      "    mode: enforce\n"
      "    when: {recipients: {visible_outside_at_least: 3}}\n"
      "    then: {action: quarantine}\n");
  struct Case {
    const char* name;
    std::vector<std::pair<std::string, std::string>> headers;
    Kind want;
  };
  int number = 0;
  for (const Case& c : {Case{"shown", {{"To", "a@x.example, b@x.example"}, {"Cc", "C <c@x.example>"}}, Kind::discard},
                        Case{"hidden", {{"To", "a@x.example"}}, Kind::accept},
                        Case{"colleagues", {{"To", "a@x.example, b@x.example, c@example.com"}}, Kind::accept}}) {
    pool_.more_headers = c.headers;
    EXPECT_EQ(
        judge(mail("hello\r\n", {"<a@x.example>", "<b@x.example>", "<c@x.example>"},
                   {{"From", " alice@example.com"}, {"Message-ID", " <" + std::to_string(number++) + "@x.example>"}}))
            .kind,
        c.want)
        << c.name;
  }
}

}  // namespace
}  // namespace postern::pipeline
