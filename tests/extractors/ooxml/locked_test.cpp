// Encrypted documents, opened by what stands in the same mail.
#include <fstream>
#include <sstream>

#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

std::string file(const std::string& name) {
  std::string path = POSTERN_SOURCE_DIR;
  path.append("/tests/extractors/ooxml/files/").append(name);
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << name;
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string mail(const std::string& before, const std::string& name, const std::string& after) {
  const auto text = [](const std::string& body) {
    return "--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body + "\r\n";
  };
  return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + text(before) +
         "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
         "filename=\"report.docx\"\r\n"
         "Content-Transfer-Encoding: base64\r\n\r\n" +
         base64_of(file(name)) + "\r\n" + text(after) + "--b--\r\n";
}

struct Case {
  std::string name;
  std::string document;
  std::string before;
  std::string after;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class LockedDocument : public testing::TestWithParam<Case> {};

TEST_P(LockedDocument, IsOpenedByThePasswordInTheMail) {
  const Case& c = GetParam();
  Limits patient;  // nothing here is about time, and keys are slow to derive
  patient.max_time = std::chrono::minutes(4);
  const ExtractedText text = walk_document(mail(c.before, c.document, c.after), "", patient, "message/rfc822");
  EXPECT_EQ(where_is(text, "Nightjar heron"), "body@");
  for (const Part& part : text.parts) EXPECT_EQ(part.outcome, Outcome::complete) << part.why;
}

INSTANTIATE_TEST_SUITE_P(Passwords, LockedDocument,
                         testing::Values(Case{"agile", "agile.docx", "The password is Sommer24.", ""},
                                         Case{"agile_text_behind", "agile.docx", "See enclosed.", "Passwort: Sommer24"},
                                         Case{"standard", "standard.docx", "The password is Sommer24.", ""},
                                         Case{"letters_of_all_planes", "krahe.docx", "Passwort: Krähe€😀", ""},
                                         Case{"built_in", "velvet.docx", "See enclosed.", ""}),
                         [](const auto& test) { return test.param.name; });

TEST(LockedDocument, StaysEncryptedWithoutIt) {
  const ExtractedText text = walk_document(mail("See enclosed.", "standard.docx", ""), "", {}, "message/rfc822");
  ASSERT_EQ(text.parts.size(), 4U);
  EXPECT_EQ(text.parts[2].outcome, Outcome::encrypted);
  EXPECT_EQ(where_is(text, "Nightjar"), "");
}

TEST(LockedDocument, DamageIsNamed) {
  const std::string whole = file("velvet.docx");
  for (size_t size : {size_t{512}, size_t{1024}, size_t{3000}, whole.size() - 1000}) {
    const ExtractedText text = walk_document(whole.substr(0, size), "velvet.docx");
    EXPECT_NE(text.parts[0].outcome, Outcome::complete) << size;
  }
}

}  // namespace
}  // namespace postern::test
