// Transfer encodings: labels that lie and data that are damaged.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string coded(const std::string& encoding, const std::string& body) {
  return mail_of("Content-Transfer-Encoding: " + encoding + "\n", body);
}

}  // namespace

std::vector<Trick> encoding_tricks() {
  const std::string data = "QW1iZXIgRmFsY29u\n", clear = "Amber Falcon\n";
  const Outcome differs = Outcome::ambiguous;
  return {
      {"base64", coded("base64", data)},
      {"base64 in capitals", coded("BASE64", data)},
      {"base64 folded", coded("\n base64", data)},
      {"base64 with a comment", coded("base64 (8bit)", data)},
      {"base64 behind a comment", coded("(8bit) base64", data), differs},
      {"base64 in quotes", coded("\"base64\"", data), differs},
      {"base64 with a semicolon", coded("base64;", data), differs},
      {"base64 with a parameter", coded("base64; x=y", data), differs},
      {"base64 behind another word", coded("8bit, base64", data), differs},
      {"base64 misspelt", coded("base-64", data), differs},
      {"base64 before 8bit", mail_of("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 8bit\n", data),
       differs},
      {"8bit before base64", mail_of("Content-Transfer-Encoding: 8bit\nContent-Transfer-Encoding: base64\n", data),
       differs},
      {"base64 and quoted-printable",
       mail_of("Content-Transfer-Encoding: quoted-printable\nContent-Transfer-Encoding: base64\n", data), differs},
      {"base64 with a zero byte in the label", coded("base" + std::string(1, '\0') + "64", data)},
      {"space before the colon of the label", mail_of("Content-Transfer-Encoding : base64\n", data), differs},
      {"base64 with junk", coded("base64",
                                 "QW1i*ZXIg!Rm\x80\x81"
                                 "FsY2$9u\n")},
      {"base64 with blanks", coded("base64", "Q W 1 i Z X I g\n\nR m F s Y 2 9 u\n")},
      {"base64 with dots at line starts", coded("base64", ".QW1iZXIg\n.RmFsY29u\n")},
      {"base64 without padding", coded("base64", "QW1iZXIgRmFsY29uIQ\n")},
      {"base64 in padded pieces", coded("base64", "QW1iZQ==\nciBGYQ==\nbGNvbg==\n"), differs},
      {"base64 padded too early", coded("base64", "QW1i=ZXIg=RmFs=Y29u\n"), differs},
      {"base64 cut", coded("base64", "QW1iZXIgRmFsY29uI")},
      {"base64 of web addresses", coded("base64", "QW1iZXIgRmFsY29uID-_Pz8\n")},
      {"clear text labelled base64", coded("base64", "Amber Falcon, our plan\n")},
      {"clear text behind base64", coded("base64", "aGVsbG8=\n\n-- \nAmber Falcon, our plan\n")},
      {"clear text labelled uuencode", coded("x-uuencode", "Amber Falcon, our plan\n")},
      {"clear text beside uuencode", coded("x-uuencode", "Amber Falcon, our plan\n" + uuencoded("file", "x"))},
      {"clear text labelled yenc", coded("x-yenc", "Amber Falcon, our plan\n")},
      {"unknown encoding", coded("x-plan", clear), differs},
      {"binary", coded("binary", clear)},
      {"quoted-printable", coded("quoted-printable", "=41m=62er =46alcon\n")},
      {"quoted-printable in lower case", coded("quoted-printable", "=41m=62er=20=46a=6ccon\n")},
      {"quoted-printable soft breaks", coded("quoted-printable", "Am=\nber Fal=\ncon\n")},
      {"quoted-printable soft break with blanks", coded("quoted-printable", "Am= \t\nber Falcon\n")},
      {"quoted-printable cut", coded("quoted-printable", "Amber Falcon=")},
      {"quoted-printable broken elsewhere", coded("quoted-printable", "=ZZ Amber=20Falcon =4\n")},
      {"quoted-printable misspelt", coded("quoted_printable", "=41mber Falcon\n"), differs},
      {"quoted-printable with a space", coded("quoted printable", "=41mber Falcon\n"), differs},
      {"uuencode", coded("x-uuencode", uuencoded("Amber Falcon", "plan.txt"))},
      {"uuencode short label", coded("uue", uuencoded("Amber Falcon", "plan.txt"))},
      {"uuencode in a text", mail_of("", "see\n\n" + uuencoded("Amber Falcon", "plan.txt") + "\nbye\n")},
      {"uuencode cut off", mail_of("", "see\n\n" + uuencoded("Amber Falcon", "plan.txt").substr(0, 42))},
      {"uuencode in a preamble",
       mail_of("Content-Type: multipart/mixed; boundary=b\n", uuencoded("Amber Falcon", "x") + "--b\n\nx\n--b--\n")},
      {"yenc in a text", mail_of("",
                                 "=ybegin line=128 size=12 "
                                 "name=plan.txt\n\x6B\x97\x8C\x8F\x9C\x4A\x70\x8B\x96\x8D\x99\x98\n=yend size=12\n")},
      {"base64 of a text file", attached("plan.txt", "Amber Falcon")},
      {"file without a type", mixed({"Content-Disposition: attachment; filename=x\n\nAmber Falcon"})},
      {"file of an unknown type", attached("plan.x", "Amber Falcon ships in March", "application/x-plan")},
      {"file within a calendar", mail_of("Content-Type: text/calendar\n",
                                         "BEGIN:VCALENDAR\nBEGIN:VEVENT\nATTACH;ENCODING=BASE64;VALUE=BINARY:"
                                         "QW1iZXIgRmFsY29u\nEND:VEVENT\nEND:VCALENDAR\n")},
      {"folded calendar",
       mail_of("Content-Type: text/calendar\n", "BEGIN:VCALENDAR\nSUMMARY:Am\n ber Fal\n con\nEND:VCALENDAR\n")},
      {"card in quoted-printable",
       attached("x.vcf", "BEGIN:VCARD\nVERSION:2.1\nNOTE;ENCODING=QUOTED-PRINTABLE:Am=\nber=20Falcon\nEND:VCARD\n")},
  };
}

}  // namespace postern::test
