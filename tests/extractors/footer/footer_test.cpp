// The golden table: mails before and after, read back by our own reader and, part by part, by hand. The same table is
// judged by Python's email package in tests/extractors/footer/judge.py.
#include "extractors/footer/footer.h"

#include "extractors/footer/body_parts.h"
#include "extractors/footer/footer_text.h"
#include "extractors/footer/html_place.h"
#include "extractors/footer/part_charset.h"
#include "tests/extractors/footer/apply.h"
#include "tests/extractors/footer/mails.h"

namespace postern::extract {
namespace {

using test::applied;

const Footer kPlainFooter{"This message may contain information of Example Corp.", "", false};
const Footer kLettersFooter{"Vertraulich – für „Beispiel“ & Söhne", "https://lessons.example", true};

// The shown text of each body part.
std::vector<std::string> texts_of(const std::string& message) {
  std::vector<std::string> out;
  for (const BodyPart& part : find_body_parts(message).parts) {
    const std::string bytes = part.encoding == TransferEncoding::identity
                                  ? std::string(part.body)
                                  : decode_transfer(part.encoding, part.body).bytes;
    const auto charset = PartCharset::of(part.charset, bytes);
    const std::string text = charset ? charset->decode(bytes).utf8 : "";
    out.push_back(part.kind == BodyPart::Kind::html ? find_html_place(text).shown : text);
  }
  return out;
}

TEST(Footer, GoesIntoEveryBodyPartOfEveryStructureCharsetAndEncoding) {
  for (const Footer& footer : {kPlainFooter, kLettersFooter}) {
    for (const test::NamedMail& mail : test::mails()) {
      SCOPED_TRACE(mail.name + " / " + footer.text);
      const BodyEdit edit = edit_footer(mail.bytes, footer);
      ASSERT_EQ(to_string(edit.outcome), "added") << edit.why;
      EXPECT_EQ(edit.why, "");
      const std::string after = applied(mail.bytes, edit);
      const std::vector<std::string> before_texts = texts_of(mail.bytes), after_texts = texts_of(after);
      ASSERT_EQ(after_texts.size(), mail.body_parts);
      ASSERT_EQ(before_texts.size(), mail.body_parts);
      for (size_t i = 0; i < after_texts.size(); i++) {
        EXPECT_TRUE(ends_with_footer(after_texts[i], footer)) << after_texts[i];
        EXPECT_FALSE(ends_with_footer(before_texts[i], footer));
      }
      // A second gate finds it and leaves the mail alone.
      const BodyEdit again = edit_footer(after, footer);
      EXPECT_EQ(to_string(again.outcome), "present") << again.why;
    }
  }
}

TEST(Footer, AnAsciiFooterChangesNoHeaderAndAddsOnly) {
  for (const test::NamedMail& mail : test::mails()) {
    SCOPED_TRACE(mail.name);
    const BodyEdit edit = edit_footer(mail.bytes, kPlainFooter);
    EXPECT_TRUE(edit.fields.empty());
    EXPECT_EQ(edit.splices.size(), mail.body_parts);
    for (const BodySplice& splice : edit.splices) EXPECT_LE(splice.removed, mail.base64 ? 400U : 0U);
  }
}

// The exact bytes of the commonest mails.
TEST(Footer, GoldenBytes) {
  struct Case {
    std::string name, before, after;
    Footer footer = {"Footer.", "", false};
  };
  const std::string block =
      "<div dir=\"auto\" style=\"clear:both;margin:16px 0 0;padding:8px 0 0;border-top:1px solid #767676;font:12px/1.5 "
      "Arial,Helvetica,sans-serif;color:#595959;text-align:start\">";
  const std::vector<Case> cases = {
      {"no MIME at all", "From: a@b\r\n\r\nHello\r\n", "From: a@b\r\n\r\nHello\r\n\r\nFooter.\r\n"},
      {"seven bits become quoted-printable",
       "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii; format=flowed\r\n\r\nHello "
       "\r\nyou\r\n",
       "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n"
       "Content-Transfer-Encoding: quoted-printable\r\n\r\nHello=20\r\nyou\r\n\r\nF=C3=BC=C3=9Fe\r\n",
       {"Füße", "", false}},
      {"latin letters stay latin",
       "Content-Type: text/plain; charset=\"ISO-8859-1\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nH\xE4llo\r\n",
       "Content-Type: text/plain; charset=\"ISO-8859-1\"\r\nContent-Transfer-Encoding: "
       "8bit\r\n\r\nH\xE4llo\r\n\r\nF\xFC\xDF"
       "e\r\n",
       {"Füße", "", false}},
      {"an inner part gets a charset and an encoding",
       "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n",
       "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n"
       "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n\r\nF=C3=BC=C3=9Fe\r\n--b--\r\n",
       {"Füße", "", false}},
      {"quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\nHel=\r\nlo=21\r\n",
       "Content-Transfer-Encoding: quoted-printable\r\n\r\nHel=\r\nlo=21\r\n\r\nFooter.\r\n"},
      {"base64", "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8=\r\n",
       "Content-Transfer-Encoding: base64\r\n\r\nSGVsbG8NCg0KRm9vdGVyLg==\r\n"},
      {"html", "Content-Type: text/html\r\n\r\n<html><body><p>Hello</p>\r\n</body></html>\r\n",
       "Content-Type: text/html\r\n\r\n<html><body><p>Hello</p>\r\n" + block + "Footer.</div>\r\n</body></html>\r\n"},
      {"html with a letter its charset lacks",
       "Content-Type: text/html; charset=us-ascii\r\n\r\n<p>Hello<table><td>x\r\n",
       "Content-Type: text/html; charset=us-ascii\r\n\r\n<p>Hello<table><td>x\r\n</table>" + block +
           "&#8364;</div>\r\n",
       {"€", "", false}},
  };
  for (const Case& c : cases) {
    const BodyEdit edit = edit_footer(c.before, c.footer);
    EXPECT_EQ(applied(c.before, edit), c.after) << c.name << ": " << edit.why;
  }
}

TEST(Footer, IsNotDoubledInReplies) {
  const Footer footer{"From Example Corp.", "https://lessons.example", true};
  for (const std::string mail :
       {"\r\n\r\nYes.\r\n\r\n> No?\r\n>\r\n> From Example\r\n> Corp.\r\n", "\r\n\r\nHi\r\n\r\nFrom Example Corp.\r\n",
        "Content-Type: text/html\r\n\r\n<p>Yes<blockquote><p>No?</p><div>From&nbsp;<span>Example</span> Corp.</div>"
        "</blockquote></body>\r\n",
        "Content-Type: text/html\r\n\r\n<p>Hi<div>From Example Corp.</div></body></html>Scanned by another gate.\r\n",
        "Content-Transfer-Encoding: base64\r\n\r\nSGkgRnJvbSBFeGFtcGxlIENvcnAu\r\n"}) {
    const BodyEdit edit = edit_footer(mail, footer);
    EXPECT_EQ(to_string(edit.outcome), "present") << mail;
    EXPECT_TRUE(edit.splices.empty());
  }
  // One alternative has it, the other one gets it.
  const BodyEdit half = edit_footer(
      "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n\r\nFrom Example Corp.\r\n--b\r\n"
      "Content-Type: text/html\r\n\r\n<p>Hi\r\n--b--\r\n",
      footer);
  EXPECT_EQ(half.outcome, FooterOutcome::added);
  EXPECT_EQ(half.splices.size(), 1U);
  // Quoted above an answer it is not the end.
  EXPECT_EQ(edit_footer("\r\n\r\n> From Example Corp.\r\n\r\nI see.\r\n", footer).outcome, FooterOutcome::added);
}

TEST(Footer, AnAttachmentOf25MegabytesCostsNothing) {
  std::string mail =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello\r\n--b\r\n"
      "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  std::string line(76, 'A');
  line += "\r\n";
  while (mail.size() < (25U << 20)) mail += line;
  mail += "--b--\r\n";
  const BodyEdit edit = edit_footer(mail, kPlainFooter);
  ASSERT_EQ(edit.outcome, FooterOutcome::added) << edit.why;
  ASSERT_EQ(edit.splices.size(), 1U);
  EXPECT_LT(edit.splices[0].inserted.size(), 100U);
}

}  // namespace
}  // namespace postern::extract
