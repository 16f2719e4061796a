// Mails that a footer would break, or that programs read in more than one way, stay as they are.
#include "extractors/footer/footer.h"

namespace postern::extract {
namespace {

const Footer kFooter{"Fußnote.", "", false};

std::string multipart(const std::string& type, const std::vector<std::string>& parts,
                      const std::string& boundary = "b") {
  std::string out = "Content-Type: " + type + "; boundary=\"" + boundary + "\"\r\n\r\n";
  for (const std::string& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
  return out + "--" + boundary + "--\r\n";
}

TEST(FooterRefusal, EachMailIsLeftAloneForItsReason) {
  struct Case {
    std::string name, mail, outcome;
  };
  const std::string hello = "\r\nHello\r\n";
  const std::vector<Case> cases = {
      {"S/MIME", multipart("multipart/signed; protocol=\"application/pkcs7-signature\"", {hello, "\r\nsig\r\n"}),
       "signed"},
      {"signed inside mixed", multipart("multipart/mixed", {hello, multipart("multipart/signed", {hello}, "c")}),
       "signed"},
      {"opaque S/MIME", "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nMII\r\n", "signed"},
      {"S/MIME, encrypted", "Content-Type: application/x-pkcs7-mime; smime-type=enveloped-data\r\n\r\nMII\r\n",
       "encrypted"},
      {"OpenPGP, encrypted", multipart("multipart/encrypted", {hello}), "encrypted"},
      {"OpenPGP in the text", "\r\n\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHi\r\n", "signed"},
      {"OpenPGP in the text, encrypted", "\r\n\r\nHi\r\n-----BEGIN PGP MESSAGE-----\r\nabc\r\n", "encrypted"},
      {"OpenPGP in base64", "Content-Transfer-Encoding: base64\r\n\r\nLS0tLS1CRUdJTiBQR1AgTUVTU0FHRS0tLS0t\r\n",
       "encrypted"},
      {"a detached signature",
       multipart("multipart/mixed", {hello, "Content-Type: application/pgp-signature\r\n\r\nx\r\n"}), "signed"},
      {"DKIM", "dkim-signature: v=1\r\n\r\nHi\r\n", "signed"},
      {"ARC", "ARC-Message-Signature: i=1\r\n\r\nHi\r\n", "signed"},
      {"a checksum", "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\n\r\nHi\r\n", "signed"},
      {"an invitation",
       multipart("multipart/alternative", {hello, "Content-Type: text/calendar; method=REQUEST\r\n\r\nB\r\n"}),
       "calendar"},
      {"an answer to one", "Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n", "calendar"},
      {"an attachment alone", "Content-Type: application/pdf\r\n\r\n%PDF\r\n", "no-text"},
      {"a text attachment alone", "Content-Disposition: attachment\r\n\r\nHi\r\n", "no-text"},
      {"a named text alone", "Content-Type: text/plain; name=a.txt\r\n\r\nHi\r\n", "no-text"},
      {"attachments only", multipart("multipart/mixed", {"Content-Type: image/png\r\n\r\nx\r\n"}), "no-text"},
      {"a forwarded mail alone", "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nHi\r\n", "no-text"},
      {"a header without end", "Subject: x\r\n", "no-text"},
      {"a header that ends in half a line end", "Subject: x\r\n\r", "ambiguous"},
      {"nothing", "", "no-text"},
      {"a report", multipart("multipart/report; report-type=delivery-status", {hello}), "no-text"},
      {"a digest", multipart("multipart/digest", {"\r\nSubject: x\r\n\r\nHi\r\n"}), "no-text"},
      {"a form", multipart("multipart/form-data", {hello}), "no-text"},
      {"a piece of a mail", "Content-Type: message/partial; id=1; number=1\r\n\r\nHi\r\n", "ambiguous"},
      {"a lone return in a header", multipart("multipart/mixed", {"\rD: x\r\nHi\r\n"}), "ambiguous"},
      {"a line of an mbox in front of a part", multipart("multipart/mixed", {"From a\r\nX: y\r\n\r\nHi\r\n"}),
       "ambiguous"},
      {"two types", "Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\nHi\r\n", "ambiguous"},
      {"two charsets", "Content-Type: text/plain; charset=utf-8; charset=koi8-r\r\n\r\nHi\r\n", "ambiguous"},
      {"two encodings", "Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSGk=\r\n",
       "ambiguous"},
      {"no end", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n", "ambiguous"},
      {"no boundary", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\nHi\r\n--b--\r\n", "ambiguous"},
      {"a part behind the end", multipart("multipart/mixed", {hello}) + "--b\r\n\r\nHi\r\n", "ambiguous"},
      {"an encoded multipart", "Content-Transfer-Encoding: base64\r\n" + multipart("multipart/mixed", {hello}),
       "ambiguous"},
      {"damaged base64", "Content-Transfer-Encoding: base64\r\n\r\nSGk=\r\nlist footer: __\r\n", "ambiguous"},
      {"damaged quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\n=ZZ\r\n", "ambiguous"},
      {"an unknown charset", "Content-Type: text/plain; charset=x-nothing\r\n\r\nHi\r\n", "unwritable"},
      {"broken UTF-8 in seven bits' clothes", "Content-Type: text/plain\r\n\r\nHi \xFF\r\n", "unwritable"},
      {"uuencode", "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n#2&D*\r\n`\r\nend\r\n", "unwritable"},
      {"a comment without end", "Content-Type: text/html\r\n\r\n<p>Hi<!-- \r\n", "unwritable"},
      {"HTML in UTF-7", "Content-Type: text/html; charset=utf-7\r\n\r\n<p>Hi\r\n", "unwritable"},
      {"raw UTF-16", "Content-Type: text/plain; charset=utf-16le\r\nContent-Transfer-Encoding: binary\r\n\r\nH.i.",
       "unwritable"},
  };
  for (const Case& c : cases) {
    const BodyEdit edit = edit_footer(c.mail, kFooter);
    EXPECT_EQ(to_string(edit.outcome), c.outcome) << c.name << ": " << edit.why;
    EXPECT_TRUE(edit.splices.empty() && edit.fields.empty()) << c.name;
    EXPECT_NE(edit.why, "") << c.name;
  }
}

TEST(FooterRefusal, OneBadAlternativeLeavesTheOtherAlone) {
  const BodyEdit edit = edit_footer(
      multipart("multipart/alternative", {"\r\nHello\r\n", "Content-Type: text/html\r\n\r\n<p>Hi<!-- \r\n"}), kFooter);
  EXPECT_EQ(edit.outcome, FooterOutcome::unwritable);
  EXPECT_TRUE(edit.splices.empty());
}

TEST(FooterRefusal, ABoundaryInTheFooterEndsNoPart) {
  for (const std::string boundary : {"b", "confidential"}) {
    const BodyEdit edit = edit_footer(multipart("multipart/mixed", {"\r\nHello\r\n"}, boundary),
                                      {"Terms\n--" + boundary + "\nand more", "", false});
    EXPECT_EQ(to_string(edit.outcome), "unwritable");
    EXPECT_EQ(edit.why, "the footer holds a boundary of the message");
  }
}

TEST(FooterRefusal, DeepAndWideMailsAreBounded) {
  std::string deep = "\r\nHi\r\n";
  for (int i = 0; i < 40; i++) deep = multipart("multipart/mixed", {deep}, "b" + std::to_string(i));
  EXPECT_EQ(edit_footer(deep, kFooter).outcome, FooterOutcome::limit);
  std::vector<std::string> many(20'000, "Content-Type: image/png\r\n\r\n\r\n");
  EXPECT_EQ(edit_footer(multipart("multipart/mixed", many), kFooter).outcome, FooterOutcome::limit);
  EXPECT_EQ(
      edit_footer(multipart("multipart/alternative", std::vector<std::string>(20, "\r\nHi\r\n")), kFooter).outcome,
      FooterOutcome::limit);
  EXPECT_EQ(edit_footer("\r\n\r\n" + std::string(kMostFooterText + 1, 'x'), kFooter).outcome, FooterOutcome::limit);
}

TEST(FooterRefusal, AnEmptyFooterIsNone) {
  EXPECT_EQ(edit_footer("\r\n\r\nHi\r\n", {" \n ", "https://x.example", true}).outcome, FooterOutcome::present);
}

}  // namespace
}  // namespace postern::extract
