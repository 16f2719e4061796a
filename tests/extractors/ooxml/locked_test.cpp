// Encrypted documents, opened by what stands in the same mail.
#include <fstream>
#include <sstream>

#include "tests/extractors/xls/biff_builder.h"
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

// [MS-OFFCRYPTO] 2.2: what rights management makes of a package, and of a binary document.
TEST(LockedDocument, RightsManagementIsEncryption) {
  const ExtractedText package =
      walk_document(CompoundBuilder()
                        .stream("\6DataSpaces/DataSpaceInfo/DRMEncryptedDataSpace", std::string(64, '\1'))
                        .stream("EncryptedPackage", std::string(5000, '\x81'))
                        .build(),
                    "a.docx");
  EXPECT_EQ(outcomes(package), ":encrypted");
  EXPECT_EQ(package.parts[0].why, "it is protected by rights management");
  const ExtractedText sheet =
      walk_document(CompoundBuilder()
                        .stream("Workbook", bof(5) + eof())
                        .stream("\6DataSpaces/DataSpaceInfo/\tDRMDataSpace", std::string(64, '\1'))
                        .stream("\tDRMContent", std::string(5000, '\x81'))
                        .build(),
                    "a.xls");
  EXPECT_EQ(sheet.parts[0].outcome, Outcome::encrypted);
  EXPECT_EQ(sheet.parts[0].why, "it is protected by rights management");
}

std::string agile(const std::string& key_encryptor) {
  const std::string cipher =
      " saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" "
      "cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\" saltValue=\"MDEyMzQ1Njc4OWFiY2RlZg==\"";
  return CompoundBuilder()
      .stream("EncryptionInfo",
              le(4, 2) + le(4, 2) + le(0x40, 4) +
                  "<encryption xmlns=\"http://schemas.microsoft.com/office/2006/encryption\"><keyData" + cipher +
                  "/><keyEncryptors><keyEncryptor>" + key_encryptor + cipher +
                  " encryptedVerifierHashInput=\"AAAAAAAAAAAAAAAAAAAAAA==\" "
                  "encryptedVerifierHashValue=\"AAAAAAAAAAAAAAAAAAAAAA==\" "
                  "encryptedKeyValue=\"AAAAAAAAAAAAAAAAAAAAAA==\"/></keyEncryptor></keyEncryptors></encryption>")
      .stream("EncryptedPackage", std::string(5000, '\x81'))
      .build();
}

TEST(LockedDocument, CertificatesAndEndlessKeysAreNamed) {
  const ExtractedText certificate = walk_document(
      agile("<c:encryptedKey xmlns:c=\"http://schemas.microsoft.com/office/2006/keyEncryptor/certificate\""), "a.docx");
  EXPECT_EQ(outcomes(certificate), ":encrypted");
  EXPECT_EQ(certificate.parts[0].why,
            "the office document is encrypted: it is encrypted for certificates, not by a password");
  const ExtractedText slow =
      walk_document(agile("<p:encryptedKey xmlns:p=\"http://schemas.microsoft.com/office/2006/keyEncryptor/password\" "
                          "spinCount=\"2000001\""),
                    "a.docx");
  EXPECT_EQ(outcomes(slow), ":encrypted");
  EXPECT_NE(slow.parts[0].why.find("2000001 rounds, more than the limit of 2000000"), std::string::npos)
      << slow.parts[0].why;
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
