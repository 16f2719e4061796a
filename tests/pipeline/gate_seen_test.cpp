// What is seen of the gate's work (log, counters), and whom it believes.
#include <cstring>

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

}  // namespace
}  // namespace postern::pipeline
