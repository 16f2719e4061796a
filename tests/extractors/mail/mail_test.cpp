#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct MailCase {
  std::string name;
  std::string mail;                 // with LF line ends
  std::string outcomes;             // "path:outcome", the root first with an empty path
  std::vector<std::string> found;   // strings that some segment holds
  std::vector<std::string> absent;  // and that none holds
};

void PrintTo(const MailCase& c, std::ostream* out) {
  *out << c.name;
}

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

ExtractedText walk_mail(std::string_view mail, const Limits& limits = {}) {
  return walk_document(mail, "", limits, "message/rfc822");
}

class Mail : public testing::TestWithParam<MailCase> {};

TEST_P(Mail, IsReadInEveryReading) {
  const MailCase& c = GetParam();
  for (const std::string& mail : {c.mail, crlf(c.mail)}) {
    const ExtractedText text = walk_mail(mail);
    EXPECT_EQ(outcomes(text), c.outcomes) << text.parts[0].why;
    for (const std::string& needle : c.found) EXPECT_NE(where_is(text, needle), "") << needle;
    for (const std::string& needle : c.absent) EXPECT_EQ(where_is(text, needle), "") << needle;
  }
}

const std::string kTop = "From: a@example.com\nTo: b@example.net\nSubject: Numbers\nMIME-Version: 1.0\n";

