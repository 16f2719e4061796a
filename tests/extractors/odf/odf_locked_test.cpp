// Locked OpenDocument files, written by LibreOffice (tests/corpus/make/odf_locked.py), and locks that stay.
#include <algorithm>

#include <openssl/evp.h>

#include "extractors/odf/decrypt.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"
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

std::string sha1(const std::string& bytes) {
  std::string out(20, '\0');
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, EVP_sha1(), nullptr);
  return out;
}

// Packed, padded and shut by AES-128 in CBC mode under a vector of 'v' and a salt of 's' (OpenDocument 1.2, part
// 3, 3.4).
std::string shut(const std::string& packed, const std::string& password, int rounds) {
  const std::string start = sha1(password), salt(16, 's'), vector(16, 'v');
  const auto raw = [](const std::string& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); };
  unsigned char key[16];
  PKCS5_PBKDF2_HMAC_SHA1(start.data(), static_cast<int>(start.size()), raw(salt), static_cast<int>(salt.size()), rounds,
                         sizeof key, key);
  std::string padded = packed;
  const size_t padding = 16 - packed.size() % 16;
  padded.append(padding, static_cast<char>(padding));
  std::string out(padded.size(), '\0');
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nullptr, key, raw(vector));
  EVP_CIPHER_CTX_set_padding(context, 0);
  int written = 0;
  EVP_EncryptUpdate(context, reinterpret_cast<unsigned char*>(out.data()), &written, raw(padded),
                    static_cast<int>(padded.size()));
  EVP_CIPHER_CTX_free(context);
  return out;
}

TEST(LockedOdf, RoundsOfAllItsKeysAreCounted) {
  static_assert(extract::odf::kMaxKeyRounds == 5'000'000);
  const std::string packed = raw_deflate(odf_content("text", "<text:p>heron</text:p>"));
  const struct {
    const char* name;
    std::string bytes;
    int rounds;
  } parts[] = {{"content.xml", shut(packed, "test", 1000), 1000},
               {"one.bin", std::string(16, 'x'), 2'000'000},
               {"two.bin", std::string(16, 'x'), 2'000'000},
               {"three.bin", std::string(16, 'x'), 1'000'001}};
  for (const size_t count : {size_t{3}, std::size(parts)}) {
    std::string manifest = "<m:manifest xmlns:m=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">";
    ZipBuilder zip;
    const auto stored = [&zip](const std::string& name, const std::string& bytes) {
      ZipBuilder::Member member;
      member.name = name;
      member.data = bytes;
      member.method = 0;
      zip.add(member);
    };
    stored("mimetype", "application/vnd.oasis.opendocument.text");
    for (size_t i = 0; i < count; i++) {
      manifest += "<m:file-entry m:full-path=\"" + std::string(parts[i].name) +
                  "\" m:size=\"99\"><m:encryption-data m:checksum-type=\"SHA1/1K\" m:checksum=\"" +
                  base64_of(sha1(packed.substr(0, 1024))) +
                  "\"><m:algorithm m:algorithm-name=\"http://www.w3.org/2001/04/xmlenc#aes128-cbc\" "
                  "m:initialisation-vector=\"" +
                  base64_of(std::string(16, 'v')) +
                  "\"/><m:start-key-generation m:start-key-generation-name=\"SHA1\"/><m:key-derivation "
                  "m:key-derivation-name=\"PBKDF2\" m:key-size=\"16\" m:iteration-count=\"" +
                  std::to_string(count == 3 ? 1000 : parts[i].rounds) + "\" m:salt=\"" +
                  base64_of(std::string(16, 's')) + "\"/></m:encryption-data></m:file-entry>";
    }
    zip.add("META-INF/manifest.xml", manifest + "</m:manifest>");
    for (size_t i = 0; i < count; i++) stored(parts[i].name, parts[i].bytes);
    const ExtractedText text = walk_document(mail_with(zip.build(), "pw: test"), "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(text, "heron"), "body@");
    ASSERT_GT(text.parts.size(), 1U);
    EXPECT_EQ(text.parts[1].outcome, count == 3 ? Outcome::encrypted : Outcome::limit) << text.parts[1].why;
    const char* const why = count == 3 ? "the document is encrypted and no password is at hand"
                                       : "rounds of its keys reached the limit (5000000)";
    EXPECT_EQ(text.parts[1].why, why);
  }
}

}  // namespace
}  // namespace postern::test
