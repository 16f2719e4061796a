#include "extractors/xls/decrypt.h"

#include "tests/extractors/xls/biff_builder.h"
#include "tests/support/document_walk.h"
#include "tests/support/office_lock.h"

namespace postern::test {
namespace {

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
  const auto word = [&](size_t at) {
    return static_cast<size_t>(static_cast<unsigned char>(stream[at])) +
           static_cast<size_t>(static_cast<unsigned char>(stream[at + 1])) * 256;
  };
  for (size_t at = 0; at < stream.size();) {
    const size_t id = word(at), size = word(at + 2);
    at += 4;
    for (size_t i = id == 0x85 ? 4 : 0; i < size && id != 0x809 && id != 0x2F; i++) {
      stream[at + i] = static_cast<char>(stream[at + i] ^ keys[at + i]);
    }
    at += size;
  }
  return stream;
}

TEST(LockedWorkbook, OpensByTheBuiltInPassword) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText text = walk_document(xls_file(locked_book(kind, "VelvetSweatshop")), "a.xls");
    EXPECT_NE(where_is(text, "Heron number 99"), "");
    EXPECT_EQ(outcomes(text), ":complete");
  }
}

TEST(LockedWorkbook, StaysEncryptedWithoutAPassword) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText text = walk_document(xls_file(locked_book(kind, "unknown to all")), "a.xls");
    EXPECT_EQ(outcomes(text), ":encrypted");
    EXPECT_EQ(where_is(text, "Heron"), "");
  }
}

// 0xCBEB is the verifier of "test"; a record with another key is of another password.
TEST(LockedWorkbook, ObfuscationNeedsKeyAndVerifier) {
  const auto find_test = [](const auto& opens) {
    return opens("test") ? std::optional<std::string>("test") : std::nullopt;
  };
  const std::string stream = bof(5) + biff(0x002F, le(0, 2) + le(0x1234, 2) + le(0xCBEB, 2)) + eof();
  const auto opened = extract::xls::decrypt_book(stream, find_test);
  EXPECT_EQ(opened.locked, extract::xls::Locked::yes);
  EXPECT_EQ(opened.stream, "") << "the verifier alone is not believed";
  EXPECT_EQ(extract::xls::decrypt_book(bof(5) + eof(), find_test).locked, extract::xls::Locked::no);
}

}  // namespace
}  // namespace postern::test