std::vector<MailCase> structure_cases() {
  return {
      {"plain",
       kTop + "\nProject Nightjar\n",
       ":complete 1:complete",
       {"Project Nightjar", "Numbers", "a@example.com"},
       {}},
      {"empty", "", ":complete 1:complete", {}, {}},
      {"header-only", "Subject: Nightjar", ":complete 1:complete", {"Nightjar"}, {}},
      {"no-header", "Nightjar is late\nvery late\n", ":complete 1:complete", {"Nightjar is late\nvery late"}, {}},
      {"mbox-line",
       "From a@example.com Mon Feb  1 07:00:00 2027\nSubject: Nightjar\n\nbody\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"alternatives-all",
       kTop + "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: "
              "text/plain\n\nharmless\n--b\nContent-Type: text/html\n\n"
              "<p>Night<b></b>jar</p>\n--b--\n",
       ":complete 1:complete 2:complete",
       {"harmless", "Nightjar"},
       {}},
      {"nested",
       kTop + "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/alternative; "
              "boundary=i\n\n--i\n\none\n--i\n"
              "Content-Type: text/html\n\n<i>two</i>\n--i--\n--o\nContent-Type: text/plain\nContent-Disposition: "
              "attachment; filename=c.txt\n\nthree\n--o--\n",
       ":complete 1:complete 1/1:complete 1/2:complete 2:complete",
       {"one", "two", "three", "c.txt"},
       {}},
      {"preamble-and-epilogue",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\nNightjar before\n--b\n\ntext\n--b--\nNightjar after\n",
       ":complete 1:complete",
       {"Nightjar before", "Nightjar after"},
       {}},
      {"inner-boundary-begins-with-outer",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; "
              "boundary=bx\n\nmulti-part message\n--bx\n\none\n--bx\nContent-Type: "
              "text/html\n\n<i>two</i>\n--bx--\n\n--b\n"
              "Content-Type: text/plain\n\nthree\n--b--\n",
       ":complete 1:complete 1/1:complete 1/2:complete 2:complete",
       {"multi-part message", "one", "two", "three"},
       {}},
      {"inner-boundaries-two-deep",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/related; "
              "boundary=bx\n\n--bx\nContent-Type: multipart/alternative; boundary=\"bxy\"\n\n--bxy\n\none\n--bxy--\n"
              "--bx--\n--b--\n",
       ":complete 1:complete 1/1:complete 1/1/1:complete",
       {"one"},
       {}},
      {"forwarded-mail-whose-boundary-begins-with-ours",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: Inner\n"
              "Content-Type: multipart/mixed; boundary=bx\n\n--bx\n\none\n--bx--\n--b--\n",
       ":complete 1:complete 1/1:complete",
       {"Inner", "one"},
       {}},
      {"unclosed",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nNightjar",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"forwarded",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nSubject: Inner "
              "Nightjar\n\nInner text\n--b--\n",
       ":complete 1:complete 1/1:complete",
       {"Inner Nightjar", "Inner text"},
       {}},
      {"forwarded-in-base64",
       kTop +
           "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogTmlnaHRqYXIKCkhlbGxvCg==\n",
       ":complete 1:complete 1/1:complete",
       {"Nightjar", "Hello"},
       {}},
      {"digest",
       kTop + "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: First\n\none\n--b\n\nSubject: "
              "Second\n\ntwo\n--b--\n",
       ":complete 1:complete 1/1:complete 2:complete 2/1:complete",
       {"First", "Second"},
       {}},
      {"report",
       kTop + "Content-Type: multipart/report; report-type=delivery-status; "
              "boundary=b\n\n--b\n\nfailed\n--b\nContent-Type: message/delivery-status\n\n"
              "Reporting-MTA: dns; x.example\n--b\nContent-Type: text/rfc822-headers\n\nSubject: Nightjar\n--b--\n",
       ":complete 1:complete 2:complete 3:complete",
       {"Reporting-MTA", "Nightjar"},
       {}},
      {"unknown-multipart",
       kTop + "Content-Type: multipart/x-odd; boundary=b\n\n--b\n\nNightjar\n--b--\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"multipart-without-boundary-lines",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\nNightjar\n",
       ":malformed 1:complete",
       {"Nightjar"},
       {}},
      {"description-of-a-part",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Description: Nightjar plan\n\nx\n--b--\n",
       ":complete 1:complete",
       {"Nightjar plan"},
       {}},
      {"secret-parameter",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; "
              "x-note=\"Nightjar\"\n\nx\n--b--\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"pgp-encrypted",
       kTop + "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; "
              "boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\n"
              "Version: 1\n--b\nContent-Type: application/octet-stream; name=encrypted.asc\n\n-----BEGIN PGP "
              "MESSAGE-----\n\nabc=\n-----END PGP MESSAGE-----\n--b--\n",
       ":complete 1:complete 2:encrypted",
       {},
       {}},
      {"not-encrypted-at-all",
       kTop +
           "Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: "
           "1\n--b\nContent-Type: application/octet-stream\n\nNightjar\n--b--\n",
       ":complete 1:complete 2:complete",
       {"Nightjar"},
       {}},
      {"smime-enveloped",
       kTop + "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: "
              "base64\n\nMIAGCSqGSIb3DQEHA6CAMIACAQAAAAAA\n",
       ":complete 1:encrypted",
       {},
       {}},
      {"smime-opaque-signed",
       kTop + "Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
              "MCkGCSqGSIb3DQEHAqAcMBoCAQExADATBgkqhkiG9w0BBwGgBgQEWDoKCg==\n",
       ":complete 1:complete 1/1:complete 1/1/1:complete",
       {},
       {}},
      {"message-partial",
       kTop + "Content-Type: message/partial; id=x; number=2; total=3\n\nNightjar\n",
       ":complete 1:ambiguous",
       {"Nightjar"},
       {}},
  };
}

