// The facts of docs/formats.md, on the part that has them and on no other; those of documents stand with their readers.
#include <map>

#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

// A part of a mail, headers and body.
std::string mail_of(const std::string& part) {
  return "From: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + part +
         "\n--b\nContent-Type: text/plain\n\nGood morning\n--b--\n";
}

std::string base64_part(const std::string& type, const std::string& base64) {
  return "Content-Type: " + type + "\nContent-Transfer-Encoding: base64\n\n" + base64;
}

// Bytes that belong to no member, in front of the directory, whose place the end record says.
std::string with_a_gap(std::string zip, const std::string& gap) {
  const size_t directory = zip.find("PK\1\2");
  zip.insert(directory, gap);
  std::string offset;
  put_le(offset, directory + gap.size(), 4);
  return zip.replace(zip.rfind("PK\5\6") + 16, 4, offset);
}

// "fact" or "path:fact" of every part, in order.
std::string facts_of(const ExtractedText& text) {
  std::string out;
  for (const Part& part : text.parts) {
    for (const std::string& fact : part.facts) {
      if (!out.empty()) out += ' ';
      if (!part.path.is_root()) out += part.path.to_string() + ":";
      out += fact;
    }
  }
  return out;
}

struct FactCase {
  std::string name, bytes, file, facts;
};

void PrintTo(const FactCase& c, std::ostream* out) {
  *out << c.name;
}

std::vector<FactCase> cases() {
  const std::string zip = ZipBuilder().add("a.txt", "Nightjar\n").build();
  const std::string png = corpus_file("image/qr.png");
  const std::string oid = "\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07";
  const auto element = [](char tag, const std::string& content) {
    return std::string(1, tag) + static_cast<char>(content.size()) + content;
  };
  const auto signed_data = [&](const std::string& content) {
    return element(
        '\x30', oid + '\x02' +
                    element('\xA0', element('\x30', "\2\1\1\x31"s + '\0' + element('\x30', oid + '\x01' + content))));
  };
  return {
      {"Nothing", mail_of("Content-Type: text/plain\n\nHello"), "", ""},
      {"AppendedData", png + "words behind the end of the picture\n", "a.png",
       "appended-data not-ocred 1:appended-data"},
      {"CharsetMismatch", mail_of("Content-Type: text/plain; charset=koi8-r\n\ncaf\xC3\xA9"), "", "1:charset-mismatch"},
      {"Decrypted", mail_with(corpus_file("doc/xor.doc"), "The password is Tr0ub4dor."), "", "1:decrypted"},
      {"DetachedSignature", signed_data(""), "a.p7s", "detached-signature"},
      {"DrawnInText", corpus_file("image/qr-drawn-utf8.txt"), "a.txt", "1:drawn-in-text 1:not-ocred"},
      {"EncodedInText",
       "see\nUHJvamVjdCBOaWdodGphciBpcyBjb25maWRlbnRpYWwsIGFuZCBub2JvZHkgb3V0c2lkZSBtYXkga25vdyBvZiBpdCBiZWZvcmUgTWF5Lg"
       "o=\n",
       "a.txt", "1:encoded-in-text"},
      {"EncodingDamaged", mail_of(base64_part("text/plain", "SGVsbG8*****gd29ybGQ")), "",
       "1:encoding-damaged 2:encoding-damaged 2:second-reading"},
      {"EncryptedMembers", corpus_file("archive/t-locked.7z"), "a.7z", "encrypted-members"},
      {"EncryptedNames", corpus_file("archive/t-all-locked.7z"), "a.7z", "encrypted-members"},
      {"ExternalBody",
       mail_of("Content-Type: message/external-body; access-type=URL; URL=\"http://heron.example/a\"\n\n"
               "Content-Type: text/plain\n\n"),
       "", "1:external-body"},
      {"HiddenText", "<html><body>a<p style='display:none'>b</p></body></html>", "a.html", "hidden-text"},
      {"NameConflict",
       mail_of("Content-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=b.txt\n\nHello"), "",
       "1:name-conflict"},
      {"NoTextFormat", "RIFF\4\0\0\0WAVE"s, "a.wav", "no-text-format"},
      {"NotOcred", png, "a.png", "not-ocred"},
      {"OpaqueSigned", signed_data(element('\xA0', element('\4', "plain words\n"))), "a.txt.p7m", "opaque-signed"},
      {"OutsideMembers", with_a_gap(zip, "words between member and directory\n"), "a.zip", "2:outside-members"},
      {"Scripts", PdfBuilder().line("x").catalog("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>").build(),
       "a.pdf", "scripts"},
      {"SecondReading", mail_of("Content-Type: text/plain\nContent-Type: text/html\n\n<b>Hello</b>"), "",
       "2:second-reading"},
      {"TypeMismatch", zip, "a.pdf", "type-mismatch"},
      {"UnclosedMultipart",
       "From: a@example.com\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHello\n", "",
       "unclosed-multipart"},
      {"ZipEncrypted", corpus_file("archive/t-classic.zip"), "a.zip", "zip-encrypted"},
  };
}

class Fact : public testing::TestWithParam<FactCase> {};

TEST_P(Fact, IsCarriedByThePartThatHasIt) {
  const FactCase& c = GetParam();
  const std::string type = c.file.empty() ? "message/rfc822" : "";
  EXPECT_EQ(facts_of(walk_document(c.bytes, c.file, Limits{}, type)), c.facts);
}

INSTANTIATE_TEST_SUITE_P(Facts, Fact, testing::ValuesIn(cases()), [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace postern::test
