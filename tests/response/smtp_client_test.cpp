#include "response/smtp_client.h"

#include <thread>

#include <gtest/gtest.h>

#include "response/smtp_client_parameters.h"
#include "tests/support/fake_smtp_server.h"

namespace postern::response {
namespace {

using postern::testing::FakeSmtpServer;
using postern::testing::SmtpScript;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kContent = "Subject: x\r\n\r\nhello\r\n";

SmtpOptions options_for(const FakeSmtpServer& server) {
  SmtpOptions options;
  options.server = SmtpEndpoint::parse(server.endpoint()).value();
  options.helo_name = "gate.example.com";
  return options;
}

OutgoingMail mail_to(std::vector<std::string> addresses) {
  OutgoingMail mail;
  mail.sender = "alice@example.com";
  for (auto& address : addresses) mail.recipients.push_back({std::move(address), {}});
  mail.content = kContent;
  return mail;
}

std::string word(const RecipientResult& result) {
  return std::string(to_string(result.delivery)) + " " + std::string(to_string(result.stage)) + " " +
         std::to_string(result.reply.code);
}

std::vector<std::string> words(const SendReport& report) {
  std::vector<std::string> out;
  for (const auto& result : report.recipients) out.push_back(word(result));
  return out;
}

TEST(SmtpClient, DeliversOverLoopbackAndSaysWhatWasSaid) {
  FakeSmtpServer server({{{"DOT", "250 2.6.0 queued as 4XyZ"}}, {}, "", "", 0});
  SmtpClient client(options_for(server));
  const auto report = client.send(mail_to({"bob@example.net"}));
  EXPECT_THAT(words(report), ElementsAre("delivered final-dot 250"));
  EXPECT_EQ(report.recipients[0].reply.enhanced, "2.6.0");
  EXPECT_EQ(report.recipients[0].reply.text, "queued as 4XyZ");
  const auto seen = server.wait_for(1);
  EXPECT_THAT(seen[0].commands, ElementsAre("EHLO gate.example.com", "MAIL FROM:<alice@example.com>",
                                            "RCPT TO:<bob@example.net>", "DATA", "QUIT"));
  EXPECT_EQ(seen[0].wire, kContent);
}

TEST(SmtpClient, DeliversOverAUnixSocket) {
  char dir[] = "/tmp/postern-smtp-XXXXXX";
  ASSERT_NE(::mkdtemp(dir), nullptr);
  {
    FakeSmtpServer server({}, std::string(dir) + "/smtp.sock");
    SmtpClient client(options_for(server));
    EXPECT_THAT(words(client.send(mail_to({"b@c"}))), ElementsAre("delivered final-dot 250"));
  }
  ::rmdir(dir);
}

TEST(SmtpClient, NullSender) {
  FakeSmtpServer server({});
  SmtpClient client(options_for(server));
  auto mail = mail_to({"b@c"});
  mail.sender.clear();
  client.send(mail);
  EXPECT_EQ(server.wait_for(1)[0].commands[1], "MAIL FROM:<>");
}

struct ContentCase {
  std::string name, content, wire;
};

class SmtpContent : public ::testing::TestWithParam<ContentCase> {};

TEST_P(SmtpContent, OnTheWire) {
  FakeSmtpServer server({});
  SmtpClient client(options_for(server));
  auto mail = mail_to({"b@c"});
  mail.content = GetParam().content;
  EXPECT_THAT(words(client.send(mail)), ElementsAre("delivered final-dot 250"));
  const auto seen = server.wait_for(1);
  EXPECT_TRUE(seen[0].complete);
  EXPECT_TRUE(seen[0].wire == GetParam().wire) << seen[0].wire.size() << " bytes instead of " << GetParam().wire.size();
  EXPECT_EQ(seen[0].commands.back(), "QUIT");  // nothing of the content was taken for a command
}

INSTANTIATE_TEST_SUITE_P(
    Table, SmtpContent,
    ::testing::Values(
        ContentCase{"leading_dots", "a\r\n\r\n.\r\n..\r\n.b\r\n", "a\r\n\r\n..\r\n...\r\n..b\r\n"},
        ContentCase{"dot_first_of_all", ".\r\n", "..\r\n"},
        ContentCase{"bare_lf_cannot_end_the_message", "a\n.\nMAIL FROM:<x@y>\n", "a\r\n..\r\nMAIL FROM:<x@y>\r\n"},
        ContentCase{"mixed_line_ends", "a\n.\r\nb", "a\r\n..\r\nb\r\n"},
        ContentCase{"no_final_line_end", "a\r\n\r\nend", "a\r\n\r\nend\r\n"}, ContentCase{"empty", "", ""},
        ContentCase{"bare_cr_is_a_space", "a\rb\r\n", "a b\r\n"},
        ContentCase{"bare_cr_cannot_end_the_message", "a\r.\r\n\r.\r\n.\rMAIL FROM:<x@y>\r\n",
                    "a .\r\n .\r\n.. MAIL FROM:<x@y>\r\n"},
        ContentCase{"crs_before_lf_are_one_line_end", "a\r\r\n.\r\r\n\r\r\n", "a\r\n..\r\n\r\n"},
        ContentCase{"cr_last_of_all", "a\r", "a \r\n"},
        ContentCase{"line_over_998", std::string(5000, 'x') + "\r\n", std::string(5000, 'x') + "\r\n"},
        ContentCase{"line_over_many_blocks", std::string(200'000, '.') + "\r\n", std::string(200'001, '.') + "\r\n"},
        ContentCase{"eight_bit", "\xC3\xA4\x80\xFF\r\n", "\xC3\xA4\x80\xFF\r\n"},
        ContentCase{"nul", std::string("a\0b\r\n", 5), std::string("a\0b\r\n", 5)}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(SmtpClient, BlocksBreakAnywhereAndTheBytesStay) {
  // Lines of every length across the block border, each starting with a dot.
  std::string content;
  for (size_t i = 0; content.size() < 300'000; i++) content += "." + std::string(i % 200, 'y') + "\r\n";
  FakeSmtpServer server({});
  SmtpClient client(options_for(server));
  auto mail = mail_to({"b@c"});
  mail.content = content;
  client.send(mail);
  EXPECT_TRUE(server.wait_for(1)[0].content() == content);
}

TEST(SmtpClient, PrefixIsMadeForWhoWasAccepted) {
  FakeSmtpServer server({{{"RCPT TO:<no@c>", "550 5.1.1 no such user"}}, {}, "", "", 0});
  SmtpClient client(options_for(server));
  auto mail = mail_to({"a@c", "no@c", "z@c"});
  mail.prefix = [](std::span<const size_t> accepted) {
    std::string value;
    for (const size_t i : accepted) value += " " + std::to_string(i);
    return "X-Test:" + value + "\r\n";
  };
  EXPECT_THAT(words(client.send(mail)),
              ElementsAre("delivered final-dot 250", "permanent rcpt 550", "delivered final-dot 250"));
  EXPECT_EQ(server.wait_for(1)[0].wire, "X-Test: 0 2\r\n" + std::string(kContent));
}

struct ScriptCase {
  std::string name;
  SmtpScript script;
  std::vector<std::string> results;  // for recipients a@c and b@c
};

class SmtpResults : public ::testing::TestWithParam<ScriptCase> {};

TEST_P(SmtpResults, PerRecipient) {
  for (const bool pipelining : {false, true}) {
    SmtpScript script = GetParam().script;
    if (pipelining) script.extensions.emplace_back("PIPELINING");
    FakeSmtpServer server(script);
    SmtpOptions options = options_for(server);
    // The server never answers, so however long the wait is, it ends by the deadline; only the wait for the
    // silent reply is short.
    const std::chrono::milliseconds brief{250};
    if (script.silent_at == "GREETING")
      options.timeouts.greeting = brief;
    else if (script.silent_at == "DOT")
      options.timeouts.final_dot = brief;
    else if (!script.silent_at.empty())
      options.timeouts.command = brief;
    SmtpClient client(options);
    EXPECT_EQ(words(client.send(mail_to({"a@c", "b@c"}))), GetParam().results) << (pipelining ? "pipelined" : "plain");
  }
}

SmtpScript says(std::string name, std::string reply) {
  return {{{std::move(name), std::move(reply)}}, {}, "", "", 0};
}
SmtpScript vanishes(std::string name, size_t bytes = 0) {
  return {{}, {}, std::move(name), "", bytes};
}
SmtpScript silent(std::string name) {
  return {{}, {}, "", std::move(name), 0};
}

INSTANTIATE_TEST_SUITE_P(
    Table, SmtpResults,
    ::testing::Values(
        ScriptCase{"greeting_4xx", says("GREETING", "421 busy"), {"temporary greeting 421", "temporary greeting 421"}},
        ScriptCase{"greeting_5xx_is_about_the_server",
                   says("GREETING", "554 no"),
                   {"temporary greeting 554", "temporary greeting 554"}},
        ScriptCase{"ehlo_4xx", says("EHLO", "421 busy"), {"temporary ehlo 421", "temporary ehlo 421"}},
        ScriptCase{"ehlo_unknown_helo_works",
                   says("EHLO", "502 what"),
                   {"delivered final-dot 250", "delivered final-dot 250"}},
        ScriptCase{"mail_4xx", says("MAIL", "451 4.3.0 later"), {"temporary mail 451", "temporary mail 451"}},
        ScriptCase{"mail_5xx", says("MAIL", "550 5.7.1 never"), {"permanent mail 550", "permanent mail 550"}},
        ScriptCase{
            "one_rcpt_5xx", says("RCPT TO:<a@c>", "550 5.1.1 who"), {"permanent rcpt 550", "delivered final-dot 250"}},
        ScriptCase{
            "one_rcpt_4xx", says("RCPT TO:<b@c>", "450 4.2.0 grey"), {"delivered final-dot 250", "temporary rcpt 450"}},
        ScriptCase{"all_rcpt_5xx", says("RCPT", "550 5.1.1 who"), {"permanent rcpt 550", "permanent rcpt 550"}},
        ScriptCase{"rcpt_552_is_too_many",
                   says("RCPT TO:<b@c>", "552 too many"),
                   {"delivered final-dot 250", "temporary rcpt 552"}},
        ScriptCase{"rcpt_421_ends_it", says("RCPT TO:<b@c>", "421 bye"), {"temporary rcpt 421", "temporary rcpt 421"}},
        ScriptCase{"data_4xx", says("DATA", "451 later"), {"temporary data 451", "temporary data 451"}},
        ScriptCase{"data_5xx", says("DATA", "554 no valid"), {"permanent data 554", "permanent data 554"}},
        ScriptCase{"data_2xx_is_nonsense", says("DATA", "250 ok"), {"temporary data 250", "temporary data 250"}},
        ScriptCase{"dot_4xx", says("DOT", "451 4.7.1 later"), {"temporary final-dot 451", "temporary final-dot 451"}},
        ScriptCase{"dot_5xx", says("DOT", "550 5.7.1 content"), {"permanent final-dot 550", "permanent final-dot 550"}},
        ScriptCase{"dot_354_is_nonsense", says("DOT", "354 more"), {"unknown final-dot 354", "unknown final-dot 354"}},
        ScriptCase{"vanish_greeting", vanishes("GREETING"), {"temporary greeting 0", "temporary greeting 0"}},
        ScriptCase{"vanish_ehlo", vanishes("EHLO"), {"temporary ehlo 0", "temporary ehlo 0"}},
        ScriptCase{"vanish_mail", vanishes("MAIL"), {"temporary mail 0", "temporary mail 0"}},
        ScriptCase{"vanish_rcpt", vanishes("RCPT TO:<b@c>"), {"temporary rcpt 0", "temporary rcpt 0"}},
        ScriptCase{"vanish_data", vanishes("DATA"), {"temporary data 0", "temporary data 0"}},
        ScriptCase{"vanish_after_final_dot", vanishes("DOT"), {"unknown final-dot 0", "unknown final-dot 0"}},
        ScriptCase{"silent_greeting", silent("GREETING"), {"temporary greeting 0", "temporary greeting 0"}},
        ScriptCase{"silent_ehlo", silent("EHLO"), {"temporary ehlo 0", "temporary ehlo 0"}},
        ScriptCase{"silent_mail", silent("MAIL"), {"temporary mail 0", "temporary mail 0"}},
        ScriptCase{"silent_rcpt", silent("RCPT TO:<b@c>"), {"temporary rcpt 0", "temporary rcpt 0"}},
        ScriptCase{"silent_data", silent("DATA"), {"temporary data 0", "temporary data 0"}},
        ScriptCase{"silent_after_final_dot", silent("DOT"), {"unknown final-dot 0", "unknown final-dot 0"}},
        ScriptCase{"no_smtp", says("GREETING", "SSH-2.0-OpenSSH"), {"temporary greeting 0", "temporary greeting 0"}},
        ScriptCase{"code_changes", says("MAIL", "250-a\r\n550 b"), {"temporary mail 0", "temporary mail 0"}},
        ScriptCase{"bare_codes", says("MAIL", "250"), {"delivered final-dot 250", "delivered final-dot 250"}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(SmtpClient, VanishingInTheContentIsTemporary) {
  const std::string large(8 << 20, 'x');  // more than the socket buffers hold
  FakeSmtpServer server(vanishes("CONTENT", 4096));
  SmtpClient client(options_for(server));
  auto mail = mail_to({"a@c"});
  mail.content = large;
  const auto report = client.send(mail);
  EXPECT_THAT(words(report), ElementsAre("temporary content 0"));
  EXPECT_FALSE(server.wait_for(1)[0].complete);
}

TEST(SmtpClient, NobodyListens) {
  SmtpOptions options;
  options.server = SmtpEndpoint::parse("unix:/nonexistent/smtp.sock").value();
  const auto report = SmtpClient(options).send(mail_to({"a@c"}));
  EXPECT_THAT(words(report), ElementsAre("temporary connect 0"));
  EXPECT_THAT(report.recipients[0].reply.text, HasSubstr("unix:/nonexistent/smtp.sock"));
}

TEST(SmtpClient, EndlessRepliesAreCutOff) {
  std::string lines;
  for (int i = 0; i < 200; i++) lines += "250-x\r\n";
  for (const std::string& reply : {lines + "250 x", "250 " + std::string(10'000, 'x')}) {
    FakeSmtpServer server(says("MAIL", reply));
    SmtpClient client(options_for(server));
    EXPECT_THAT(words(client.send(mail_to({"a@c"}))), ElementsAre("temporary mail 0"));
  }
}

TEST(SmtpClient, MultilineReplyIsOneText) {
  FakeSmtpServer server(says("DOT", "550-5.7.1 first\r\n550-5.7.1 sec\tond\r\n550 5.7.1 " + std::string(2000, 'x')));
  SmtpClient client(options_for(server));
  const auto reply = client.send(mail_to({"a@c"})).recipients[0].reply;
  EXPECT_EQ(reply.enhanced, "5.7.1");
  EXPECT_THAT(reply.text, ::testing::StartsWith("first sec ond xxx"));
  EXPECT_EQ(reply.text.size(), kMaxReplyText);
}

TEST(SmtpClient, EnhancedCodeOfAnotherClassIsText) {
  FakeSmtpServer server(says("DOT", "250 5.1.1 well"));
  const auto reply = SmtpClient(options_for(server)).send(mail_to({"a@c"})).recipients[0].reply;
  EXPECT_EQ(reply.enhanced, "");
  EXPECT_EQ(reply.text, "5.1.1 well");
}

TEST(SmtpClient, AThousandRecipientsPipelined) {
  SmtpScript script;
  script.extensions = {"PIPELINING"};
  FakeSmtpServer server(script);
  std::vector<std::string> addresses;
  for (int i = 0; i < 1000; i++) addresses.push_back("user" + std::to_string(i) + "@example.net");
  const auto report = SmtpClient(options_for(server)).send(mail_to(addresses));
  EXPECT_TRUE(std::all_of(report.recipients.begin(), report.recipients.end(),
                          [](const auto& result) { return result.delivery == Delivery::delivered; }));
  EXPECT_EQ(server.wait_for(1)[0].commands.size(), 1000u + 4);
}

TEST(SmtpClient, InterruptEndsAWait) {
  FakeSmtpServer server(silent("MAIL"));
  SmtpClient client(options_for(server));
  SendReport report;
  std::thread sender([&] { report = client.send(mail_to({"a@c"})); });
  server.wait_for_command("MAIL");
  client.interrupt();
  sender.join();
  EXPECT_THAT(words(report), ElementsAre("temporary mail 0"));
  EXPECT_EQ(report.recipients[0].reply.text, "interrupted");
}

TEST(SmtpClient, AddressesThatWouldBeCommandsAreNeverSent) {
  for (const std::string bad : {"a@c>\r\nRCPT TO:<x@y", "a b@c", "a@c> NOTIFY=NEVER", "\"a@c", ""}) {
    FakeSmtpServer server({});
    const auto report = SmtpClient(options_for(server)).send(mail_to({bad, "b@c"}));
    EXPECT_THAT(words(report), ElementsAre("permanent local 501", "delivered final-dot 250")) << bad;
    EXPECT_EQ(server.wait_for(1)[0].commands.size(), 5u) << bad;
  }
}

struct ParameterCase {
  std::string name;
  std::vector<std::string> extensions;
  std::vector<std::string> mail;  // parameters
  std::vector<std::string> rcpt;
  std::string mail_command;  // empty: refused
  std::string rcpt_command;
  std::vector<std::string> dropped;
};

class SmtpParameters : public ::testing::TestWithParam<ParameterCase> {};

TEST_P(SmtpParameters, PlanTheEnvelope) {
  const auto& expected = GetParam();
  OutgoingMail mail;
  mail.sender = "a@b";
  mail.parameters = expected.mail;
  mail.recipients.push_back({"c@d", expected.rcpt});
  const auto plan = plan_envelope(mail, {expected.extensions.begin(), expected.extensions.end()}, 77);
  EXPECT_EQ(plan.mail_command, expected.mail_command);
  EXPECT_EQ(plan.recipients.empty() ? "" : plan.recipients[0].command, expected.rcpt_command);
  EXPECT_EQ(plan.dropped, expected.dropped);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SmtpParameters,
    ::testing::Values(
        ParameterCase{"all_offered",
                      {"SIZE", "8BITMIME", "DSN", "SMTPUTF8"},
                      {"SIZE=5", "BODY=8BITMIME", "RET=HDRS", "ENVID=x+3Dy", "SMTPUTF8"},
                      {"NOTIFY=SUCCESS,FAILURE", "ORCPT=rfc822;c@d"},
                      "MAIL FROM:<a@b> BODY=8BITMIME RET=HDRS ENVID=x+3Dy SMTPUTF8 SIZE=77",
                      "RCPT TO:<c@d> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;c@d",
                      {}},
        ParameterCase{"nothing_offered",
                      {},
                      {"SIZE=5", "BODY=8BITMIME", "RET=HDRS", "SMTPUTF8"},
                      {"NOTIFY=NEVER"},
                      "MAIL FROM:<a@b>",
                      "RCPT TO:<c@d>",
                      {"BODY=8BITMIME", "RET=HDRS", "SMTPUTF8", "NOTIFY=NEVER"}},
        ParameterCase{
            "lower_case", {"8BITMIME"}, {"body=8bitmime"}, {}, "MAIL FROM:<a@b> BODY=8BITMIME", "RCPT TO:<c@d>", {}},
        ParameterCase{"binary_goes_by_data",
                      {"8BITMIME"},
                      {"BODY=BINARYMIME"},
                      {},
                      "MAIL FROM:<a@b> BODY=8BITMIME",
                      "RCPT TO:<c@d>",
                      {"BODY=BINARYMIME"}},
        ParameterCase{
            "unknown", {"X-FOO"}, {"X-FOO=1"}, {"X-BAR"}, "MAIL FROM:<a@b>", "RCPT TO:<c@d>", {"X-FOO=1", "X-BAR"}},
        ParameterCase{
            "hold_again", {"FUTURERELEASE"}, {"HOLDFOR=60"}, {}, "MAIL FROM:<a@b>", "RCPT TO:<c@d>", {"HOLDFOR=60"}},
        ParameterCase{"requiretls_offered",
                      {"REQUIRETLS"},
                      {"REQUIRETLS"},
                      {},
                      "MAIL FROM:<a@b> REQUIRETLS",
                      "RCPT TO:<c@d>",
                      {}},
        ParameterCase{"requiretls_forbids_less", {}, {"REQUIRETLS"}, {}, "", "", {}},
        ParameterCase{"injection",
                      {"DSN"},
                      {"ENVID=x\r\nRSET"},
                      {"NOTIFY=NEVER RCPT"},
                      "MAIL FROM:<a@b>",
                      "RCPT TO:<c@d>",
                      {"ENVID=x\r\nRSET", "NOTIFY=NEVER RCPT"}}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(SmtpParametersUtf8, AddressesThatNeedItGetItOrFail) {
  OutgoingMail mail;
  mail.sender = "a@b";
  mail.recipients = {{"j\xC3\xB6rg@d", {}}, {"c@d", {}}};
  const auto offered = plan_envelope(mail, {"SMTPUTF8"}, 1);
  EXPECT_EQ(offered.mail_command, "MAIL FROM:<a@b> SMTPUTF8");
  EXPECT_EQ(offered.recipients[0].command, "RCPT TO:<j\xC3\xB6rg@d>");
  const auto plain = plan_envelope(mail, {}, 1);
  EXPECT_EQ(plain.recipients[0].command, "");
  EXPECT_EQ(plain.recipients[0].refused.reply.enhanced, "5.6.7");
  EXPECT_EQ(plain.recipients[1].command, "RCPT TO:<c@d>");
  mail.sender = "j\xC3\xB6rg@b";
  EXPECT_EQ(plan_envelope(mail, {}, 1).mail_command, "");
}

struct EndpointCase {
  std::string text, shown;  // shown empty: refused
};

TEST(SmtpEndpoint, Parses) {
  const std::vector<EndpointCase> cases{
      {"inet:127.0.0.1:10025", "inet:127.0.0.1:10025"},
      {"relay.example.com:587", "inet:relay.example.com:587"},
      {"inet:[::1]:25", "inet:[::1]:25"},
      {"unix:/run/x.sock", "unix:/run/x.sock"},
      {"unix:run/x.sock", ""},
      {"relay.example.com", ""},
      {"inet:::1:25", ""},
      {"host:0", ""},
      {"host:65536", ""},
      {"host:25x", ""},
      {":25", ""},
      {"", ""},
  };
  for (const auto& [text, shown] : cases) {
    const auto endpoint = SmtpEndpoint::parse(text);
    EXPECT_EQ(endpoint ? endpoint->to_string() : "", shown) << text;
  }
}

}  // namespace
}  // namespace postern::response
