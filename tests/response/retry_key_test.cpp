#include "response/retry_key.h"

#include "tests/response/a_mail.h"

namespace postern::response {
namespace {

using test::a_mail;

std::string key_of(const Mail& mail) {
  auto key = retry_key(mail);
  EXPECT_TRUE(key) << key.error().message;
  return key ? *key : std::string();
}

using Headers = std::vector<HeaderField>;

struct Attempt {
  std::string queue_id;
  Headers headers;
  std::string body = "Nightjar ships in May\r\n";
  std::vector<std::string> recipients = {"<bob@social.example>"};
};

std::string key_of(const Attempt& attempt) {
  return key_of(a_mail(attempt.headers, attempt.body, attempt.recipients, attempt.queue_id));
}

const HeaderField kFrom{"From", " alice@example.com"};
const HeaderField kTo{"To", " bob@social.example"};
const HeaderField kSubject{"Subject", " plans"};
const HeaderField kClientId{"Message-ID", " <77@laptop.example.com>"};
const HeaderField kClientDate{"Date", " Mon, 01 Feb 2027 07:00:00 +0000"};

struct Case {
  const char* name;
  Attempt first;
  Attempt second;
  bool same;
};

class RetryKey : public testing::TestWithParam<Case> {};

TEST_P(RetryKey, TellsRetriesFromNewMail) {
  const Case& c = GetParam();
  EXPECT_EQ(key_of(c.first) == key_of(c.second), c.same);
  EXPECT_EQ(key_of(c.first).size(), 64U);
}

const Attempt kClientMade{"AAA1", {kClientId, kClientDate, kFrom, kTo, kSubject}};

INSTANTIATE_TEST_SUITE_P(
    Table, RetryKey,
    testing::Values(
        Case{"fresh_queue_id", kClientMade, {"BBB2", kClientMade.headers}, true},
        // Postfix appends what is missing as Message-Id, Date, From.
        Case{"message_id_and_date_of_postfix",
             {"4XyZ1",
              {kFrom,
               kTo,
               kSubject,
               {"Message-Id", " <20270201070000.4XyZ1@mx.example.com>"},
               {"Date", " Mon,  1 Feb 2027 07:00:00 +0000 (UTC)"}}},
             {"4XyZ2",
              {kFrom,
               kTo,
               kSubject,
               {"Message-Id", " <20270201071500.4XyZ2@mx.example.com>"},
               {"Date", " Mon,  1 Feb 2027 07:15:00 +0000 (UTC)"}}},
             true},
        Case{"message_id_date_and_from_of_postfix",
             {"A1", {kTo, kSubject, {"Message-Id", " <20270201070000.A1@mx>"}, {"Date", " x"}, kFrom}},
             {"A2", {kTo, kSubject, {"Message-Id", " <20270201071500.A2@mx>"}, {"Date", " y"}, kFrom}},
             true},
        Case{"undisclosed_recipients_of_postfix",
             {"A1",
              {kSubject,
               {"Message-Id", " <20270201070000.A1@mx>"},
               {"Date", " x"},
               kFrom,
               {"To", " undisclosed-recipients:;"}}},
             {"A2",
              {kSubject,
               {"Message-Id", " <20270201071500.A2@mx>"},
               {"Date", " y"},
               kFrom,
               {"To", " undisclosed-recipients:;"}}},
             true},
        Case{"message_id_of_sendmail",
             {"311700As001234", {kFrom, kSubject, {"Date", " x"}, {"Message-Id", " <202702010700.311700As001234@mx>"}}},
             {"311715As001299", {kFrom, kSubject, {"Date", " y"}, {"Message-Id", " <202702010715.311715As001299@mx>"}}},
             true},
        Case{"only_the_date_is_the_mtas",
             {"A1", {kClientId, kFrom, kTo, kSubject, {"Date", " x"}}},
             {"A2", {kClientId, kFrom, kTo, kSubject, {"Date", " y"}}},
             true},
        Case{"signed_and_scanned_on_the_way",
             {"A1",
              {{"Received", " by a"},
               kFrom,
               kSubject,
               {"Message-Id", " <20270201070000.A1@mx>"},
               {"Date", " x"},
               {"DKIM-Signature", " t=1"},
               {"X-Spam-Status", " No, 0.1"}}},
             {"A2",
              {{"Received", " by b"},
               {"Received", " by c"},
               kFrom,
               kSubject,
               {"Message-Id", " <20270201071500.A2@mx>"},
               {"Date", " y"},
               {"DKIM-Signature", " t=2"},
               {"ARC-Seal", " t=2"},
               {"Authentication-Results", " z"}}},
             true},
        Case{"resent_by_the_mta",
             {"A1",
              {kFrom,
               kSubject,
               kClientId,
               kClientDate,
               {"Resent-To", " bob"},
               {"Resent-Message-Id", " <20270201070000.A1@mx>"},
               {"Resent-Date", " x"},
               {"Resent-From", " alice"}}},
             {"A2",
              {kFrom,
               kSubject,
               kClientId,
               kClientDate,
               {"Resent-To", " bob"},
               {"Resent-Message-Id", " <20270201071500.A2@mx>"},
               {"Resent-Date", " y"},
               {"Resent-From", " alice"}}},
             true},
        Case{"forged_headers_of_ours",
             {"A1", {kClientId, {"X-Postern-Release", " a"}, kSubject}},
             {"A2", {kClientId, kSubject}},
             true},
        Case{"recipients_in_another_order_and_spelling",
             {"A1", kClientMade.headers, "b", {"<bob@social.example>", "carol@Example.COM"}},
             {"A2", kClientMade.headers, "b", {"<Carol@example.com>", "<bob@social.example>", "<bob@social.example>"}},
             true},
        Case{"header_names_in_another_case",
             {"A1", {{"SUBJECT", " plans"}, kTo}},
             {"A2", {{"subject", " plans"}, kTo}},
             true},
        Case{"line_ends_of_folds", {"A1", {{"Subject", " a\r\n b"}, kTo}}, {"A2", {{"Subject", " a\n b"}, kTo}}, true},

        Case{"another_body", kClientMade, {"A2", kClientMade.headers, "Nightjar ships in June\r\n"}, false},
        Case{"another_recipient",
             kClientMade,
             {"A2", kClientMade.headers, kClientMade.body, {"<eve@social.example>"}},
             false},
        Case{"one_recipient_more",
             kClientMade,
             {"A2", kClientMade.headers, kClientMade.body, {"<bob@social.example>", "<eve@social.example>"}},
             false},
        Case{"another_subject", kClientMade, {"A2", {kClientId, kClientDate, kFrom, kTo, {"Subject", " plan"}}}, false},
        Case{"another_message_id_of_the_client",
             kClientMade,
             {"A2", {{"Message-ID", " <78@laptop.example.com>"}, kClientDate, kFrom, kTo, kSubject}},
             false},
        Case{"another_date_of_the_client",
             kClientMade,
             {"A2", {kClientId, {"Date", " Tue, 02 Feb 2027 07:00:00 +0000"}, kFrom, kTo, kSubject}},
             false},
        // Made by an earlier hop: its queue id is not ours, so it is the same at each try of that hop.
        Case{"message_ids_of_another_mta",
             {"A1", {kFrom, kTo, kSubject, {"Message-Id", " <20270201070000.ZZZ1@relay>"}}},
             {"A2", {kFrom, kTo, kSubject, {"Message-Id", " <20270201071500.ZZZ2@relay>"}}},
             false},
        Case{"message_id_that_only_looks_made",
             {"A1", {kFrom, kTo, kSubject, {"Message-Id", " <2027.A1@mx>"}}},
             {"A2", {kFrom, kTo, kSubject, {"Message-Id", " <2027.A2@mx>"}}},
             false},
        Case{"fields_in_another_order", {"A1", {kTo, kSubject}}, {"A2", {kSubject, kTo}}, false},
        Case{"a_field_moved_into_the_body", {"A1", {kTo, {"X", " y"}}, "b"}, {"A2", {kTo}, "x yb"}, false}),
    [](const auto& c) { return c.param.name; });

TEST(RetryKeyIdentity, IsTheLoginAndTheEnvelopeSender) {
  const auto from = [](const std::string& sender, const std::string& login = "") {
    Mail mail = a_mail(kClientMade.headers, kClientMade.body, kClientMade.recipients);
    mail.envelope.sender = test::envelope_address(sender);
    mail.envelope.authenticated = login;
    return key_of(mail);
  };
  EXPECT_EQ(from("<alice@example.com>"), from("alice@EXAMPLE.com")) << "as recipients are compared";
  EXPECT_NE(from("<alice@example.com>"), from("<carol@example.com>"));
  EXPECT_NE(from("<alice@example.com>"), from("<>"));
  EXPECT_EQ(from("<>"), from("")) << "mail that did not come by SMTP has no brackets";
  EXPECT_EQ(from("<team@example.com>", "Alice"), from("<team@example.com>", "alice"));
  EXPECT_NE(from("<team@example.com>", "alice"), from("<team@example.com>", "carol"));
}

TEST(RetryKeyIdentity, UnparsableRecipientsStillCount) {
  const auto with = [](const std::string& raw) {
    Mail mail = a_mail(kClientMade.headers, kClientMade.body, {});
    mail.envelope.recipients.push_back({raw, Address{}, {}});
    return key_of(mail);
  };
  EXPECT_NE(with("<@@one>"), with("<@@two>"));
  EXPECT_EQ(with("<@@one>"), with("<@@ONE>"));
}

}  // namespace
}  // namespace postern::response