std::vector<MailCase> encoding_cases() {
  const std::string encoded = kTop + "Content-Transfer-Encoding: ";
  return {
      {"base64", encoded + "base64\n\nTmlnaHRqYXI=\n", ":complete 1:complete", {"Nightjar"}, {}},
      {"base64-with-junk",
       encoded + "BASE64 (comment)\n\nTm!ln*aHR\n qYXI=\n",
       ":complete 1:complete 2:complete",
       {"Nightjar"},
       {}},
      {"base64-unpadded", encoded + "base64\n\nTmlnaHRqYXI\n", ":complete 1:complete", {"Nightjar"}, {}},
      {"base64-pieces", encoded + "base64\n\nTmlnaHQ=\namFy\n", ":ambiguous 1:ambiguous", {"Nightjar"}, {}},
      {"quoted-printable",
       encoded + "quoted-printable\n\nNight=\njar caf=C3=a9\n",
       ":complete 1:complete",
       {"Nightjar café"},
       {}},
      {"quoted-printable-broken",
       encoded + "quoted-printable\n\nNight=6Aar =ZZ =\n",
       ":complete 1:complete",
       {"Nightjar =ZZ"},
       {}},
      {"quoted-printable-soft-break-with-space",
       encoded + "quoted-printable\n\nNight=  \njar\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"uuencode",
       encoded + "x-uuencode\n\nbegin 644 a.txt\n(3FEG:'1J87(\n`\nend\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"unknown-encoding",
       encoded + "base-64\n\nTmlnaHRqYXI=\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar", "TmlnaHRqYXI="},
       {}},
      {"two-encodings",
       encoded + "7bit\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar", "TmlnaHRqYXI="},
       {}},
      {"encoded-multipart",
       encoded + "base64\nContent-Type: multipart/mixed; boundary=b\n\nLS1iCgpOaWdodGphcgotLWItLQo=\n",
       ":ambiguous 1:complete",
       {"Nightjar"},
       {}},
      {"charset",
       encoded + "8bit\nContent-Type: text/plain; charset=iso-8859-1\n\nNightjar caf\xE9\n",
       ":complete 1:complete",
       {"Nightjar café"},
       {}},
      {"base64-misplaced-padding",
       encoded + "base64\n\nTmln=aHRqYXI=\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar"},
       {}},
      {"utf-16-body",
       encoded + "base64\nContent-Type: text/plain; charset=utf-16le\n\nTgBpAGcAaAB0AGoAYQByAA==\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"utf-7",
       encoded + "7bit\nContent-Type: text/plain; charset=utf-7\n\n+AE4-ightjar\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"flowed",
       encoded + "7bit\nContent-Type: text/plain; format=flowed; delsp=yes\n\nProject Night \njar\n",
       ":complete 1:complete",
       {"Project Nightjar"},
       {}},
  };
}

