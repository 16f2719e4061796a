// Nesting and damage.
#include "tests/extractors/mail/oracle/generated.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

const std::string kTop = "From: a@example.com\nSubject: Numbers\nMIME-Version: 1.0\n";
const std::string kMixed = kTop + "Content-Type: multipart/mixed; boundary=b\n\n";

std::string multipart(const std::string& subtype, const std::string& boundary, const std::vector<std::string>& parts) {
  std::string out = "Content-Type: multipart/" + subtype + "; boundary=\"" + boundary + "\"\n\n";
  for (const std::string& part : parts) out += "--" + boundary + "\n" + part + "\n";
  return out + "--" + boundary + "--\n";
}

std::string deep(int depth) {
  std::string inner = "Content-Type: text/plain\n\nthe deepest Amber Falcon\n";
  for (int i = depth; i > 0; i--)
    inner = multipart("mixed", "level" + std::to_string(i) + "x", {inner, "\nbeside it " + std::to_string(i) + "\n"});
  return kTop + inner;
}

}  // namespace

std::vector<NamedMail> mails_of_structures() {
  const std::string plain = "Content-Type: text/plain; charset=utf-8\n\n", html = "Content-Type: text/html\n\n";
  const std::string secret = "Amber Falcon ships", coded = base64_of("Amber Falcon ships\n");
  const std::string as_base64 = "Content-Transfer-Encoding: base64\n\n", as_qp =
                                                                             "Content-Transfer-Encoding: "
                                                                             "quoted-printable\n\n";
  const std::string inner = "From: c@example.com\nSubject: Inner plan\n\ninner text of Amber\n";
  return {
      {"no header field", "\nAmber Falcon\n"},
      {"header only", "Subject: Amber Falcon\n"},
      {"header without an end of line", "Subject: Amber Falcon"},
      {"missing empty line", "Subject: Numbers\nAmber Falcon ships\nand more\n"},
      {"white line as empty line", kTop + " \nAmber Falcon ships\n"},
      {"alternative", kTop + multipart("alternative", "b", {plain + "one", html + "<p>two</p>"})},
      {"mixed in alternative in mixed",
       kTop +
           multipart("mixed", "o",
                     {multipart("alternative", "m", {plain + "one", multipart("related", "i", {html + "<p>two</p>"})}),
                      plain + "three"})},
      {"deep 5", deep(5)},
      {"deep 12", deep(12)},
      {"preamble and epilogue", kMixed + "before Amber\n--b\n\ntext\n--b--\nafter Falcon\n"},
      {"forwarded mail", kTop + multipart("mixed", "b", {plain + "see", "Content-Type: message/rfc822\n\n" + inner})},
      {"forwarded multipart", kTop + multipart("mixed", "b",
                                               {"Content-Type: message/rfc822\n\nSubject: in\n" +
                                                multipart("mixed", "c", {plain + "one", plain + "two"})})},
      {"forwarded in base64", kTop + "Content-Type: message/rfc822\n" + as_base64 + base64_of(inner)},
      {"forwarded twice",
       kTop + "Content-Type: message/rfc822\n\nSubject: one\nContent-Type: message/rfc822\n\n" + inner},
      {"digest", kTop + multipart("digest", "b", {"\n" + inner, "\nSubject: second\n\nother text\n"})},
      {"partial", kTop + "Content-Type: message/partial; id=x; number=2; total=3\n\nAmber Falcon\n"},
      {"external body", kTop + "Content-Type: message/external-body; access-type=URL; "
                               "url=\"http://example.com/amber\"\n\nContent-Type: text/plain\n\nphantom\n"},
      {"report", kTop + multipart("report; report-type=delivery-status", "b",
                                  {"\nfailed", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; amber",
                                   "Content-Type: text/rfc822-headers\n\nSubject: Falcon\n"})},
      {"boundary with spaces", kTop + multipart("mixed", "Amber b", {"\none", "\ntwo"})},
      {"boundary of odd letters", kTop + multipart("mixed", "=_(b)'+,-./:?", {"\none", "\ntwo"})},
      {"inner boundary begins as the outer",
       kTop + multipart("mixed", "b", {multipart("mixed", "bb", {"\none"}), "\ntwo"})},
      {"outer boundary begins as the inner",
       kTop + multipart("mixed", "bb", {multipart("mixed", "b", {"\none"}), "\ntwo"})},
      {"white space behind boundaries", kMixed + "--b  \n\none\n--b\t\n\ntwo\n--b-- \n"},
      {"unclosed", kMixed + "--b\n\none\n--b\n\ntwo"},
      {"cut in a header", kMixed + "--b\n\none\n--b\nContent-Type: te"},
      {"cut in base64", kMixed + "--b\n" + as_base64 + coded.substr(0, 13)},
      {"cut in quoted-printable", kMixed + "--b\n" + as_qp + "Amber Falcon =C"},
      {"cut at a soft break", kMixed + "--b\n" + as_qp + "Amber Falcon="},
      {"no boundary line", kMixed + "Amber Falcon\n"},
      {"another boundary", kMixed + "--c\n" + plain + "Amber Falcon\n--c--\n"},
      {"no boundary parameter", kTop + "Content-Type: multipart/mixed\n\n--b\n" + plain + "Amber Falcon\n--b--\n"},
      {"empty parts", kMixed + "--b\n--b\n\n--b\n\n\n--b\n\nAmber\n--b--\n"},
      {"only the end", kMixed + "--b--\nAmber Falcon\n"},
      {"parts behind the end", kMixed + "--b\n\none\n--b--\n--b\n\nAmber\n--b--\n"},
      {"part without header and empty line", kMixed + "--b\nAmber Falcon\n--b--\n"},
      {"inner ends by the outer boundary",
       kMixed + "--b\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\none\n--b\n\ntwo\n--b--\n"},
      {"same boundary inside", kTop + multipart("mixed", "b", {multipart("mixed", "b", {"\none"}), "\ntwo"})},
      {"base64 lines of odd length", kTop + as_base64 + base64_of(secret + " in odd lines\n", 7 * 4)},
      {"base64 with junk", kTop + as_base64 + "QW1i!ZXIg*RmFs\n Y29u IHNoaXBz\n"},
      {"base64 with empty lines", kTop + as_base64 + "QW1iZXIg\n\n\nRmFsY29u\n"},
      {"base64 without padding", kTop + as_base64 + "QW1iZXIgRmFsY28\n"},
      {"base64 in one long line", kTop + as_base64 + base64_of(std::string(900, 'x') + " " + secret, 0) + "\n"},
      {"base64 padded in the middle", kTop + as_base64 + "QW1iZXIg\nRmFsY28=\nbiBzaGlwcw==\n"},
      {"text behind base64", kTop + as_base64 + coded + "-- \nlist footer Falcon\n"},
      {"upper case encoding", kTop + "CONTENT-TRANSFER-ENCODING: BASE64\n\n" + coded},
      {"encoding with comment", kTop + "Content-Transfer-Encoding: (x) base64 (y)\n\n" + coded},
      {"quoted-printable soft breaks", kTop + as_qp + "Amber =\nFal=\ncon=20\nships=  \nnow\n"},
      {"quoted-printable broken", kTop + as_qp + "Amber =ZZ Falcon = ships =4\n"},
      {"quoted-printable lower case", kTop + as_qp + "Gr=c3=b6=c3=9fe\n"},
      {"quoted-printable of line ends", kTop + as_qp + "Amber=0AFalcon=0D=0Aships\n"},
      {"quoted-printable dots", kTop + as_qp + ".\n=2E\nAmber\n"},
      {"uuencode without a name",
       kTop + "Content-Transfer-Encoding: x-uuencode\n\nbegin 644\n2" + uuencoded(secret, "x").substr(13)},
      {"uuencode cut",
       kTop + "Content-Transfer-Encoding: uuencode\n\n" + uuencoded(secret + std::string(60, 'x'), "x").substr(0, 60)},
      {"uuencoded file in a text", kTop + "\nSee Amber.\n\n" + uuencoded(secret, "plan.txt") + "\nAnd Falcon.\n"},
      {"format flowed", kTop + "Content-Type: text/plain; format=flowed\n\nAmber \nFalcon ships\n> quoted \n> text\n"},
      {"format flowed delsp", kTop + "Content-Type: text/plain; format=flowed; delsp=yes\n\nAmber Fal \ncon\n"},
      {"signature", kTop + "\ntext\n-- \nAmber Falcon\n"},
      {"quoted", kTop + "\n> Amber\n>> Falcon\nanswer\n"},
      {"from line in the body", kTop + "\n>From Amber to Falcon\nFrom here\n"},
      {"encoded multipart",
       kTop + "Content-Type: multipart/mixed; boundary=b\n" + as_base64 + base64_of("--b\n\nAmber Falcon\n--b--\n")},
      {"type with comments", kTop + "Content-Type: text/(x)plain (y); (z) charset=utf-8\n\nAmber\n"},
      {"type in capitals", kTop + "CONTENT-TYPE: TEXT/HTML; CHARSET=UTF-8\n\n<p>Größe</p>\n"},
      {"type of nonsense", kTop + "Content-Type: nonsense\n\nAmber Falcon\n"},
      {"type empty", kTop + "Content-Type:\n\nAmber Falcon\n"},
      {"type with trailing semicolon", kTop + "Content-Type: text/plain;\n\nAmber Falcon\n"},
      {"charset unknown", kTop + "Content-Type: text/plain; charset=x-none\n\nAmber Größe\n"},
      {"charset missing", kTop + "\nGröße Amber\n"},
      {"charset lies", kTop + "Content-Type: text/plain; charset=iso-8859-1\n\nGröße Amber\n"},
      {"charset in quotes", kTop + "Content-Type: text/plain; charset='utf-8'\n\nGröße Amber\n"},
      {"application text",
       kTop + multipart("mixed", "b", {"Content-Type: application/octet-stream\n" + as_base64 + coded})},
      {"signed", kTop + multipart("signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256", "b",
                                  {plain + secret, "Content-Type: application/pgp-signature\n\nno signature"})},
      {"encrypted that is not", kTop + multipart("encrypted; protocol=\"application/pgp-encrypted\"", "b",
                                                 {"Content-Type: application/pgp-encrypted\n\nVersion: 1",
                                                  "Content-Type: application/octet-stream\n\n" + secret})},
      {"appledouble",
       kTop + multipart("appledouble", "b", {"Content-Type: application/applefile\n\nx", plain + secret})},
      {"tabs in fields", "Subject:\tAmber\nContent-Type:\ttext/plain;\n\tcharset=utf-8\n\nGröße\n"},
      {"resent", "Resent-From: amber@example.com\nReceived: from falcon\nSubject: x\n\ny\n"},
      {"lines of a kilobyte", kTop + "\n" + std::string(5000, 'y') + " " + secret + "\n"},
      {"zero bytes", kTop + "\nAmber" + std::string(1, '\0') + "Falcon\n"},
  };
}

}  // namespace postern::test
