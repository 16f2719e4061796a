// Locked Word documents: obfuscated ones of tests/corpus/make/doc_locked.py, whose code shares nothing with what is
// tested, and encrypted ones made here.
#include "extractors/lock/xor_lock.h"
#include "tests/extractors/doc/word_builder.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/office_lock.h"

namespace postern::test {
namespace {

constexpr const char* kText =
    "Project Nightjar is confidential\n"
    "The ferry to Norderney leaves at nine, and nobody who reads this has the password.\n";

TEST(ObfuscatedDoc, OpensWithThePasswordOfTheMail) {
  struct Case {
    const char* file;
    const char* sentence;
  };
  const Case cases[] = {
      {"doc/xor.doc", "The password is Tr0ub4dor."},
      {"doc/xor-cyrillic.doc", "Пароль: Соловей77"},
  };
  for (const Case& c : cases) {
    const std::string file = corpus_file(c.file);
    const ExtractedText open = walk_document(mail_with(file, c.sentence), "", Limits{}, "message/rfc822");
    std::string body;
    for (const Segment& segment : open.segments) {
      if (segment.part == 1 && segment.place == Place::body) body += segment.text;
    }
    EXPECT_EQ(body, kText) << c.file;
    ASSERT_GT(open.parts.size(), 1U) << c.file;
    EXPECT_EQ(open.parts[1].outcome, Outcome::complete) << c.file << ": " << open.parts[1].why;
    EXPECT_EQ(open.parts[1].facts, std::vector<std::string>{"decrypted"}) << c.file;

    const ExtractedText shut =
        walk_document(mail_with(file, "The password is Tr0ub4dors."), "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(shut, "Norderney"), "") << c.file;
    EXPECT_EQ(shut.parts[1].outcome, Outcome::encrypted) << c.file;
    EXPECT_TRUE(shut.parts[1].facts.empty()) << c.file;
  }
}

TEST(ObfuscatedDoc, OpensWithAPasswordOfOfficeItself) {
  const ExtractedText text = walk_document(corpus_file("doc/xor-built-in.doc"), "a.doc");
  EXPECT_EQ(text_of(text, Place::body), kText);
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"decrypted"});
}

// Of "test"; as in LockedWorkbook.ObfuscationNeedsKeyAndVerifier.
constexpr std::uint16_t kKey = 0x1FC6, kVerifier = 0xCBEB;

TEST(ObfuscatedDoc, Word95HasNoStreamOfTablesAndAShorterClearHead) {
  std::string document(0x300, '\0');
  document.replace(0, 8, le(0xA5DC, 2) + le(104, 2) + le(0, 2) + le(0x0409, 2));
  document.replace(0x0A, 2, le(0x8100, 2));
  document.replace(0x0E, 4, le(kVerifier, 2) + le(kKey, 2));
  document.replace(0x18, 4, le(0x300, 4));
  document.replace(0x34, 4, le(9, 4));
  document += "nightjar\r";
  extract::XorLock lock(kKey, kVerifier);
  ASSERT_FALSE(lock.try_password("Test"));
  ASSERT_TRUE(lock.try_password("test"));
  lock.open_stream(document, 0x34);  // what opens also shuts
  ASSERT_EQ(document.find("nightjar"), std::string::npos);
  const std::string file = CompoundBuilder().stream("WordDocument", document).build();
  const ExtractedText text = walk_document(mail_with(file, "pw: test"), "", Limits{}, "message/rfc822");
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
}

// [MS-OFFCRYPTO] 2.3.7.6: no byte becomes zero, so that zeros and bytes that are those of the key stay.
TEST(ObfuscatedDoc, ZerosAndBytesOfTheKeyStayAsTheyAre) {
  extract::XorLock lock(kKey, kVerifier);
  ASSERT_TRUE(lock.try_password("test"));
  std::string every;
  for (int byte = 0; byte < 256; byte++) every += std::string(16, static_cast<char>(byte));
  std::string turned = every;
  lock.open_stream(turned, 0);
  size_t same = 0;
  for (size_t i = 0; i < every.size(); i++) {
    EXPECT_EQ(turned[i] == '\0', every[i] == '\0') << i;
    same += turned[i] == every[i] ? 1U : 0U;
  }
  EXPECT_EQ(same, 32U) << "two values for each of 16 places";
  lock.open_stream(turned, 0);
  EXPECT_EQ(turned, every);
}

// [MS-DOC] 2.2.6.2 and 2.2.6.3: blocks of 512 bytes, the head of the document and the lock in front of the tables in
// the clear.
std::string encrypted_document(LockKind kind, const std::string& password) {
  const std::string header = lock_header(kind, password);
  std::string lines = "nightjar begins\r";
  for (int i = 0; i < 100; i++) lines += "heron number " + std::to_string(i) + "\r";
  const WordBuilder word = WordBuilder().text(0, lines).table(0, header).flags(0x0100);
  std::string document = word.main_stream(), tables = word.table_stream();
  document.replace(0x0E, 4, le(header.size(), 4));
  const auto shut = [&](std::string& stream, size_t clear) {
    std::string keys;
    for (unsigned block = 0; keys.size() < stream.size(); block++)
      keys += rc4_stream(lock_key(kind, password, block), 512);
    for (size_t i = clear; i < stream.size(); i++) stream[i] = static_cast<char>(stream[i] ^ keys[i]);
  };
  shut(document, 68);
  shut(tables, header.size());
  return CompoundBuilder().stream("WordDocument", document).stream("1Table", tables).build();
}

TEST(EncryptedDoc, OpensByThePasswordOfTheMailAndByTheBuiltInOne) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText told = walk_document(mail_with(encrypted_document(kind, "Tr0ub4dor"), "password: Tr0ub4dor"),
                                             "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(told, "nightjar begins"), "body@");
    EXPECT_EQ(where_is(told, "heron number 99"), "body@");
    ASSERT_GT(told.parts.size(), 1U);
    EXPECT_EQ(told.parts[1].outcome, Outcome::complete) << told.parts[1].why;
    EXPECT_EQ(told.parts[1].facts, std::vector<std::string>{"decrypted"});

    const ExtractedText built_in = walk_document(encrypted_document(kind, "VelvetSweatshop"), "a.doc");
    EXPECT_EQ(where_is(built_in, "heron number 99"), "body@");

    const ExtractedText shut = walk_document(encrypted_document(kind, "unknown to all"), "a.doc");
    EXPECT_EQ(outcomes(shut), ":encrypted");
    EXPECT_EQ(where_is(shut, "nightjar"), "");
    EXPECT_TRUE(shut.parts[0].facts.empty());
  }
}

}  // namespace
}  // namespace postern::test
