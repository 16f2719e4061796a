// Which bytes go when an attachment is taken off, and which mails are left alone.
#include "extractors/strip/strip.h"

#include "base/crypto.h"
#include "tests/extractors/footer/apply.h"

namespace postern::extract {
namespace {

const std::string kSecret = "Nightjar ships in May";
const std::string kSecretBase64 = "TmlnaHRqYXIgc2hpcHMgaW4gTWF5";
const std::string kNote =
    "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    "Content-Disposition: inline\r\n\r\nremoved: pl=C3=A4ne.pdf";

std::vector<StripPart> wanted(const std::vector<std::string>& contents = {kSecret}) {
  std::vector<StripPart> out;
  for (const std::string& content : contents) out.push_back({to_hex(sha256(content)), "removed: pläne.pdf"});
  return out;
}

std::string multipart(const std::string& type, const std::vector<std::string>& parts,
                      const std::string& boundary = "b") {
  std::string out = "Content-Type: " + type + "; boundary=\"" + boundary + "\"\r\n\r\n";
  for (const std::string& part : parts) out += "--" + boundary + "\r\n" + part + "\r\n";
  return out + "--" + boundary + "--\r\n";
}

std::string file(const std::string& type = "application/pdf") {
  return "Content-Type: " + type + "; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" + kSecretBase64;
}
const std::string kHello = "\r\nHello";
const std::string kOther = "Content-Type: application/zip\r\nX-Odd:  kept \r\n\r\n\x01PK\x02";

TEST(Strip, PutsANoteInThePlaceOfThePartAndLeavesAllElse) {
  struct Case {
    std::string name;
    std::vector<std::string> before, after;
  };
  const std::string quoted =
      "Content-Disposition: attachment\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nNight=\r\njar ships in "
      "May";
  const Case cases[] = {
      {"one of three", {kHello, file(), kOther}, {kHello, kNote, kOther}},
      {"the only part", {file()}, {kNote}},
      {"the same part twice", {file(), kHello, file("image/png")}, {kNote, kHello, kNote}},
      {"in another encoding", {kHello, quoted, file()}, {kHello, kNote, kNote}},
      {"as it stands", {kHello, "Content-Type: x/y\r\n\r\n" + kSecret}, {kHello, kNote}},
      {"beside the root of a related",
       {multipart("multipart/related", {kHello, file("image/png")}, "r")},
       {multipart("multipart/related", {kHello, kNote}, "r")}},
      {"beside an alternative",
       {multipart("multipart/alternative", {kHello, "Content-Type: text/html\r\n\r\n<p>Hello"}, "a"), file()},
       {multipart("multipart/alternative", {kHello, "Content-Type: text/html\r\n\r\n<p>Hello"}, "a"), kNote}},
  };
  for (const Case& c : cases) {
    const std::string mail = multipart("multipart/mixed", c.before);
    const BodyEdit edit = strip_parts(mail, wanted());
    ASSERT_EQ(to_string(edit.outcome), "added") << c.name << ": " << edit.why;
    EXPECT_EQ(test::applied(mail, edit), multipart("multipart/mixed", c.after)) << c.name;
    EXPECT_TRUE(edit.fields.empty()) << c.name;
  }
}

TEST(Strip, AMailThatIsTheAttachmentBecomesTheNote) {
  const std::string mail =
      "Subject: x\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Disposition: attachment;\r\n"
      " filename=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
      kSecretBase64 + "\r\n";
  const BodyEdit edit = strip_parts(mail, wanted());
  ASSERT_EQ(to_string(edit.outcome), "added") << edit.why;
  EXPECT_EQ(test::applied(mail, edit),
            "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: inline\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\nremoved: pl=C3=A4ne.pdf\r\n");
}

// Files without a byte are all the same; a text without one holds nothing that could go.
TEST(Strip, EmptyFilesGoAndEmptyTextsStay) {
  const std::string empty_file = "Content-Type: application/x-key; name=a.key\r\n\r\n";
  const std::string mail = multipart("multipart/mixed", {"\r\n", empty_file, kOther});
  const BodyEdit edit = strip_parts(mail, wanted({""}));
  ASSERT_EQ(to_string(edit.outcome), "added") << edit.why;
  EXPECT_EQ(test::applied(mail, edit), multipart("multipart/mixed", {"\r\n", kNote, kOther}));
}

TEST(Strip, EachMailIsLeftAloneForItsReason) {
  struct Case {
    std::string name, mail, outcome;
  };
  const auto mixed = [](const std::vector<std::string>& parts) { return multipart("multipart/mixed", parts); };
  const std::vector<Case> cases = {
      {"S/MIME", multipart("multipart/signed", {file(), "Content-Type: application/pkcs7-signature\r\n\r\nx"}),
       "signed"},
      {"something signed beside it", mixed({multipart("multipart/signed", {kHello}, "s"), file()}), "signed"},
      {"a signature beside it", mixed({file(), "Content-Type: application/pgp-signature\r\n\r\nx"}), "signed"},
      {"DKIM", "DKIM-Signature: v=1\r\n" + mixed({kHello, file()}), "signed"},
      {"S/MIME, sealed", mixed({file(), "Content-Type: application/pkcs7-mime\r\n\r\nx"}), "encrypted"},
      {"OpenPGP", mixed({file(), multipart("multipart/encrypted", {kHello}, "e")}), "encrypted"},
      {"a form of an alternative", multipart("multipart/alternative", {kHello, file("text/calendar")}), "unwritable"},
      {"a form of an alternative, deeper",
       multipart("multipart/alternative", {kHello, multipart("multipart/mixed", {file()}, "c")}), "unwritable"},
      {"the root of a related", multipart("multipart/related", {file("text/html"), kOther}), "unwritable"},
      {"the root that a related names",
       multipart("multipart/related; start=\"<r>\"", {kOther, "Content-ID: <r>\r\n" + file()}), "unwritable"},
      {"half of a double file", multipart("multipart/appledouble", {kOther, file()}), "unwritable"},
      {"the text of the mail", mixed({"\r\n" + kSecret, file()}), "unwritable"},
      {"in a forwarded mail only",
       mixed({kHello, "Content-Type: message/rfc822\r\n\r\n" + multipart("multipart/mixed", {file()}, "q")}),
       "present"},
      {"not there", mixed({kHello, kOther}), "present"},
      {"a header without end", "Subject: x\r\n", "ambiguous"},
      {"two encodings", mixed({"Content-Transfer-Encoding: 8bit\r\n" + file()}), "ambiguous"},
      {"two types beside it", mixed({"Content-Type: a/b\r\nContent-Type: c/d\r\n\r\nx", file()}), "ambiguous"},
      {"data behind the padding", mixed({file() + "=\r\nTmln"}), "present"},
      {"a line beside the data", mixed({file() + "\r\n****"}), "ambiguous"},
      {"a line beside a file in uuencode",
       mixed({"Content-Type: a/b\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nsee:\r\nbegin 644 a\r\n"
              "53FEG:'1J87(@<VAI<',@:6X@36%Y\r\n`\r\nend\r\n"}),
       "ambiguous"},
      {"a boundary that begins another", mixed({multipart("multipart/alternative", {kHello}, "b1"), file()}),
       "ambiguous"},
      {"no end", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + file() + "\r\n", "ambiguous"},
      {"parts behind the end", mixed({file()}) + "--b\r\n\r\nmore\r\n--b--\r\n", "ambiguous"},
      {"a piece of a mail", mixed({"Content-Type: message/partial; id=1\r\n\r\nx", file()}), "ambiguous"},
      {"a lone return in a header", mixed({"\rD: x\r\nHi", file()}), "ambiguous"},
      {"a checksum of the whole",
       "Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==\r\nContent-Transfer-Encoding: base64\r\n"
       "Content-Type: application/pdf\r\n\r\n" +
           kSecretBase64 + "\r\n",
       "unwritable"},
      {"nothing", "", "ambiguous"},
  };
  for (const Case& c : cases) {
    const BodyEdit edit = strip_parts(c.mail, wanted());
    EXPECT_EQ(to_string(edit.outcome), c.outcome) << c.name << ": " << edit.why;
    EXPECT_FALSE(edit.why.empty()) << c.name;
    EXPECT_TRUE(edit.splices.empty() && edit.fields.empty()) << c.name;
  }
}

// Of a mail that is itself the attachment reviewers are told which field is in the way.
TEST(Strip, SaysWhichFieldOfTheHeaderIsInTheWay) {
  const std::string type = "Content-Type: application/pdf\r\n";
  const std::string encoding = "Content-Transfer-Encoding: base64\r\n";
  struct Case {
    std::string mail, why;
  };
  for (const Case& c :
       {Case{type + "\r\n" + kSecret, "the header of the message has no field Content-Transfer-Encoding"},
        Case{"Content-MD5: x\r\n" + type + encoding + "\r\n" + kSecretBase64 + "\r\n",
             "the header of the message speaks of its attachment: Content-MD5"}}) {
    const BodyEdit edit = strip_parts(c.mail, wanted());
    EXPECT_EQ(to_string(edit.outcome), "unwritable");
    EXPECT_EQ(edit.why, c.why);
  }
}

TEST(Strip, IsBounded) {
  const auto times = [](size_t count) { return multipart("multipart/mixed", std::vector<std::string>(count, file())); };
  EXPECT_EQ(strip_parts(times(kMaxStripPlaces), wanted()).splices.size(), kMaxStripPlaces);
  EXPECT_EQ(to_string(strip_parts(times(kMaxStripPlaces + 1), wanted()).outcome), "limit");
  std::string deep = file();
  for (unsigned i = 0; i <= kMostStripWalkDepth; i++) {
    deep = multipart("multipart/mixed", {deep}, "x" + std::to_string(i) + "x");
  }
  EXPECT_EQ(to_string(strip_parts(deep, wanted()).outcome), "limit");
}

TEST(Strip, AllOrNothing) {
  const std::string mail = multipart("multipart/mixed", {kHello, file()});
  const BodyEdit edit = strip_parts(mail, wanted({kSecret, "something else"}));
  EXPECT_EQ(to_string(edit.outcome), "unwritable");
  EXPECT_TRUE(edit.splices.empty());
}

}  // namespace
}  // namespace postern::extract