std::vector<MailCase> ambiguity_cases() {
  return {
      {"two-content-types",
       kTop + "Content-Type: text/plain\nContent-Type: text/html\n\nNight<b></b>jar\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar", "Night<b></b>jar"},
       {}},
      {"plain-or-multipart",
       kTop + "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: "
              "base64\n\nTmlnaHRqYXI=\n--b--\n",
       ":ambiguous 1:ambiguous 2:complete",
       {"Nightjar"},
       {}},
      {"two-boundaries",
       kTop + "Content-Type: multipart/mixed; boundary=a; "
              "boundary=b\n\n--a\n\none\n--a--\n--b\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n--b--\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"one", "Nightjar"},
       {}},
      {"nested-quotes-in-boundary",
       kTop + "Content-Type: multipart/mixed; boundary=\"a\"b\"\n\n--a\"b\nContent-Transfer-Encoding: "
              "base64\n\nTmlnaHRqYXI=\n--a\"b--\n",
       ":complete 1:complete",
       {"Nightjar"},
       {}},
      {"wrong-boundary",
       kTop + "Content-Type: multipart/mixed; boundary=x\n\n--real\nContent-Type: "
              "text/plain\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n--real--\n",
       ":ambiguous 1:complete",
       {"Nightjar"},
       {}},
      {"boundary-prefix",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--bc\nContent-Transfer-Encoding: "
              "base64\n\nTmlnaHRqYXI=\n--b--\n",
       ":ambiguous 1:complete 2:ambiguous 3:ambiguous",
       {"Nightjar"},
       {}},
      {"boundary-prefix-behind-a-nested-multipart",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; "
              "boundary=bx\n\n--bx\n\none\n"
              "--bx--\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n--b--\n",
       ":ambiguous 1:complete 1/1:complete 2:ambiguous",
       {"Nightjar"},
       {}},
      {"boundary-prefix-that-no-one-declared",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; "
              "boundary=bx\n\n--bx\n\none\n"
              "--by\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n--bx--\n--b--\n",
       ":ambiguous 1:complete 1/1:complete 2:ambiguous 3:ambiguous",
       {"Nightjar"},
       {}},
      {"behind-the-end",
       kTop + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\nContent-Transfer-Encoding: "
              "base64\n\nTmlnaHRqYXI=\n--b--\n",
       ":ambiguous 1:complete 2:ambiguous",
       {"Nightjar"},
       {}},
      {"odd-line-in-header",
       "Subject: x\nContent-Transfer-Encoding: base64\nTmlnaHRqYXI=\nX-More: y\n\nplain\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar"},
       {}},
      {"white-line-in-header",
       "Subject: x\n \nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar"},
       {}},
      {"blank-lines-before-the-header",
       "\n\nSubject: Nightjar\nContent-Transfer-Encoding: base64\n\nTmlnaHRqYXI=\n",
       ":ambiguous 1:ambiguous 2:ambiguous",
       {"Nightjar", "TmlnaHRqYXI="},
       {}},
      {"space-before-colon",
       "Subject: x\nContent-Transfer-Encoding : base64\n\nTmlnaHRqYXI=\n",
       ":ambiguous 1:ambiguous",
       {"Nightjar"},
       {}},
      {"plain-that-is-markup",
       kTop + "Content-Type: text/plain\n\n<html><body>Night<b></b>jar</body></html>\n",
       ":complete 1:complete 2:complete",
       {"Nightjar"},
       {}},
      {"html-that-looks-plain",
       kTop + "Content-Type: text/html\n\nNight<wbr>jar &amp; co\n",
       ":complete 1:complete",
       {"Nightjar & co"},
       {}},
      {"nonsense-type", kTop + "Content-Type: text\n\nNightjar\n", ":complete 1:complete", {"Nightjar"}, {}},
      {"names-differ",
       kTop + "Content-Type: application/octet-stream; name=one.txt\nContent-Disposition: attachment; "
              "filename=two.txt\n\nNightjar\n",
       ":complete 1:complete",
       {"one.txt", "two.txt", "Nightjar"},
       {}},
      {"name-in-pieces",
       kTop + "Content-Type: text/plain\nContent-Disposition: attachment; filename*0*=utf-8''Night; "
              "filename*1=\"jar\"; filename*2*=%20caf%C3%A9.txt\n\nx\n",
       ":complete 1:complete",
       {"Nightjar café.txt"},
       {}},
  };
}

const auto kName = [](const auto& info) {
  std::string out = info.param.name;
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
};

INSTANTIATE_TEST_SUITE_P(Structure, Mail, testing::ValuesIn(structure_cases()), kName);
INSTANTIATE_TEST_SUITE_P(Encoding, Mail, testing::ValuesIn(encoding_cases()), kName);
INSTANTIATE_TEST_SUITE_P(Ambiguity, Mail, testing::ValuesIn(ambiguity_cases()), kName);

TEST(MailFields, AreDecodedByName) {
  const ExtractedText text = walk_mail(
      "From: =?utf-8?Q?Ren=C3=A9?= <r@example.com>\nSubject: =?utf-8?B?TmlnaHQ=?=\n =?utf-8?B?amFy?=\nX-Raw: "
      "caf\xC3\xA9\n\nbody\n");
  EXPECT_EQ(text_of(text, Place::subject), "Nightjar");
  EXPECT_EQ(text_of(text, Place::header), "René <r@example.com>|café");
  EXPECT_EQ(where_is(text, "René"), "header@From");
}

TEST(MailRoles, FollowFromWhatMailProgramsShow) {
  const ExtractedText text = walk_mail(
      "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n--b\nContent-Type: text/plain; name=a.txt\n\nx\n--b\n"
      "Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n<p>y\n--r\nContent-Type: "
      "image/gif\nContent-ID: <p>\n\nGIF89a\n--r--\n--b--\n");
  std::string roles;
  for (const Part& part : text.parts) roles += part.path.to_string() + ":" + std::string(to_string(part.role)) + " ";
  EXPECT_EQ(roles, ":message 1:body 2:attachment 3:structure 3/1:body 3/2:inline ");
}

