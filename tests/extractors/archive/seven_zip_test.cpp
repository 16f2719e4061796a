// 7z archives whose folders are not all readable: by 7z itself (tests/corpus/make/archive.sh), and by hand.
#include <lzma.h>

#include "extractors/archive/seven_zip_filters.h"
#include "extractors/archive/seven_zip_headers.h"
#include "tests/support/compound_builder.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

// "name:outcome" of each part.
std::string members(const ExtractedText& text) {
  std::string out;
  for (const Part& part : text.parts) {
    out += (out.empty() ? "" : " ") + part.name + ":" + std::string(to_string(part.outcome));
  }
  return out;
}

TEST(SevenZip, FoldersBehindOnesThatCannotBeUnpackedAreRead) {
  const ExtractedText mixed = walk_document(corpus_file("archive/t-mixed.7z"), "m.7z");
  EXPECT_EQ(members(mixed),
            "m.7z:complete alpha.txt:complete beta.txt:complete gamma.txt:complete delta.txt:encrypted");
  EXPECT_EQ(where_is(mixed, "alpha of the mixed archive"), "body@");
  EXPECT_EQ(where_is(mixed, "gamma of the mixed archive"), "body@");
  EXPECT_EQ(where_is(mixed, "beta of"), "body@") << "Deflate64";

  const ExtractedText first = walk_document(corpus_file("archive/t-unknown-first.7z"), "u.7z");
  EXPECT_EQ(where_is(first, "gamma of the mixed archive"), "body@");
  EXPECT_EQ(where_is(first, "delta of the mixed archive"), "body@");
  EXPECT_EQ(members(first), "u.7z:complete alpha.txt:complete beta.txt:complete delta.txt:complete gamma.txt:complete");
}

// Stored members, each in a folder of its own; with "\6\xF1\7\1" as coder an encrypted one.
struct Stored {
  std::string name, data, coder = std::string(1, '\0');
  std::string unpacked{};  // when it is packed
};

std::string crc(std::string_view bytes) {
  return le(lzma_crc32(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), 0), 4);
}

std::string seven_zip(const std::vector<Stored>& members) {
  const auto count = std::string(1, static_cast<char>(members.size()));
  std::string packed, sizes, whole_sizes, folders, sums, names(1, '\0');
  for (const Stored& member : members) {
    packed += member.data;
    sizes += static_cast<char>(member.data.size());
    folders += "\1"s + static_cast<char>(member.coder.size()) + member.coder;
    const std::string& whole = member.unpacked.empty() ? member.data : member.unpacked;
    whole_sizes += static_cast<char>(whole.size());
    sums += crc(whole);
    names += wide(member.name) + "\0\0"s;
  }
  const std::string header = "\1\4\6\0"s + count + "\x09" + sizes + "\0\7\x0B"s + count + "\0"s + folders + "\x0C" +
                             whole_sizes + "\x0A\1" + sums + "\0\0\5"s + count + "\x11" +
                             static_cast<char>(names.size()) + names + "\0\0"s;
  const std::string place = le(packed.size(), 8) + le(header.size(), 8) + crc(header);
  return "7z\xBC\xAF\x27\x1C\0\4"s + crc(place) + place + packed + header;
}

TEST(SevenZip, AnEncryptedFolderInFrontHidesNothing) {
  const std::string aes = "\6\xF1\7\1";
  const ExtractedText text = walk_document(
      seven_zip({{"a.txt", "nothing to see", aes}, {"b.txt", "the heron is here"}, {"b.txt", "and the egret"}}),
      "a.7z");
  EXPECT_EQ(members(text), "a.7z:complete a.txt:encrypted b.txt:complete b.txt:complete");
  EXPECT_EQ(where_is(text, "the heron is here"), "body@");
  EXPECT_EQ(where_is(text, "and the egret"), "body@");
}

TEST(SevenZip, AFolderOfAnUnknownMethodHidesNoOther) {
  const std::string unknown = "\x7F\x7F";
  for (size_t place = 0; place < 3; place++) {
    std::vector<Stored> stored = {
        {"a.txt", "the first heron"}, {"b.txt", "the second heron"}, {"c.txt", "the third heron"}};
    stored[place].coder = unknown;
    const ExtractedText text = walk_document(seven_zip(stored), "a.7z");
    ASSERT_EQ(text.parts.size(), 4U) << members(text);
    for (const Part& part : text.parts) {
      const bool lost = part.name == stored[place].name;
      EXPECT_EQ(part.outcome, lost ? Outcome::unsupported : Outcome::complete) << place << " " << part.name;
    }
  }
}

TEST(SevenZip, MembersOfOneNameDoNotStandForEachOther) {
  const std::string unknown = "\x7F\x7F";
  const ExtractedText text = walk_document(
      seven_zip({{"a.txt", "the first heron"}, {"a.txt", "packed somehow", unknown}, {"a.txt", "the last heron"}}),
      "a.7z");
  EXPECT_EQ(members(text), "a.7z:complete a.txt:complete a.txt:unsupported a.txt:complete");
  EXPECT_EQ(where_is(text, "the last heron"), "body@");
}

