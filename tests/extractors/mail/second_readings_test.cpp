// What only some mail programs show: each of these mails hid a sentence from a reader that took one reading alone.
#include "extractors/mail/multipart.h"
#include "extractors/mail/transfer.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

struct HiddenCase {
  std::string name;
  std::string mail;
  std::vector<std::string> found;  // strings that some segment holds
  Outcome outcome;                 // of the whole mail
};

void PrintTo(const HiddenCase& c, std::ostream* out) {
  *out << c.name;
}

class HiddenInMail : public testing::TestWithParam<HiddenCase> {};

TEST_P(HiddenInMail, IsFound) {
  const HiddenCase& c = GetParam();
  const ExtractedText text = walk_document(c.mail, "", {}, "message/rfc822");
  for (const std::string& needle : c.found) EXPECT_NE(where_is(text, needle), "") << needle;
  EXPECT_EQ(text.parts[0].outcome, c.outcome) << text.parts[0].why;
}

// "Project Nightjar" in base64 and uuencode.
const std::string kBase64 = "UHJvamVjdCBOaWdodGphcg==";
const std::string kUu = "begin 644 plan.txt\n04')O:F5C=\"!.:6=H=&IA<@``\n`\nend\n";

std::string repeated(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; i++) out += text;
  return out;
}

std::vector<HiddenCase> hidden_cases() {
  const std::string found = "Project Nightjar";
  const std::string from = "From: a@example.com\n";
  return {
      {"lone_cr_ends_lines",
       "From: a@example.com\rContent-Type: multipart/mixed; boundary=b\r\r--b\rContent-Transfer-Encoding: base64\r\r" +
           kBase64 + "\r--b--\r",
       {found},
       Outcome::ambiguous},
      {"lone_cr_hides_a_field",
       from + "X-Note: x\rContent-Transfer-Encoding: base64\n\n" + kBase64 + "\n",
       {found},
       Outcome::ambiguous},
      {"calendar_in_utf_7",
       from + "Content-Type: text/calendar; charset=utf-7\n\nSUMMARY:+AFAAcgBvAGoAZQBjAHQ- Nightjar +-\n",
       {found, "+AFAAcgBvAGoAZQBjAHQ-"},
       Outcome::complete},
      {"mark_before_the_header",
       "\xEF\xBB\xBF" + from + "Content-Transfer-Encoding: base64\n\n" + kBase64 + "\n",
       {found},
       Outcome::complete},
      {"multipart_without_subtype",
       from + "Content-Type: multipart; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\n" + kBase64 +
           "\n--b--\n",
       {found},
       Outcome::ambiguous},
      {"uuencode_in_a_body",
       from + "\nSee the file.\n\n" + kUu,
       {found, "plan.txt", "See the file."},
       Outcome::complete},
      {"uuencode_more_often_than_is_read",
       from + "\n" + repeated("begin 644 a\n#86)C\n`\nend\n", 100) + kUu,
       {"abc"},
       Outcome::limit},
      {"name_behind_more_parameters_than_are_read",
       from + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain" +
           repeated("; charset=utf-8", 300) + "; name=\"Project Nightjar\"\n\nx\n--b--\n",
       {found},
       Outcome::complete},
      {"uuencode_in_a_preamble",
       from + "Content-Type: multipart/mixed; boundary=b\n\n" + kUu + "--b\n\nx\n--b--\n",
       {found},
       Outcome::complete},
      {"yenc_in_a_body",
       from + "\n=ybegin line=128 size=8 name=plan.txt\n" + "\x78\x93\x91\x92\x9E\x94\x8B\x9C" + "\n=yend size=8\n",
       {"Nightjar", "plan.txt"},
       Outcome::complete},
      {"words_like_uuencode_are_none", from + "\nbegin 644 apples\nand pears\n", {"and pears"}, Outcome::complete},
      {"text_labelled_base64",
       from + "Content-Transfer-Encoding: base64\n\nProject Nightjar is late\n",
       {"Project Nightjar is late"},
       Outcome::complete},
      {"footer_behind_base64",
       from + "Content-Transfer-Encoding: base64\n\n" + kBase64 + "\n____\nList footer: heron\n",
       {found, "List footer: heron"},
       Outcome::complete},
      {"repeated_rfc2231_name",
       from + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Disposition: attachment;\n"
              " filename*=utf-8''other.txt; filename*=utf-8''Nightjar.txt\n\nx\n--b--\n",
       {"other.txt", "Nightjar.txt"},
       Outcome::complete},
      {"enriched_text",
       from + "Content-Type: text/enriched\n\n<bold>Night</bold>jar\n",
       {"Nightjar"},
       Outcome::complete},
      {"iso_2022_jp_labelled_utf_8",
       from + "Content-Type: text/plain; charset=utf-8\n\n\x1B$BF|K\\\x1B(B\n",
       {"日本"},
       Outcome::complete},
      {"text_xml_with_references",
       from + "Content-Type: text/xml\n\n<?xml version=\"1.0\"?><a><t>Night</t><t>&#x6A;ar</t></a>\n",
       {"Nightjar"},
       Outcome::complete},
  };
}

INSTANTIATE_TEST_SUITE_P(Cases, HiddenInMail, testing::ValuesIn(hidden_cases()),
                         [](const auto& c) { return c.param.name; });

TEST(HiddenInMail, OpenPgpInABodyIsEncrypted) {
  for (const char* body : {"-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n",
                           "See below.\n> -----BEGIN PGP MESSAGE-----\n> \n> hQEM\n"}) {
    const ExtractedText text = walk_document("From: a@example.com\n\n" + std::string(body), "", {}, "message/rfc822");
    EXPECT_EQ(outcomes(text), ":complete 1:encrypted") << body;
  }
  const ExtractedText talk =
      walk_document("Subject: x\n\nIt begins with -----BEGIN PGP MESSAGE----- they say.\n", "", {}, "message/rfc822");
  EXPECT_EQ(outcomes(talk), ":complete 1:complete");
}

TEST(Boundaries, ThatOccurAreThoseThatCut) {
  const std::vector<std::string> boundaries = {"b", "bb", "b--", " b", "b ", "", "--", "none"};
  for (const std::string body :
       {"", "b", "--b", "--b\n", "x\n--b\r\n", "--b--", "--b--  \n", "--b --\n", "-- b\n", "--bb\n--b \t\n",
        "--b---- \n", "--\n", "----\n", "x--b\n", "--bx\n--none", "--b\r--none\n", "\n\n--none--\r\n--b"}) {
    std::vector<std::string> cut;
    for (const std::string& boundary : boundaries) {
      if (extract::split_multipart(body, boundary, extract::BoundaryMatch::exact).found) cut.push_back(boundary);
    }
    EXPECT_EQ(extract::occurring_boundaries(body, boundaries), cut) << body;
  }
}

TEST(TransferEncoding, PassesOverComments) {
  using extract::TransferEncoding;
  struct Case {
    const char* value;
    TransferEncoding encoding;
    bool exact;
  };
  for (const Case& c :
       {Case{"base64", TransferEncoding::base64, true}, Case{"base64 (a) (b)", TransferEncoding::base64, true},
        Case{"base64 (a", TransferEncoding::base64, true}, Case{"()()base64()", TransferEncoding::base64, false},
        Case{"quoted-(x)printable", TransferEncoding::quoted_printable, true}}) {
    bool exact = false;
    EXPECT_EQ(extract::parse_transfer_encoding(c.value, &exact), c.encoding) << c.value;
    EXPECT_EQ(exact, c.exact) << c.value;
  }
}

}  // namespace
}  // namespace postern::test
