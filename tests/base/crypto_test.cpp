#include "base/crypto.h"

#include <algorithm>
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
  // 0x00010203 to begin with, then 0x08 more: 32^3 * 2 + 32 * 16 + 11.
  EXPECT_EQ(References(entropy).draw(), "PN-0020GB");
  References references(system_entropy());
  for (int i = 0; i < 200; i++) {
    const std::string reference = references.draw();
    EXPECT_EQ(reference.size(), 9U);
    EXPECT_EQ(reference.find_first_of("ILOU", 3), std::string::npos) << reference;
  }
}

// What stands for the number behind a reference.
std::uint32_t number_of(const std::string& reference) {
  std::uint32_t out = 0;
  for (const char c : reference.substr(3)) {
    out = out << 5 | std::uint32_t(std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ").find(c));
  }
  return out;
}

TEST(Reference, FollowsTheOneBeforeAtARandomStep) {
  References references(system_entropy());
  std::set<std::uint32_t> steps;
  std::uint32_t last = number_of(references.draw());
  for (int i = 0; i < 1000; i++) {
    const std::uint32_t next = number_of(references.draw());
    const std::uint32_t step = (next - last) & 0x3FFFFFFF;
    EXPECT_GE(step, 1U);
    EXPECT_LE(step, kReferenceStep);
    steps.insert(step);
    last = next;
  }
  EXPECT_GT(steps.size(), kReferenceStep / 2);
}

class LastEntropy final : public Entropy {
 public:
  void fill(char* out, size_t size) override { std::fill_n(out, size, '\xFF'); }
};

TEST(Reference, GoesOnAtTheBeginningAfterTheLast) {
  LastEntropy entropy;  // the last of all, and the longest step
  EXPECT_EQ(References(entropy).draw(), "PN-00003Z");
}

TEST(Id, Is128BitsTheFirstOfWhichAreTheTime) {
  CountingEntropy entropy;
  EXPECT_EQ(new_id(entropy, WallTime(std::chrono::milliseconds(0x0102030405A6))), "0102030405a600010203040506070809");
  EXPECT_LT(new_id(system_entropy(), WallTime(std::chrono::milliseconds(999))),
            new_id(system_entropy(), WallTime(std::chrono::milliseconds(1000))));
}

}  // namespace
}  // namespace postern
