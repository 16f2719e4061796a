// What formats.md says of archives that no program on Debian writes: put together here by what is published of them.
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string le(std::uint64_t value, unsigned width) {
  std::string out;
  put_le(out, value, width);
  return out;
}
std::uint32_t crc(const std::string& bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

// A block of RAR 4: checksum of the head, kind, flags, size of the head, what it holds; data behind it.
std::string rar_block(unsigned kind, unsigned flags, const std::string& fields, const std::string& data = "") {
  const std::string head = le(kind, 1) + le(flags, 2) + le(7 + fields.size(), 2) + fields;
  return le(crc(head) & 0xFFFFU, 2) + head + data;
}

// One stored member; when `goes_on`, the first volume of several.
std::string rar4(bool goes_on) {
  const std::string data = "Project Nightjar in RAR 4\n", name = "a.txt";
  const std::string file = le(data.size(), 4) + le(data.size() + (goes_on ? 100 : 0), 4) + le(2, 1) + le(crc(data), 4) +
                           le(0x58000000, 4) + le(20, 1) + "0" + le(name.size(), 2) + le(0x20, 4) + name;
  return "Rar!\x1A\x07\0"s + rar_block(0x73, goes_on ? 1 : 0, std::string(6, '\0')) +
         rar_block(0x74, 0x8000U | (goes_on ? 2U : 0U), file, data) +
         rar_block(0x7B, 0x4000U | (goes_on ? 1U : 0U), "");
}

TEST(Rar4, MembersAreReadAndVolumesArePartial) {
  const ExtractedText whole = walk_document(rar4(false), "a.rar");
  EXPECT_EQ(outcomes(whole), ":complete 1:complete");
  EXPECT_EQ(where_is(whole, "Project Nightjar in RAR 4"), "body@");
  const ExtractedText volume = walk_document(rar4(true), "a.part1.rar");
  EXPECT_EQ(outcomes(volume), ":partial 1:complete");
  EXPECT_EQ(where_is(volume, "Project Nightjar in RAR 4"), "body@");
  const ExtractedText followed =
      walk_document(rar4(false) + ZipBuilder().add("b.txt", "behind the end").build(), "a.rar");
  EXPECT_EQ(followed.parts[0].outcome, Outcome::ambiguous) << followed.parts[0].why;
  EXPECT_EQ(where_is(followed, "behind the end"), "body@");
}

// With one letter changed: the programs of Debian read these too, and say nothing or only warn.
TEST(Checksums, OfCpioAndStoredRarAreNotTested) {
  std::string cpio = corpus_file("archive/t-crc.cpio");
  const size_t letter = cpio.find("secret");
  ASSERT_NE(letter, std::string::npos);
  cpio[letter] = 'S';
  EXPECT_EQ(walk_document(cpio, "a.cpio").parts[0].outcome, Outcome::complete);
  std::string rar = rar4(false);
  rar[rar.find("Nightjar")] = 'n';
  EXPECT_EQ(outcomes(walk_document(rar, "a.rar")), ":complete 1:complete");
  std::string zip = ZipBuilder().add("a.txt", "Project Nightjar").build();
  const size_t sum = zip.find("PK\1\2") + 16;
  zip[sum] = static_cast<char>(zip[sum] ^ 1);
  EXPECT_NE(walk_document(zip, "a.zip").parts[0].outcome, Outcome::complete) << "others are";
}

TEST(ArchivePlaces, OfLinksAndComments) {
  EXPECT_EQ(where_is(walk_document(corpus_file("archive/t.tar"), "t.tar"), "target-of-link"), "link@./link");
  const std::string zip = ZipBuilder().add("a.txt", "x\n").comment("the archive's comment").build();
  EXPECT_EQ(where_is(walk_document(zip, "a.zip"), "the archive's comment"), "comment@");
}

TEST(Warc, GivesItsRecords) {
  const std::string content = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nProject Nightjar\n";
  const ExtractedText text = walk_document(
      "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/x.txt\r\nWARC-Date: "
      "2024-01-01T00:00:00Z\r\n"
      "WARC-Record-ID: <urn:uuid:12345678-1234-1234-1234-123456789012>\r\nContent-Type: application/http\r\n"
      "Content-Length: " +
          std::to_string(content.size()) + "\r\n\r\n" + content + "\r\n\r\n",
      "a.warc");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "Project Nightjar"), "body@");
}