TEST(SevenZip, DamageBehindAnUnreadableFolderIsDamage) {
  std::string archive = corpus_file("archive/t-mixed.7z");
  const size_t stored = archive.find("gamma of");  // LZMA2 keeps so short a text as it is, behind a control byte
  ASSERT_NE(stored, std::string::npos);
  archive[stored - 3] = '\x7F';
  const ExtractedText text = walk_document(archive, "a.7z");
  EXPECT_EQ(members(text),
            "a.7z:malformed alpha.txt:complete beta.txt:complete gamma.txt:malformed delta.txt:encrypted");
}

TEST(SevenZip, AWrongChecksumIsDamage) {
  std::string archive = seven_zip({{"a.txt", "the heron is here"}, {"b.txt", "the egret is there"}});
  const size_t at = archive.find("heron");
  ASSERT_NE(at, std::string::npos);
  archive[at] = 'H';
  const ExtractedText text = walk_document(archive, "a.7z");
  EXPECT_EQ(members(text), "a.7z:malformed a.txt:complete b.txt:complete");
  EXPECT_EQ(text.parts[0].why, "1 of its members could not be unpacked whole");
  EXPECT_EQ(where_is(text, "the Heron is here"), "body@");
}

TEST(SevenZip, FiltersBeforeDeflate64) {
  for (const char* name : {"archive/t-bcj-deflate64.7z", "archive/t-delta-deflate64.7z"}) {
    const ExtractedText text = walk_document(corpus_file(name), "f.7z");
    // The sums of the members were right.
    EXPECT_EQ(members(text), "f.7z:complete calls.bin:unsupported text.txt:complete") << name;
    EXPECT_EQ(where_is(text, "alpha behind a filter"), "body@") << name;
  }
}

TEST(SevenZip, WhichFiltersAreKnown) {
  using extract::filters_before_deflate64;
  EXPECT_EQ(filters_before_deflate64("\1\3\4\1\x09"s).value().size(), 0U);
  const std::string x86 = "\4\3\3\1\3"s, delta = "\x21\3\1\2"s, deflate64 = "\3\4\1\x09"s;
  EXPECT_EQ(filters_before_deflate64("\2"s + x86 + deflate64 + "\0\1"s).value().size(), 1U);
  const auto both = filters_before_deflate64("\3"s + delta + x86 + deflate64 + "\0\1\1\2"s);
  ASSERT_TRUE(both);
  EXPECT_EQ(both->at(0).distance, 3U);
  EXPECT_EQ(filters_before_deflate64("\2"s + deflate64 + x86 + "\1\0"s).value().size(), 1U) << "as 7-Zip lists them";
  EXPECT_FALSE(filters_before_deflate64("\2"s + x86 + deflate64 + "\1\0"s)) << "the other way around";
  EXPECT_FALSE(filters_before_deflate64("\2"s + x86 + deflate64 + "\0\0"s)) << "a circle";
  EXPECT_FALSE(filters_before_deflate64("\2"s + x86 + deflate64));
  EXPECT_FALSE(filters_before_deflate64("\2"s + deflate64 + x86 + "\0\1"s));
  EXPECT_FALSE(filters_before_deflate64("\2"s + "\1\x7F"s + deflate64 + "\0\1"s)) << "an unknown one";
  EXPECT_FALSE(filters_before_deflate64("\2\x1F"s));
  EXPECT_FALSE(filters_before_deflate64(""));
}

// libarchive knows no Deflate64; what Deflate makes of a short text is the same in it.
TEST(SevenZip, ReadsDeflate64) {
  const std::string deflate64 = "\4\1\x09", text = "the heron is here, the heron is there, the heron is nowhere";
  const auto packed = [&](const std::string& name) { return Stored{name, raw_deflate(text), deflate64, text}; };
  const ExtractedText read = walk_document(
      seven_zip({{"a.txt", "stored in front"}, packed("b.txt"), {"c.txt", "stored behind"}, packed("d.txt")}), "a.7z");
  EXPECT_EQ(members(read), "a.7z:complete a.txt:complete b.txt:complete c.txt:complete d.txt:complete");
  EXPECT_EQ(where_is(read, "the heron is nowhere"), "body@ body@");
  EXPECT_EQ(where_is(read, "stored behind"), "body@");
  Stored damaged = packed("b.txt");
  damaged.unpacked[0] = 'T';
  EXPECT_EQ(members(walk_document(seven_zip({damaged}), "a.7z")), "a.7z:malformed b.txt:complete");
}

TEST(SevenZip, AFolderAloneKeepsSizesAndChecksums) {
  const std::string bytes = corpus_file("archive/t-unknown-first.7z");
  const extract::SevenZipHeaders headers = extract::read_seven_zip_headers(bytes);
  ASSERT_EQ(headers.folders.size(), 2U);
  for (size_t folder = 0; folder < 2; folder++) {
    const extract::SevenZipHeaders alone =
        extract::read_seven_zip_headers(extract::seven_zip_of_folder(bytes, headers, folder));
    ASSERT_EQ(alone.folders.size(), 1U);
    EXPECT_EQ(alone.folders[0].coders, headers.folders[folder].coders);
    ASSERT_EQ(alone.members.size(), 2U);
    size_t at = 0;
    for (const extract::SevenZipMember& member : headers.members) {
      if (member.folder != folder) continue;
      EXPECT_EQ(alone.members[at].name, member.name);
      EXPECT_EQ(alone.members[at].size, member.size);
      EXPECT_TRUE(member.checksum.has_value());
      EXPECT_EQ(alone.members[at++].checksum, member.checksum);
    }
  }
}

}  // namespace
}  // namespace postern::test
