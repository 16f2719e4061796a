#include "extractors/ole/compound_file.h"

#include <gtest/gtest.h>

#include "extractors/ole/repack.h"
#include "tests/support/compound_builder.h"

namespace postern::test {
namespace {

using extract::ole::CompoundFile;
using extract::ole::EntryId;
using extract::ole::kRoot;
using extract::ole::repack;

std::string pattern(size_t size) {
  std::string out;
  while (out.size() < size) out += std::to_string(out.size()) + " ";
  out.resize(size);
  return out;
}

std::string sample() {
  return CompoundBuilder()
      .stream("small", "seventy bytes or so")
      .stream("Large", pattern(20000))
      .stream("Pool/_1/\1Ole10Native", "native")
      .stream("Pool/_1/edge", pattern(4095))
      .stream("Pool/_1/over", pattern(4096))
      .stream("empty", "")
      .build();
}

std::string content(CompoundFile& file, std::string_view path) {
  const auto id = file.find_stream(path);
  return id ? file.read(*id) : "(none)";
}

TEST(CompoundFile, ReadsStreamsOfBothSizes) {
  const std::string bytes = sample();
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(content(*file, "small"), "seventy bytes or so");
  EXPECT_EQ(content(*file, "LARGE"), pattern(20000)) << "names are compared without case";
  EXPECT_EQ(content(*file, "Pool/_1/\1Ole10Native"), "native");
  EXPECT_EQ(content(*file, "Pool/_1/edge"), pattern(4095));
  EXPECT_EQ(content(*file, "Pool/_1/over"), pattern(4096));
  EXPECT_EQ(content(*file, "empty"), "");
  EXPECT_EQ(content(*file, "Pool/_1"), "(none)") << "a storage is no stream";
  EXPECT_EQ(file->damage(), "");
}

TEST(CompoundFile, MovesWithItsSmallStreams) {
  const std::string bytes = sample();
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  EXPECT_EQ(content(*file, "small"), "seventy bytes or so");
  CompoundFile moved = std::move(*file);
  EXPECT_EQ(content(moved, "small"), "seventy bytes or so");
}

TEST(CompoundFile, RepacksAStorage) {
  const std::string bytes = sample();
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  const std::string packed = repack(*file, *file->find_storage("Pool"), 1 << 20);
  auto inner = CompoundFile::open(packed);
  ASSERT_TRUE(inner.has_value());
  EXPECT_EQ(content(*inner, "_1/\1Ole10Native"), "native");
  EXPECT_EQ(content(*inner, "_1/edge"), pattern(4095));
  EXPECT_EQ(content(*inner, "_1/over"), pattern(4096));
  EXPECT_EQ(inner->damage(), "");
}

TEST(CompoundFile, RepacksLargeFilesInLargeSectors) {
  const std::string large = pattern(7 << 20);
  const std::string bytes = CompoundBuilder().stream("S/a", large).stream("S/b", "small").build();
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  // The builder lists the table's first 109 sectors only, which is what this size needs.
  const std::string packed = repack(*file, *file->find_storage("S"), 1 << 24);
  auto inner = CompoundFile::open(packed);
  ASSERT_TRUE(inner.has_value());
  const size_t whole = file->read(*file->find_stream("S/a")).size();
  EXPECT_GT(whole, size_t{6} << 20);
  EXPECT_EQ(inner->read(*inner->find_stream("a")).size(), whole);
  EXPECT_EQ(content(*inner, "b"), content(*file, "S/b"));
}

TEST(CompoundFile, EveryPrefixIsReadOrRefused) {
  const std::string bytes = sample();
  size_t opened = 0;
  for (size_t size = 0; size < bytes.size(); size += 61) {
    auto file = CompoundFile::open(std::string_view(bytes).substr(0, size));
    if (!file) continue;
    opened++;
    for (EntryId id = 0; id < file->entries().size(); id++) EXPECT_LE(file->read(id).size(), bytes.size());
  }
  EXPECT_GT(opened, 0U);
}

TEST(CompoundFile, ChainsThatCloseEnd) {
  // Every entry of the table leads to the sector itself, then to its neighbour and back.
  for (const std::uint32_t turn : {0U, 1U}) {
    std::string bytes = sample();
    const size_t fat_at = static_cast<unsigned char>(bytes[76]) + size_t{256} * static_cast<unsigned char>(bytes[77]);
    for (std::uint32_t i = 0; i < 128; i++) bytes.replace((fat_at + 1) * 512 + i * 4, 4, le(i ^ turn, 4));
    auto file = CompoundFile::open(bytes);
    if (!file) continue;
    for (EntryId id = 0; id < file->entries().size(); id++) EXPECT_LE(file->read(id).size(), bytes.size());
  }
}

TEST(CompoundFile, StreamsThatShareSectorsMultiplyNothing) {
  CompoundBuilder builder;
  builder.stream("first", pattern(200'000));
  for (int i = 0; i < 500; i++) builder.stream("s" + std::to_string(i), "x");
  std::string bytes = builder.build();
  // All small streams claim the large one's sectors and size.
  for (size_t at = 512; at + 128 <= bytes.size(); at += 128) {
    if (bytes[at] != 's' || bytes[at + 66] != '\2') continue;
    bytes.replace(at + 116, 4, le(0, 4));
    bytes.replace(at + 120, 4, le(200'000, 4));
  }
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  size_t total = 0;
  bool cut = false;
  for (EntryId id = 0; id < file->entries().size(); id++) {
    std::string buffer;
    const auto stream = file->read(id, buffer);
    total += stream.bytes.size();
    cut = cut || !stream.whole;
  }
  EXPECT_TRUE(cut);
  EXPECT_LE(total, bytes.size() * extract::ole::kMostRereads + extract::ole::kFreeReads);
}

TEST(CompoundFile, TreesWithCyclesAndOrphansGiveEachEntryOnce) {
  std::string bytes = sample();
  // Each entry's left side is the first one; the last entry is led to by none.
  std::vector<size_t> entries;
  for (size_t at = 512; at + 128 <= bytes.size(); at += 128) {
    const bool named = bytes[at] != '\0' && bytes[at + 1] == '\0' && (bytes[at + 66] == '\1' || bytes[at + 66] == '\2');
    if (named && bytes[at + 67] == '\1') entries.push_back(at);
  }
  ASSERT_EQ(entries.size(), 8U);
  for (const size_t at : entries) bytes.replace(at + 68, 4, le(1, 4));
  bytes.replace(entries[1] + 72, 4, le(2, 4));  // to itself: what stood behind is lost
  auto file = CompoundFile::open(bytes);
  ASSERT_TRUE(file.has_value());
  size_t children = 0;
  for (const auto& entry : file->entries()) children += entry.children.size();
  EXPECT_EQ(children, 8U);
  EXPECT_EQ(content(*file, "_1/edge") + content(*file, "Pool/_1/edge"), "(none)" + pattern(4095));
}

TEST(CompoundFile, RefusesWhatIsNone) {
  EXPECT_FALSE(CompoundFile::open("").has_value());
  EXPECT_FALSE(CompoundFile::open(std::string(4096, '\0')).has_value());
  EXPECT_FALSE(CompoundFile::open("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1").has_value());
}

}  // namespace
}  // namespace postern::test