TEST(MailBodies, AreSplitByPlace) {
  const ExtractedText text = walk_mail("Subject: x\n\nMy answer\n> Project\n> Nightjar\nMore\n-- \nAda\n");
  EXPECT_EQ(text_of(text, Place::body), "My answer\nMore\n");
  // And once more as a reader's eye goes over the marks.
  EXPECT_EQ(text_of(text, Place::quoted), "Project\nNightjar\n|My answer\nProject\nNightjar\nMore\n\n");
  EXPECT_EQ(text_of(text, Place::signature), "Ada\n");
}

TEST(HostileMail, EndsInLimitWhenNestedTooDeeply) {
  constexpr int kLevels = 10'000;
  std::string multiparts, mails;
  for (int i = 0; i < kLevels; i++) {
    const std::string n = std::to_string(i);
    multiparts += "Content-Type: multipart/mixed; boundary=b" + n + "\n\n--b" + n + "\n";
    mails += "Content-Type: message/rfc822\n\n";
  }
  for (const std::string& mail : {multiparts + "\nNightjar\n", mails + "\nNightjar\n"}) {
    const ExtractedText text = walk_mail(mail);
    EXPECT_EQ(text.parts.back().outcome, Outcome::limit);
    EXPECT_NE(text.parts.back().why.find("max_depth"), std::string::npos) << text.parts.back().why;
  }
}

// Forwarded as attachments of each other; a multipart of each mail is no depth of its own.
TEST(HostileMail, TwelveForwardsAreReadAndTheThirteenthIsALimit) {
  const auto forwarded = [](int times) {
    std::string mail = "Subject: x\n\nthe innermost heron\n";
    for (int i = 0; i < times; i++) {
      const std::string b = "b" + std::to_string(i);
      mail = "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=" + b + "\n\n--" + b +
             "\n\nsee below\n--" + b + "\nContent-Type: message/rfc822\n\n" + mail + "\n--" + b + "--\n";
    }
    return walk_mail(mail);
  };
  const ExtractedText twelve = forwarded(12), thirteen = forwarded(13);
  EXPECT_NE(where_is(twelve, "the innermost heron"), "");
  EXPECT_EQ(outcomes(twelve).find("limit"), std::string::npos);
  EXPECT_EQ(where_is(thirteen, "the innermost heron"), "");
  EXPECT_EQ(thirteen.parts.back().outcome, Outcome::limit);
}

TEST(HostileMail, EndsInLimitWhenItHasTooManyParts) {
  std::string mail = "Content-Type: multipart/mixed; boundary=b\n\n";
  for (int i = 0; i < 30'000; i++) mail += "--b\n\nx\n";
  Limits limits;
  limits.max_parts = 100;
  const ExtractedText text = walk_mail(mail, limits);
  EXPECT_EQ(text.parts.front().outcome, Outcome::limit);
}

TEST(HostileMail, NamesABoundedNumberOfPartsThatAreTooDeep) {
  std::string mail = "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; boundary=i\n\n";
  for (int i = 0; i < 5000; i++) mail += "--i\n\nx\n";
  Limits limits;
  limits.max_depth = 1;
  const ExtractedText text = walk_mail(mail, limits);
  EXPECT_EQ(text.parts.size(), 2 + extract::kMaxNamedPastLimit);
  EXPECT_EQ(text.parts[1].outcome, Outcome::limit);
}

TEST(HostileMail, KeepsFieldsPastTheirBoundAsText) {
  std::string mail;
  for (int i = 0; i < 3000; i++) mail += "X-A: y\n";
  EXPECT_NE(where_is(walk_mail(mail + "X-B: Nightjar\n\nbody\n"), "Nightjar"), "");
}

TEST(Mail, NamesOfFormFieldsAreRead) {
  const ExtractedText text = walk_document(
      "Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\nContent-Disposition: form-data; "
      "name=heron\r\n\r\nvalue\r\n--x--\r\n",
      "", Limits{}, "message/rfc822");
  EXPECT_EQ(where_is(text, "heron"), "header@part 1: Content-Disposition");
}

}  // namespace
}  // namespace postern::test
