#include "extractors/xls/decrypt.h"

#include <numeric>

#include <openssl/evp.h>

#include "tests/extractors/xls/biff_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

std::string digest(const EVP_MD* kind, const std::string& bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size, kind, nullptr);
  out.resize(size);
  return out;
}

// `size` bytes of the keystream.
std::string rc4_stream(const std::string& key, size_t size) {
  std::vector<unsigned> s(256);
  std::iota(s.begin(), s.end(), 0U);
  for (unsigned i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + static_cast<unsigned char>(key[i % key.size()])) % 256;
    std::swap(s[i], s[j]);
  }
  std::string out;
  for (unsigned i = 0, j = 0; out.size() < size;) {
    i = (i + 1) % 256;
    j = (j + s[i]) % 256;
    std::swap(s[i], s[j]);
    out.push_back(static_cast<char>(s[(s[i] + s[j]) % 256]));
  }
  return out;
}

std::string mixed(std::string bytes, std::string_view with) {
  for (size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<char>(bytes[i] ^ with[i]);
  return bytes;
}

enum class Kind { rc4, crypto_api };

std::string block_key(Kind kind, const std::string& password, const std::string& salt, unsigned block) {
  if (kind == Kind::crypto_api) {
    return digest(EVP_sha1(), digest(EVP_sha1(), salt + wide(password)) + le(block, 4)).substr(0, 16);
  }
  std::string many;
  for (int i = 0; i < 16; i++) many += digest(EVP_md5(), wide(password)).substr(0, 5) + salt;
  return digest(EVP_md5(), digest(EVP_md5(), many).substr(0, 5) + le(block, 4));
}

// A workbook as Excel would lock it: all records but BOF and FILEPASS in cipher, the places of sheets in the clear.
std::string locked_book(Kind kind, const std::string& password) {
  const std::string salt = "0123456789abcdef", verifier = "fedcba9876543210";
  const std::string secret = verifier + digest(kind == Kind::rc4 ? EVP_md5() : EVP_sha1(), verifier);
  const std::string sealed = mixed(secret, rc4_stream(block_key(kind, password, salt, 0), secret.size()));
  std::string pass = le(1, 2);
  if (kind == Kind::rc4) {
    pass += le(1, 2) + le(1, 2) + salt + sealed;
  } else {
    pass += le(2, 2) + le(2, 2) + le(4, 4) + le(32, 4) + le(4, 4) + le(0, 4) + le(0x6801, 4) + le(0x8004, 4) +
            le(128, 4) + le(1, 4) + le(0, 8) + le(16, 4) + salt + sealed.substr(0, 16) + le(20, 4) + sealed.substr(16);
  }
  std::string cells;
  for (unsigned row = 0; row < 100; row++) {
    cells += biff(0x0204, cell_at(row, 0) + narrow("Heron number " + std::to_string(row), 2));
  }
  std::string stream = book(biff(0x002F, pass), cells);
  std::string keys;
  for (unsigned block = 0; block * 1024 < stream.size(); block++) {
    keys += rc4_stream(block_key(kind, password, salt, block), 1024);
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
  for (const Kind kind : {Kind::rc4, Kind::crypto_api}) {
    const ExtractedText text = walk_document(xls_file(locked_book(kind, "VelvetSweatshop")), "a.xls");
    EXPECT_NE(where_is(text, "Heron number 99"), "");
    EXPECT_EQ(outcomes(text), ":complete");
  }
}

TEST(LockedWorkbook, StaysEncryptedWithoutAPassword) {
  for (const Kind kind : {Kind::rc4, Kind::crypto_api}) {
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
