#include "base/crypto.h"

#include <set>

namespace postern {
namespace {

// FIPS 180-4 examples.
TEST(Sha256Test, StandardVectors) {
  EXPECT_EQ(to_hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256Test, PiecesGiveTheSameDigest) {
  Sha256 hash;
  hash.update("a");
  hash.update("");
  hash.update("bc");
  EXPECT_EQ(to_hex(hash.finish()), to_hex(sha256("abc")));
}

class CountingEntropy final : public Entropy {
 public:
  void fill(char* out, size_t size) override {
    for (size_t i = 0; i < size; i++) out[i] = char(next_++);
  }

 private:
  unsigned char next_ = 0;
};

TEST(Reference, IsReadableAndWithoutLookAlikes) {
  CountingEntropy entropy;
  EXPECT_EQ(new_reference(entropy), "PN-012345");
  std::set<std::string> seen;
  for (int i = 0; i < 200; i++) {
    const std::string reference = new_reference(system_entropy());
    EXPECT_EQ(reference.size(), 9U);
    EXPECT_EQ(reference.find_first_of("ILOU", 3), std::string::npos) << reference;
    seen.insert(reference);
  }
  EXPECT_GT(seen.size(), 195U);
}

TEST(Id, Is128Bits) {
  CountingEntropy entropy;
  EXPECT_EQ(new_id(entropy), "000102030405060708090a0b0c0d0e0f");
}

}  // namespace
}  // namespace postern