TEST(DiskImages, AreNamedAndUnsupported) {
  const std::string zeros(600, '\0');
  const struct {
    const char* name;
    std::string bytes;
    const char* type;
  } kCases[] = {{"a.dmg", zeros + "koly\0\0\0\x04"s + std::string(504, '\0'), "application/x-apple-diskimage"},
                {"a.vhd", "conectix" + zeros, "application/x-vhd-disk"},
                {"fixed.vhd", zeros + "conectix" + std::string(504, '\0'), "application/x-vhd-disk"},
                {"a.vhdx", "vhdxfile" + zeros, "application/x-vhdx-disk"},
                {"a.vmdk", "KDMV" + zeros, "application/x-vmdk-disk"},
                {"a.qcow2", "QFI\xFB\0\0\0\3"s + zeros, "application/x-qcow-disk"}};
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, c.name);
    EXPECT_EQ(outcomes(text), ":unsupported") << c.name;
    EXPECT_EQ(text.parts[0].type, c.type) << c.name;
  }
}

// LZX ([MS-PATCH] 2.1) with one block that is not packed: no table for jumps, kind 3, its size, three distances, the
// bytes. The bits come from the highest on in little-endian words.
std::string lzx_stored(const std::string& data) {
  const std::uint32_t bits = 0x30000000U | static_cast<std::uint32_t>(data.size()) << 4;
  return le(bits >> 16, 2) + le(bits & 0xFFFFU, 2) + le(1, 4) + le(1, 4) + le(1, 4) + data +
         std::string(data.size() % 2, '\0');
}

TEST(Cabinet, ReadsLzx) {
  const std::string data = "Project Nightjar in LZX\n", packed = lzx_stored(data);
  const std::string file =
      le(data.size(), 4) + le(0, 4) + le(0, 2) + le(0x5800, 2) + le(0, 2) + le(0x20, 2) + "a.txt\0"s;
  constexpr size_t kHeader = 36, kFolder = 8;
  const size_t data_at = kHeader + kFolder + file.size();
  const std::string block = le(0, 4) + le(packed.size(), 2) + le(data.size(), 2) + packed;
  const std::string cabinet = "MSCF"s + le(0, 4) + le(data_at + block.size(), 4) + le(0, 4) + le(kHeader + kFolder, 4) +
                              le(0, 4) + le(0x0103, 2) + le(1, 2) + le(1, 2) + le(0, 2) + le(1, 2) + le(0, 2) +
                              le(data_at, 4) + le(1, 2) + le(0x0F03, 2) + file + block;
  const ExtractedText text = walk_document(cabinet, "a.cab");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(where_is(text, "Project Nightjar in LZX"), "body@");
}

// APPNOTE 7: bit 6 with bit 0.
TEST(Zip, StrongEncryptionEndsEncryptedWithNames) {
  ZipBuilder::Member member;
  member.name = "plan.txt";
  member.packed = std::string(40, 'x');
  member.flags = 0x41;
  const ExtractedText text = walk_document(ZipBuilder().add(member).build(), "a.zip");
  EXPECT_EQ(outcomes(text), ":complete 1:encrypted");
  EXPECT_EQ(where_is(text, "plan.txt"), "file-name@");
}

// Three members of zeros, 8 MiB each, and one of text behind them.
TEST(SevenZip, BytesPassedOverAreALimit) {
  const ExtractedText text = walk_document(corpus_file("archive/t-passed-over.7z"), "a.7z");
  EXPECT_EQ(outcomes(text), ":limit 1:limit");
  EXPECT_EQ(text.parts[0].why, "bytes unpacked only to pass over them reached the limit (134217728)");
}

TEST(Zip, ThreeBombsEndIt) {
  const std::string zeros(2 * kRatioFree, '\0');
  ZipBuilder zip;
  for (const char* name : {"1.txt", "2.txt", "3.txt"}) zip.add(name, zeros);
  const ExtractedText text = walk_document(zip.add("4.txt", "words").build(), "a.zip");
  EXPECT_EQ(outcomes(text), ":limit 1:limit 2:limit 3:limit 4:limit");
  EXPECT_NE(text.parts[0].why.find("bombs reached the limit (3)"), std::string::npos) << text.parts[0].why;
  EXPECT_NE(text.parts[4].why.find("bombs reached the limit (3)"), std::string::npos) << text.parts[4].why;
}

}  // namespace
}  // namespace postern::test
