#include "response/release_token.h"

#include <functional>

#include <gtest/gtest.h>

#include "response/release_token_canonical.h"

namespace postern::response {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const WallTime kNow = parse_rfc3339("2027-02-01T07:00:00Z").value();
const std::string kHold = "0123456789abcdef0123456789abcdef";
const std::string kHeader =
    "Received: from a by b\r\n"
    "From: Alice <alice@example.com>\r\n"
    "To: press@news.example, bob@partner.example\r\n"
    "Subject: Plans for\r\n the  summer\r\n"
    "Date: Mon, 01 Feb 2027 06:00:00 +0000\r\n"
    "Message-ID: <1@example.com>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: 8bit\r\n";
const std::string kBody = "Hello,\r\n\r\n  the plan.\r\n.\r\n";

ReleaseKey key_of(unsigned char fill) {
  ReleaseKey key;
  key.fill(fill);
  return key;
}

EnvelopeAddress address(const std::string& raw) {
  return {raw, parse_address(raw).value_or(Address{}), {}};
}

// A message on its way, that a case may change before it arrives.
struct Arrival {
  std::string token;  // the header line
  std::vector<HeaderField> headers;
  std::string body = kBody;
  Envelope envelope;
  WallTime now = kNow;
  ReleaseKey key = key_of(7);

