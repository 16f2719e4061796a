#include "extractors/xls/decrypt.h"

#include "extractors/lock/xor_lock.h"
#include "tests/extractors/xls/biff_builder.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/office_lock.h"

namespace postern::test {
namespace {

// Calls `visit` with the kind of each record, where its data begin and their size.
template <typename Visit>
void each_record(const std::string& stream, const Visit& visit) {
  const auto word = [&](size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(stream[at])) +
           static_cast<size_t>(static_cast<unsigned char>(stream[at + 1])) * 256;
  };
  for (size_t at = 0; at < stream.size();) {
    const size_t id = word(at), size = word(at + 2);
    visit(id, at + 4, size);
    at += 4 + size;
  }
}

// Of "test".
constexpr std::uint16_t kKey = 0x1FC6, kVerifier = 0xCBEB;

// A workbook as Excel would lock it: all records but BOF and FILEPASS in cipher, the places of sheets in the clear.
std::string locked_book(LockKind kind, const std::string& password) {
  const std::string pass = le(1, 2) + lock_header(kind, password);
  std::string cells;
  for (unsigned row = 0; row < 100; row++) {
    cells += biff(0x0204, cell_at(row, 0) + narrow("Heron number " + std::to_string(row), 2));
  }
  std::string stream = book(biff(0x002F, pass), cells);
  std::string keys;
  for (unsigned block = 0; block * 1024 < stream.size(); block++) {
    keys += rc4_stream(lock_key(kind, password, block), 1024);
  }
  each_record(stream, [&](size_t id, size_t at, size_t size) {
    for (size_t i = id == 0x85 ? 4 : 0; i < size && id != 0x809 && id != 0x2F; i++) {
      stream[at + i] = static_cast<char>(stream[at + i] ^ keys[at + i]);
    }
  });
  return stream;
}

TEST(LockedWorkbook, OpensByTheBuiltInPassword) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText text = walk_document(xls_file(locked_book(kind, "VelvetSweatshop")), "a.xls");
    EXPECT_NE(where_is(text, "Heron number 99"), "");
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"decrypted"});
  }
}

TEST(LockedWorkbook, OpensByThePasswordOfTheMail) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const std::string file = xls_file(locked_book(kind, "Tr0ub4dor"));
    const ExtractedText text =
        walk_document(mail_with(file, "The password is Tr0ub4dor."), "", Limits{}, "message/rfc822");
    EXPECT_NE(where_is(text, "Heron number 99"), "");
    ASSERT_GT(text.parts.size(), 1U);
    EXPECT_EQ(text.parts[1].facts, std::vector<std::string>{"decrypted"});
  }
}

TEST(LockedWorkbook, StaysEncryptedWithoutAPassword) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText text = walk_document(xls_file(locked_book(kind, "unknown to all")), "a.xls");
    EXPECT_EQ(outcomes(text), ":encrypted");
    EXPECT_TRUE(text.parts[0].facts.empty());
    EXPECT_EQ(where_is(text, "Heron"), "");
  }
}

// A record with the verifier of "test" and another key is of another password.
TEST(LockedWorkbook, ObfuscationNeedsKeyAndVerifier) {
  const auto find_test = [](const auto& opens) {
    return opens("test") ? std::optional<std::string>("test") : std::nullopt;
  };
  const std::string stream = bof(5) + biff(0x002F, le(0, 2) + le(0x1234, 2) + le(kVerifier, 2)) + eof();
  const auto opened = extract::xls::decrypt_book(stream, find_test);
  EXPECT_EQ(opened.locked, extract::xls::Locked::yes);
  EXPECT_EQ(opened.stream, "") << "the verifier alone is not believed";
  EXPECT_EQ(extract::xls::decrypt_book(bof(5) + eof(), find_test).locked, extract::xls::Locked::no);
}

// Method 1, mixed by code of its own: bytes are turned left by five, then mixed with what "test" and its key make.
TEST(LockedWorkbook, ObfuscatedOnesOpenByThePasswordOfTheMail) {
  extract::XorLock lock(kKey, kVerifier);
  ASSERT_TRUE(lock.try_password("test"));
  std::string zeros(16, '\0');
  lock.open_record(zeros.data(), zeros.size(), 0);  // the mask, turned
  std::string stream = book(biff(0x002F, le(0, 2) + le(kKey, 2) + le(kVerifier, 2)),
                            biff(0x0204, cell_at(0, 0) + narrow("Nightjar heron", 2)));
  each_record(stream, [&](size_t id, size_t at, size_t size) {
    for (size_t i = id == 0x85 ? 4 : 0; i < size && id != 0x809 && id != 0x2F; i++) {
      // What opens turns left by three behind the mask, so that what shuts turns right before it.
      const auto place = (at + i + size) % 16;
      const auto plain = static_cast<unsigned char>(stream[at + i]);
      const auto turned = static_cast<unsigned char>(plain >> 3 | plain << 5);
      const auto mask = static_cast<unsigned char>(zeros[place]);
      stream[at + i] = static_cast<char>(turned ^ static_cast<unsigned char>(mask >> 3 | mask << 5));
    }
  });
  const ExtractedText text =
      walk_document(mail_with(xls_file(stream), "password: test"), "", Limits{}, "message/rfc822");
  EXPECT_NE(where_is(text, "Nightjar heron"), "");
  ASSERT_GT(text.parts.size(), 1U);
  EXPECT_EQ(text.parts[1].facts, std::vector<std::string>{"decrypted"});
}

}  // namespace
}  // namespace postern::test
