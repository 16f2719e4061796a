// Members that are unpacked at one go against zlib: the same bytes, the same ending, whatever the header claims.
#include "extractors/archive/zip_stream.h"

#include <gmock/gmock.h>
#include <zlib.h>

namespace postern::extract {
namespace {

// Text of some hundred KB that packs as text does.
std::string plain_text() {
  std::string out;
  std::uint32_t state = 1;
  while (out.size() < 300'000) {
    state = state * 1664525 + 1013904223;
    out += "word" + std::to_string(state >> 22) + ((state & 7) == 0 ? "\n" : " ");
  }
  return out;
}

std::string deflated(const std::string& plain) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Read {
  std::string bytes;
  MemberState state;
  std::uint64_t consumed;
  bool operator==(const Read&) const = default;
};

Read read_all(const std::string& packed, const ZipEntry& entry, size_t piece) {
  Inflater inflater;
  Budget budget(Limits{}, Spent{}, system_clock());
  ZipStream stream(entry, packed, inflater, budget, Charge::here, Checksum::test);
  Read out;
  std::string buffer(piece, '\0');
  while (const size_t got = stream.read(buffer.data(), buffer.size())) out.bytes.append(buffer, 0, got);
  out.state = stream.state();
  out.consumed = stream.consumed();
  EXPECT_EQ(budget.spent().bytes, out.bytes.size());
  return out;
}

ZipEntry entry_of(const std::string& plain, const std::string& packed) {
  ZipEntry out;
  out.method = static_cast<std::uint16_t>(ZipMethod::deflated);
  out.data_offset = 30;
  out.packed_size = packed.size();
  out.unpacked_size = plain.size();
  out.crc = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(plain.data()), static_cast<uInt>(plain.size())));
  out.crc_known = true;
  return out;
}

TEST(ZipStream, ReadsTheSameWhateverTheHeaderClaims) {
  const std::string plain = plain_text();
  const std::string packed = deflated(plain);
  for (const std::uint64_t claim : {std::uint64_t{0}, std::uint64_t{1}, plain.size() - 1, plain.size(),
                                    plain.size() + 1, std::uint64_t{kMaxWhole}, std::uint64_t{1} << 32}) {
    for (const size_t piece : {size_t{1000}, size_t{64} << 10, size_t{1} << 20}) {
      ZipEntry entry = entry_of(plain, packed);
      entry.unpacked_size = claim;
      EXPECT_EQ(read_all(packed, entry, piece), (Read{plain, MemberState::whole, packed.size()}))
          << "claim " << claim << ", read in pieces of " << piece;
    }
  }
}

TEST(ZipStream, ReadsDamagedDataAsFarAsTheyGo) {
  const std::string plain = plain_text();
  const std::string packed = deflated(plain);
  for (size_t at = 0; at < packed.size(); at += packed.size() / 23) {
    std::string damaged = packed;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    ZipEntry honest = entry_of(plain, damaged);
    ZipEntry streamed = honest;  // a claim that only zlib's way reads
    streamed.unpacked_size = kMaxWhole + 1;
    const Read out = read_all(damaged, honest, 64 << 10);
    EXPECT_EQ(out, read_all(damaged, streamed, 64 << 10)) << "byte " << at;
    EXPECT_EQ(out.state, MemberState::damaged) << "byte " << at;
  }
  const std::string cut = packed.substr(0, packed.size() / 2);
  const Read out = read_all(cut, entry_of(plain, cut), 64 << 10);
  EXPECT_EQ(out.state, MemberState::damaged);
  EXPECT_GT(out.bytes.size(), plain.size() / 3);
  EXPECT_TRUE(plain.starts_with(out.bytes));
}

TEST(ZipStream, ReadsJustPastWhatTheBudgetHasLeft) {
  const std::string plain = plain_text();
  const std::string packed = deflated(plain);
  const ZipEntry entry = entry_of(plain, packed);
  Limits limits;
  limits.max_bytes = 100'000;
  Inflater inflater;
  Budget budget(limits, Spent{}, system_clock());
  std::string buffer;
  const auto member = read_member(entry, packed, inflater, budget, buffer);
  ASSERT_TRUE(member.has_value());
  EXPECT_EQ(member->state, MemberState::cut);
  EXPECT_GT(member->bytes.size(), limits.max_bytes);  // the walker sees the limit
  EXPECT_TRUE(plain.starts_with(member->bytes));
}

}  // namespace
}  // namespace postern::extract