  HeaderField& field(const std::string& name) {
    for (auto& one : headers) {
      if (one.name == name) return one;
    }
    throw std::out_of_range(name);
  }
  void add(const std::string& name, const std::string& value) { headers.push_back({name, value}); }
  void erase(const std::string& name) {
    std::erase_if(headers, [&](const HeaderField& one) { return one.name == name; });
  }
  std::string& token_value() { return field(std::string(kReleaseHeader)).value; }
};

Arrival released() {
  Arrival arrival;
  arrival.envelope.sender = address("<alice@example.com>");
  arrival.envelope.recipients = {address("<press@news.example>"), address("<bob@partner.example>")};
  const auto digests = digest_for_release(kHeader + "\r\n" + kBody, {});
  arrival.token = make_release_header(arrival.key, {kHold, arrival.envelope.sender, arrival.envelope.recipients},
                                      digests, kNow + minutes(60))
                      .value();
  arrival.headers = split_message(arrival.token + kHeader).fields;
  return arrival;
}

std::string verify(const Arrival& arrival) {
  Mail mail;
  mail.envelope = arrival.envelope;
  mail.headers = arrival.headers;
  std::string bytes;
  for (const auto& field : arrival.headers) bytes += field.name + ":" + field.value + "\r\n";
  bytes += "\r\n";
  mail.body_offset = bytes.size();
  mail.message = Blob::copy_of(bytes + arrival.body).value();
  const auto verified = verify_release(arrival.key, mail, arrival.now);
  return verified ? "hold " + verified->hold : std::string(to_string(verified.error()));
}

struct Case {
  std::string name;
  std::function<void(Arrival&)> change;
  std::string expected;
};

class ReleaseToken : public ::testing::TestWithParam<Case> {};

TEST_P(ReleaseToken, Verify) {
  Arrival arrival = released();
  GetParam().change(arrival);
  EXPECT_EQ(verify(arrival), GetParam().expected);
}

const std::string kGood = "hold " + kHold;

// What transfer by SMTP may do to a message.
INSTANTIATE_TEST_SUITE_P(
    Survives, ReleaseToken,
    ::testing::Values(
        Case{"nothing", [](Arrival&) {}, kGood},
        Case{"subject_refolded", [](Arrival& a) { a.field("Subject").value = " Plans\n\tfor the summer"; }, kGood},
        Case{"content_type_refolded",
             [](Arrival& a) { a.field("Content-Type").value = " text/plain;\r\n\tcharset=utf-8"; }, kGood},
        Case{"name_in_capitals", [](Arrival& a) { a.field("Subject").name = "SUBJECT"; }, kGood},
        Case{"token_refolded", [](Arrival& a) { a.token_value() = " v1;\n hold=" + a.token_value().substr(10); },
             kGood},
        Case{"trace_fields_added",
             [](Arrival& a) {
               a.add("Received", " from gate");
               a.add("DKIM-Signature", " v=1");
             },
             kGood},
        Case{"to_rewritten", [](Arrival& a) { a.field("To").value = " <press@news.example>"; }, kGood},
        Case{"recipients_in_another_order",
             [](Arrival& a) { std::swap(a.envelope.recipients[0], a.envelope.recipients[1]); }, kGood},
        Case{"recipient_twice", [](Arrival& a) { a.envelope.recipients.push_back(a.envelope.recipients[0]); }, kGood},
        Case{"brackets_left_out", [](Arrival& a) { a.envelope.sender = address("alice@example.com"); }, kGood},
        Case{"token_twice", [](Arrival& a) { a.headers.push_back(a.headers[0]); }, kGood},
        Case{"token_made_up_by_the_sender",
             [](Arrival& a) { a.add("x-postern-RELEASE ", " v1; hold=00; exp=9; mac=" + std::string(64, '0')); },
             kGood},
        Case{"token_made_up_by_the_sender_on_top",
             [](Arrival& a) {
               a.headers.insert(a.headers.begin(), {"X-Postern-Release", " v1"});
             },
             kGood},
        Case{"empty_lines_at_the_end", [](Arrival& a) { a.body += "\r\n\r\n"; }, kGood},
        Case{"final_line_end_lost", [](Arrival& a) { a.body.resize(a.body.size() - 2); }, kGood},
        Case{"line_ends_as_lf", [](Arrival& a) { a.body = "Hello,\n\n  the plan.\n.\n"; }, kGood},
        Case{"extra_cr_before_the_line_end", [](Arrival& a) { a.body = "Hello,\r\r\n\r\n  the plan.\r\n.\r\n"; },
             kGood},
        Case{"the_last_second", [](Arrival& a) { a.now = kNow + minutes(60) - std::chrono::milliseconds(1); }, kGood}),
    [](const auto& param_info) { return param_info.param.name; });

// Nothing else passes.
INSTANTIATE_TEST_SUITE_P(
    Refuses, ReleaseToken,
    ::testing::Values(
        Case{"no_token", [](Arrival& a) { a.erase(std::string(kReleaseHeader)); }, "absent"},
        Case{"forged_token_alone",
             [](Arrival& a) { a.token_value() = " v1; hold=00; exp=9999999999; mac=" + std::string(64, '0'); },
             "mismatch"},
        Case{"body_changed", [](Arrival& a) { a.body[0] = 'J'; }, "mismatch"},
        Case{"body_appended", [](Arrival& a) { a.body += "and the codename\r\n"; }, "mismatch"},
        Case{"body_cut", [](Arrival& a) { a.body = "Hello,\r\n"; }, "mismatch"},
        Case{"body_emptied", [](Arrival& a) { a.body = ""; }, "mismatch"},
        Case{"space_inside_the_body", [](Arrival& a) { a.body.replace(8, 2, "\r\n "); }, "mismatch"},
        Case{"empty_line_inside_the_body", [](Arrival& a) { a.body.insert(8, "\r\n"); }, "mismatch"},
        Case{"subject_changed", [](Arrival& a) { a.field("Subject").value += "!"; }, "mismatch"},
        Case{"subject_removed", [](Arrival& a) { a.erase("Subject"); }, "mismatch"},
        Case{"subject_twice", [](Arrival& a) { a.add("Subject", a.field("Subject").value); }, "mismatch"},
        Case{"subject_twice_first_empty", [](Arrival& a) { a.headers.insert(a.headers.begin(), {"Subject", ""}); },
             "mismatch"},
        Case{"from_changed", [](Arrival& a) { a.field("From").value = " Mallory <alice@example.com>"; }, "mismatch"},
        Case{"from_missing", [](Arrival& a) { a.erase("From"); }, "mismatch"},
        Case{"from_twice", [](Arrival& a) { a.add("from", " eve@evil.example"); }, "mismatch"},
        Case{"from_twice_with_space", [](Arrival& a) { a.add("From ", " eve@evil.example"); }, "mismatch"},
        Case{"date_changed", [](Arrival& a) { a.field("Date").value = " Tue, 02 Feb 2027 06:00:00 +0000"; }, "mismatch"},
        Case{"message_id_changed", [](Arrival& a) { a.field("Message-ID").value = " <2@example.com>"; }, "mismatch"},
        Case{"content_type_changed", [](Arrival& a) { a.field("Content-Type").value = " text/html"; }, "mismatch"},
        Case{"content_type_twice", [](Arrival& a) { a.add("Content-Type", " text/html"); }, "mismatch"},
        Case{"encoding_changed", [](Arrival& a) { a.field("Content-Transfer-Encoding").value = " base64"; }, "mismatch"},
        Case{"another_content_field", [](Arrival& a) { a.add("Content-Disposition", " attachment"); }, "mismatch"},
        Case{"mime_version_removed", [](Arrival& a) { a.erase("MIME-Version"); }, "mismatch"},
        Case{"covered_fields_in_another_order", [](Arrival& a) { std::swap(a.field("Subject"), a.field("Date")); },
             "mismatch"},
        Case{"recipient_added",
             [](Arrival& a) { a.envelope.recipients.push_back(address("<rival@evil.example>")); }, "mismatch"},
        Case{"recipient_removed", [](Arrival& a) { a.envelope.recipients.pop_back(); }, "mismatch"},
        Case{"recipient_swapped", [](Arrival& a) { a.envelope.recipients[0] = address("<rival@evil.example>"); },
             "mismatch"},
        Case{"recipient_that_does_not_parse",
             [](Arrival& a) { a.envelope.recipients[0] = {"<key:press@news.example", {}, {}}; }, "mismatch"},
        Case{"no_recipients", [](Arrival& a) { a.envelope.recipients.clear(); }, "mismatch"},
        Case{"other_sender", [](Arrival& a) { a.envelope.sender = address("<eve@example.com>"); }, "mismatch"},
        Case{"null_sender", [](Arrival& a) { a.envelope.sender = address("<>"); }, "mismatch"},
        Case{"expired", [](Arrival& a) { a.now = kNow + minutes(60); }, "expired"},
        Case{"long_expired", [](Arrival& a) { a.now = kNow + hours(1000); }, "expired"},
        Case{"expiry_moved",
             [](Arrival& a) { a.token_value().replace(a.token_value().find("exp=18"), 6, "exp=19"); }, "mismatch"},
        Case{"another_hold", [](Arrival& a) { a.token_value().replace(a.token_value().find("hold=01"), 7, "hold=ff"); },
             "mismatch"},
        Case{"mac_changed", [](Arrival& a) { a.token_value().back() = a.token_value().back() == '0' ? '1' : '0'; },
             "mismatch"},
        Case{"other_key", [](Arrival& a) { a.key = key_of(8); }, "mismatch"},
        Case{"mac_cut", [](Arrival& a) { a.token_value().resize(a.token_value().size() - 2); }, "malformed"},
        Case{"mac_longer", [](Arrival& a) { a.token_value() += "00"; }, "malformed"},
        Case{"mac_in_capitals",
             [](Arrival& a) {
               for (size_t i = a.token_value().find("mac=") + 4; i < a.token_value().size(); i++) {
                 a.token_value()[i] = static_cast<char>(std::toupper(a.token_value()[i]));
               }
             },
             "malformed"},
        Case{"mac_missing", [](Arrival& a) { a.token_value().resize(a.token_value().find("; exp")); }, "malformed"},
        Case{"other_version", [](Arrival& a) { a.token_value().replace(1, 2, "v2"); }, "malformed"},
        Case{"negative_expiry",
             [](Arrival& a) { a.token_value().replace(a.token_value().find("exp=18"), 6, "exp=-8"); }, "malformed"},
        Case{"huge_expiry",
             [](Arrival& a) { a.token_value().insert(a.token_value().find("exp=") + 4, "99999999999999999999"); },
             "malformed"},
        Case{"empty_token", [](Arrival& a) { a.token_value() = ""; }, "malformed"},
        Case{"hold_with_other_characters",
             [](Arrival& a) { a.token_value().replace(a.token_value().find("hold=01"), 7, "hold=../"); }, "malformed"}),
    [](const auto& param_info) { return param_info.param.name; });

TEST(ReleaseTokenHeader, IsOneFoldedField) {
  const auto arrival = released();
  EXPECT_THAT(arrival.token, ::testing::MatchesRegex("X-Postern-Release: v1; hold=[0-9a-f]{32}; exp=[0-9]{10};\r\n "
                                                     "mac=[0-9a-f]{64}\r\n"));
}

TEST(ReleaseTokenHeader, AddedFieldsAreCovered) {
  const std::string message = "From: a@b\r\n\r\nx\r\n";
  const std::vector<HeaderField> added{{"Message-ID", " <h@gate>"}};
  const auto with = digest_for_release(message, added);
  EXPECT_TRUE(with.has_message_id);
  EXPECT_FALSE(with.has_date);
  EXPECT_NE(with.header, digest_for_release(message, {}).header);
  EXPECT_EQ(with.header, digest_for_release("Message-ID: <h@gate>\r\n" + message, {}).header);
}

TEST(ReleaseTokenHeader, AnyNumberOfFromFieldsIsVouchedForAsItIs) {
  const auto none = digest_for_release("Subject: x\r\n\r\n", {});
  const auto one = digest_for_release("Subject: x\r\nFrom: a@b\r\n\r\n", {});
  const auto two = digest_for_release("Subject: x\r\nFrom: a@b\r\nFrom: a@b\r\n\r\n", {});
  EXPECT_FALSE(none.has_from);
  EXPECT_TRUE(one.has_from);
  EXPECT_NE(none.header, one.header);
  EXPECT_NE(one.header, two.header);
}

TEST(ReleaseTokenHeader, TellsTheHoldsThatAreNamed) {
  Mail mail;
  mail.headers = {{"X-Postern-Release", " v1; hold=00; exp=9; mac=" + std::string(64, '0')},
                  {"X-Postern-Release", " v1; hold=01; cut"},
                  {"X-Postern-Release", " v2; hold=02"},
                  {"Subject", " v1; hold=11; exp=9; mac=" + std::string(64, '0')}};
  EXPECT_EQ(holds_named(mail), (std::vector<std::string>{"00", "01"}));
}

TEST(ReleaseTokenHeader, AHoldIdIsNothingElse) {
  const auto digests = digest_for_release("From: a@b\r\n\r\n", {});
  for (const std::string hold : {"", "a;b", "a\r\nb", "ä"}) {
    EXPECT_FALSE(make_release_header(key_of(1), {hold, {}, {}}, digests, kNow)) << hold;
  }
}

TEST(ReleaseTokenHeader, BoundariesBetweenAddressesAreCovered) {
  const auto digests = digest_for_release("From: a@b\r\n\r\n", {});
  const auto header = [&](std::vector<EnvelopeAddress> recipients) {
    return make_release_header(key_of(1), {kHold, address("<a@b>"), std::move(recipients)}, digests, kNow).value();
  };
  EXPECT_NE(header({address("<x@y>"), address("<z@y>")}), header({address("<x@y>z@y")}));
  EXPECT_NE(header({address("<x@y>")}), header({{"x@y>", {}, {}}}));
}

TEST(Canonical, Split) {
  const auto split = split_message("A: 1\r\n 2\r\nno colon\r\nB:\r\n\r\nbody\r\n\r\n");
  ASSERT_EQ(split.fields.size(), 3u);
  EXPECT_EQ(split.fields[0].value, " 1\r\n 2");
  EXPECT_EQ(split.fields[1].name, "");
  EXPECT_EQ(split.fields[2].name, "B");
  EXPECT_EQ(split.body, "body\r\n\r\n");
  EXPECT_EQ(split_message("A: 1").fields.size(), 1u);
  EXPECT_EQ(split_message("\r\nbody").body, "body");
}

TEST(Canonical, RelaxedFieldFollowsRfc6376) {
  // The example of RFC 6376 3.4.5.
  EXPECT_EQ(relaxed_field({"A", " X"}), "a:X\r\n");
  EXPECT_EQ(relaxed_field({"B ", " Y\t\r\n\tZ  "}), "b:Y Z\r\n");
}

TEST(Canonical, BodyFollowsRfc6376) {
  EXPECT_EQ(body_digest(" C \r\nD \t E\r\n\r\n\r\n"), sha256(" C \r\nD \t E\r\n"));
  EXPECT_EQ(body_digest(""), sha256("\r\n"));
  EXPECT_EQ(body_digest("\r\n\r\n"), sha256("\r\n"));
  EXPECT_EQ(body_digest("\n\na"), sha256("\r\n\r\na\r\n"));
  EXPECT_EQ(body_digest("a\r.\r\n\r\rb\r"), sha256("a .\r\n  b \r\n"));
}

}  // namespace
}  // namespace postern::response
