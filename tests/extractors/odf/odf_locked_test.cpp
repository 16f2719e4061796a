// Locked OpenDocument files, written by LibreOffice (tests/corpus/make/odf_locked.py), and locks that stay.
#include <algorithm>

#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/odf_builder.h"

namespace postern::test {
namespace {

bool has_fact(const Part& part, std::string_view word) {
  return std::find(part.facts.begin(), part.facts.end(), word) != part.facts.end();
}

TEST(LockedOdf, OpensWithThePasswordOfTheMail) {
  struct Case {
    const char* file;
    std::string text, where;
  };
  const Case cases[] = {
      {"odf/locked-aes.odt", "Project Nightjar is confidential", "body@"},
      {"odf/locked-blowfish.ods", "Project Nightjar sheet", "cell@Sheet1!A1:A1"},
  };
  for (const Case& c : cases) {
    const std::string file = corpus_file(c.file);
    const ExtractedText open =
        walk_document(mail_with(file, "The password is Tr0ub4dor."), "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(open, c.text), c.where) << c.file;
    ASSERT_GT(open.parts.size(), 1U) << c.file;
    EXPECT_EQ(open.parts[1].outcome, Outcome::complete) << c.file << ": " << open.parts[1].why;
    EXPECT_TRUE(has_fact(open.parts[1], "decrypted")) << c.file;

    const ExtractedText shut = walk_document(file);
    EXPECT_EQ(where_is(shut, c.text), "") << c.file;
    EXPECT_EQ(shut.parts[0].outcome, Outcome::encrypted) << c.file;
    EXPECT_EQ(where_is(shut, "content.xml"), "file-name@") << c.file;
  }
}

// What the manifest says about a part under each of the locks that are not undone.
TEST(LockedOdf, OtherLocksStayAndAreNamed) {
  struct Case {
    const char* name;
    const char* algorithm;
    const char* derivation;
  };
  const std::string mf = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0";
  const Case cases[] = {
      {"the whole package under Argon2id", "http://www.w3.org/2009/xmlenc11#aes256-gcm",
       "urn:org:documentfoundation:names:experimental:office:manifest:argon2id"},
      {"an unknown cipher", "rot13", "PBKDF2"},
      {"a vector that is too short", "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "PBKDF2"},
      {"a key of no known length", "Blowfish CFB", "PBKDF2\" manifest:key-size=\"5000000000"},
      {"too many rounds", "Blowfish CFB", "PBKDF2\" manifest:iteration-count=\"4000000000"},
      {"no rounds", "Blowfish CFB", "PBKDF2\" manifest:iteration-count=\"-1"},
  };
  for (const Case& c : cases) {
    ZipBuilder zip;
    ZipBuilder::Member type;
    type.name = "mimetype";
    type.data = "application/vnd.oasis.opendocument.text";
    type.method = 0;
    zip.add(type);
    zip.add("META-INF/manifest.xml",
            "<m:manifest xmlns:m=\"" + mf + "\" xmlns:manifest=\"" + mf +
                "\"><m:file-entry m:full-path=\"content.xml\">" +
                "<m:encryption-data m:checksum-type=\"SHA1/1K\" m:checksum=\"JCk2UGFdoLm07kbcoVI193dByOo=\">" +
                "<m:algorithm m:algorithm-name=\"" + c.algorithm + "\" m:initialisation-vector=\"5Swqfb9MJMw=\"/>" +
                "<m:key-derivation m:salt=\"a0U=\" m:key-derivation-name=\"" + c.derivation + "\"/>" +
                "</m:encryption-data></m:file-entry></m:manifest>");
    ZipBuilder::Member content;
    content.name = "content.xml";
    content.data = std::string(64, '\x93');
    content.method = 0;
    zip.add(content);
    const ExtractedText text = walk_document(zip.build(), "a.odt");
    EXPECT_EQ(outcomes(text), ":encrypted 1:encrypted") << c.name;
    EXPECT_EQ(text_of(text, Place::file_name), "a.odt|content.xml") << c.name;
  }
}

}  // namespace
}  // namespace postern::test
