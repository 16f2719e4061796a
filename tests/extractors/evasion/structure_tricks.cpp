// Structure that programs read in different ways.
#include "tests/extractors/evasion/trick.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

const std::string kSecret = "Amber Falcon";
const std::string kCoded = "Content-Transfer-Encoding: base64\n\nQW1iZXIgRmFsY29u\n";  // a part that says it
const std::string kPlain = "Content-Type: text/plain\n";

std::string multipart(const std::string& type, const std::string& body) {
  return mail_of("Content-Type: " + type + "\n", body);
}

std::string nested(int depth) {
  std::string inner = kCoded;
  for (int i = 0; i < depth; i++) {
    const std::string boundary = "n" + std::to_string(i) + "n";
    inner = "Content-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary + "\n" + inner + "--" +
            boundary + "--\n";
  }
  return "From: a@example.com\n" + inner;
}

}  // namespace

std::vector<Trick> structure_tricks() {
  const std::string part = "--b\n" + kCoded + "--b--\n", one = "--b\n\none\n";
  const Outcome differs = Outcome::ambiguous;
  return {
      {"preamble", multipart("multipart/mixed; boundary=b", kSecret + "\n" + one + "--b--\n")},
      {"epilogue", multipart("multipart/mixed; boundary=b", one + "--b--\n" + kSecret + "\n")},
      {"part behind the end", multipart("multipart/mixed; boundary=b", one + "--b--\n" + part), differs},
      {"mail behind the end", multipart("multipart/mixed; boundary=b", one + "--b--\n\n" + kCoded + "\n" + kSecret)},
      {"first alternative",
       multipart("multipart/alternative; boundary=b",
                 "--b\n" + kPlain + "\n" + kSecret + "\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n")},
      {"middle alternative",
       multipart("multipart/alternative; boundary=b", "--b\n" + kPlain +
                                                          "\nx\n--b\nContent-Type: text/enriched\n\n<bold>Amber</bold> "
                                                          "Falcon\n--b\nContent-Type: text/html\n\n<p>x\n--b--\n")},
      {"alternative for watches",
       multipart("multipart/alternative; boundary=b", "--b\n" + kPlain +
                                                          "\nx\n--b\nContent-Type: text/watch-html\n\n<p>Am<b>ber"
                                                          "</b> Falcon\n--b--\n")},
      {"alternative of amp", multipart("multipart/alternative; boundary=b",
                                       "--b\n" + kPlain +
                                           "\nx\n--b\nContent-Type: text/x-amp-html\n\n<!doctype html><p>Am<b>ber"
                                           "</b> Falcon\n--b--\n")},
      {"related file", multipart("multipart/related; boundary=b",
                                 "--b\nContent-Type: text/html\n\n<p>x\n--b\n"
                                 "Content-ID: <a>\nContent-Type: text/html\n" +
                                     kCoded + "--b--\n")},
      {"unknown multipart", multipart("multipart/x-plan; boundary=b", part)},
      {"no subtype", multipart("multipart; boundary=b", part), differs},
      {"no boundary parameter", multipart("multipart/mixed", "--b\n" + kPlain + kCoded + "--b--\n"), differs},
      {"empty boundary parameter", multipart("multipart/mixed; boundary=\"\"", "--\n" + kPlain + kCoded + "----\n")},
      {"another boundary", multipart("multipart/mixed; boundary=x", "--b\n" + kPlain + kCoded + "--b--\n"), differs},
      {"another boundary without fields", multipart("multipart/mixed; boundary=x", "--b\n\n" + kSecret + "\n--b--\n"),
       Outcome::malformed},
      {"two boundaries", multipart("multipart/mixed; boundary=a; boundary=b", "--a\n\none\n--a--\n" + part), differs},
      {"two types", mail_of("Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n", part), differs},
      {"two types the other way",
       mail_of("Content-Type: multipart/mixed; boundary=b\nContent-Type: text/plain\n", part), differs},
      {"two types with boundaries",
       mail_of("Content-Type: multipart/mixed; boundary=a\nContent-Type: multipart/mixed; "
               "boundary=b\n",
               "--a\n\none\n--a--\n" + part),
       differs},
      {"twelve types",
       mail_of(
           [] {
             std::string out;
             for (int i = 0; i < 11; i++) out += "Content-Type: text/x" + std::to_string(i) + "\n";
             return out + "Content-Type: multipart/mixed; boundary=b\n";
           }(),
           part),
       differs},
      {"boundary in pieces",
       multipart("multipart/mixed; boundary*0=Amb; boundary*1=er", "--Amber\n" + kCoded + "--Amber--\n")},
      {"boundary by percents", multipart("multipart/mixed; boundary*=us-ascii''%62", part)},
      {"boundary plain and by percents",
       multipart("multipart/mixed; boundary=a; boundary*=us-ascii''b", "--a\n\none\n--a--\n" + part), differs},
      {"boundary with a comment", multipart("multipart/mixed; boundary=b (c)", part)},
      {"boundary behind a comment", multipart("multipart/mixed; (; boundary=a) boundary=b", part)},
      {"boundary in single quotes", multipart("multipart/mixed; boundary='b'", "--'b'\n" + kCoded + "--'b'--\n")},
      {"boundary without semicolon", multipart("multipart/mixed boundary=b", part), differs},
      {"boundary behind a comma", multipart("multipart/mixed, boundary=b", part), differs},
      {"boundary behind two semicolons", multipart("multipart/mixed;; ; boundary=b", part)},
      {"boundary around equals", multipart("multipart/mixed; boundary = \"b\"", part)},
      {"boundary in capitals", multipart("MULTIPART/MIXED; BOUNDARY=b", part)},
      {"boundary with quotes inside", multipart("multipart/mixed; boundary=\"a\"b", "--ab\n" + kCoded + "--ab--\n")},
      {"boundary with a backslash", multipart("multipart/mixed; boundary=\"a\\b\"", "--ab\n" + kCoded + "--ab--\n")},
      {"boundary with a kept backslash",
       multipart("multipart/mixed; boundary=\"a\\b\"", "--a\\b\n" + kCoded + "--a\\b--\n")},
      {"boundary without end of quotes", multipart("multipart/mixed; boundary=\"b", part)},
      {"boundary folded", multipart("multipart/mixed;\n\tboundary=\n\t\"b\"", part)},
      {"boundary ending in a space", multipart("multipart/mixed; boundary=\"b \"", part)},
      {"line that begins as the boundary",
       multipart("multipart/mixed; boundary=b", one + "--bc\n" + kCoded + "--b--\n"), differs},
      {"unclosed", multipart("multipart/mixed; boundary=b", one + "--b\n" + kCoded)},
      {"cut in the data",
       multipart("multipart/mixed; boundary=b", one + "--b\nContent-Transfer-Encoding: base64\n\nQW1iZXIgRmFsY29uI")},
      {"boundary of the outer inside",
       multipart("multipart/mixed; boundary=b",
                 "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\none\n" + part)},
      {"same boundary inside",
       multipart("multipart/mixed; boundary=b", "--b\nContent-Type: multipart/mixed; boundary=b\n\n" + part)},
      {"nested eight deep", nested(8)},
      {"part without empty line", multipart("multipart/mixed; boundary=b", "--b\n" + kSecret + "\n--b--\n")},
      {"empty lines before fields", multipart("multipart/mixed; boundary=b", "--b\n\n" + kCoded + "--b--\n"), differs},
      {"white line before the body", "From: a@example.com\nContent-Transfer-Encoding: base64\n \nQW1iZXIgRmFsY29u\n",
       differs},
      {"white line in the header", "From: a@example.com\n \nContent-Transfer-Encoding: base64\n\nQW1iZXIgRmFsY29u\n",
       differs},
      {"odd line in the header", "From: a@example.com\nodd\nContent-Transfer-Encoding: base64\n\nQW1iZXIgRmFsY29u\n",
       differs},
      {"lone returns", "From: a@example.com\rContent-Transfer-Encoding: base64\r\rQW1iZXIgRmFsY29u\r", differs},
      {"mark before the header",
       "\xEF\xBB\xBF"
       "From: a@example.com\n" +
           kCoded},
      {"from line of an mbox", "From a@example.com Mon Feb 1 07:00:00 2027\n" + kCoded},
      {"no header at all", kSecret + " ships\n"},
      {"header alone", "Subject: " + kSecret},
      {"forwarded", mixed({"Content-Type: message/rfc822\n\nSubject: x\n" + kCoded})},
      {"forwarded in base64", mixed({"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" +
                                     base64_of("Subject: x\n" + kCoded)})},
      {"forwarded as a file", attached("mail.eml", "From: a@example.com\nSubject: x\n" + kCoded)},
      {"forwarded as text", attached("mail.txt", "From: a@example.com\nSubject: x\n" + kCoded, "text/plain")},
      {"forwarded as global", mixed({"Content-Type: message/global\n\nSubject: x\n" + kCoded})},
      {"digest", multipart("multipart/digest; boundary=b", "--b\n\nSubject: x\n" + kCoded + "--b--\n")},
      {"partial",
       mail_of("Content-Type: message/partial; id=x; number=1; total=1\n", "Subject: x\n\n" + kSecret + "\n"), differs},
      {"external body", mail_of("Content-Type: message/external-body; access-type=URL\n",
                                "Content-Type: text/plain\n\n" + kSecret + "\n")},
      {"report",
       multipart(
           "multipart/report; boundary=b",
           "--b\n\nx\n--b\nContent-Type: message/delivery-status\n\nDiagnostic-Code: x; Amber\n Falcon\n--b--\n")},
      {"multipart encoded whole",
       mail_of("Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n", base64_of(part)),
       differs},
      {"signed", multipart("multipart/signed; boundary=b",
                           "--b\n" + kCoded + "--b\nContent-Type: application/pgp-signature\n\nx\n--b--\n")},
      {"encrypted that is not", multipart("multipart/encrypted; boundary=b",
                                          "--b\nContent-Type: application/pgp-encrypted\n\nVersion: "
                                          "1\n--b\nContent-Type: application/octet-stream\n\n" +
                                              kSecret + "\n--b--\n")},
      {"type of nonsense", mail_of("Content-Type: plan\n", kSecret + "\n")},
      {"type html alone", mail_of("Content-Type: html\n", "<html><p>Am<b>ber</b> Falcon\n")},
      {"type with a zero byte",
       mail_of("Content-Type: text/html" + std::string(1, '\0') + "; x=y\n", "<html><p>Am<b>ber</b> Falcon\n")},
      {"picture that is text", attached("photo.png", kSecret + " ships in March", "image/png")},
      {"text behind a picture's mark", attached("a.gif", "GIF89a " + kSecret + " ships in March", "image/gif")},
      {"program that is text", attached("setup.exe", kSecret + " ships in March", "application/x-msdownload")},
      {"signature that is text", attached("smime.p7s", kSecret + " ships in March", "application/pkcs7-signature")},
  };
}

}  // namespace postern::test
