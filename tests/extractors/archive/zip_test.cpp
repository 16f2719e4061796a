#include <chrono>

#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using Member = ZipBuilder::Member;

Member member(std::string name, std::string data) {
  Member out;
  out.name = std::move(name);
  out.data = std::move(data);
  return out;
}

struct ZipCase {
  std::string name;
  std::string bytes;
  std::string outcomes;             // "path:outcome", the root first with an empty path
  std::vector<std::string> found;   // strings that some segment holds
  std::vector<std::string> absent;  // and that none holds
};

void PrintTo(const ZipCase& c, std::ostream* out) {
  *out << c.name;
}

std::string from_hex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

class Zip : public testing::TestWithParam<ZipCase> {};

TEST_P(Zip, IsReadInEveryReading) {
  const ZipCase& c = GetParam();
  const ExtractedText text = walk_document(c.bytes, "test.zip");
  EXPECT_EQ(outcomes(text), c.outcomes) << text.parts[0].why;
  for (const std::string& needle : c.found) EXPECT_NE(where_is(text, needle), "") << needle;
  for (const std::string& needle : c.absent) EXPECT_EQ(where_is(text, needle), "") << needle;
}

std::vector<ZipCase> zip_cases() {
  std::vector<ZipCase> out;
  const auto add = [&](std::string name, std::string bytes, std::string expected, std::vector<std::string> found,
                       std::vector<std::string> absent = {}) {
    out.push_back({std::move(name), std::move(bytes), std::move(expected), std::move(found), std::move(absent)});
  };
  const std::string inner = ZipBuilder().add("deep.txt", "innermost secret\n").build();

  add("deflated", ZipBuilder().add("docs/a.txt", "alpha text\n").build(), ":complete 1:complete",
      {"alpha text", "docs/a.txt"});
  {
    Member m = member("a.txt", "stored text\n");
    m.method = 0;
    add("stored", ZipBuilder().add(m).build(), ":complete 1:complete", {"stored text"});
  }
  add("nested", ZipBuilder().add("in.zip", inner).build(), ":complete 1:complete 1/1:complete", {"innermost secret"});
  {
    Member m = member("a.txt", "with a descriptor\n");
    m.descriptor = true;
    add("data_descriptor", ZipBuilder().add(m).add("b.txt", "the next\n").build(), ":complete 1:complete 2:complete",
        {"with a descriptor", "the next"});
    m.descriptor_signature = false;
    add("data_descriptor_without_signature", ZipBuilder().add(m).build(), ":complete 1:complete",
        {"with a descriptor"});
  }
  {
    Member m = member("folder/plans/", "");
    m.method = 0;
    add("directory_counts_as_name", ZipBuilder().add(m).build(), ":complete", {"folder/plans/"});
  }
  {
    Member m = member("caf\x82.txt", "x\n");
    add("cp437_name", ZipBuilder().add(m).build(), ":complete 1:complete", {"caf\xC3\xA9.txt"});
  }
  {
    Member m = member("????.txt", "x\n");
    m.extra = std::string("\x75\x70", 2);
    const std::string unicode = "\xD0\xBF\xD0\xBB\xD0\xB0\xD0\xBD.txt";
    put_le(m.extra, unicode.size() + 5, 2);
    m.extra.push_back(1);
    put_le(m.extra, crc32(0, reinterpret_cast<const Bytef*>(m.name.data()), static_cast<uInt>(m.name.size())), 4);
    m.extra += unicode;
    m.local_name = unicode;
    add("unicode_path_extra", ZipBuilder().add(m).build(), ":complete 1:complete", {unicode});
  }
  {
    Member m = member("secret-plan.txt", "ciphertext");
    m.method = 0;
    m.flags = 1;
    add("encrypted_classic", ZipBuilder().add(m).add("b.txt", "clear part\n").build(),
        ":complete 1:encrypted 2:complete", {"secret-plan.txt", "clear part"}, {"ciphertext"});
  }
  {
    Member m = member("secret-plan.txt", "");
    m.method = 99;
    m.packed = "ciphertext";
    m.flags = 1;
    add("encrypted_aes", ZipBuilder().add(m).build(), ":complete 1:encrypted", {"secret-plan.txt"});
  }
  {
    Member m = member("a.txt", "not really encrypted\n");
    m.local_flags = 1;
    add("encrypted_in_one_header_only", ZipBuilder().add(m).build(), ":complete 1:ambiguous", {"not really encrypted"});
  }
  {
    Member m = member("harmless.txt", "text\n");
    m.local_name = "payroll.xls";
    add("names_differ", ZipBuilder().add(m).build(), ":complete 1:ambiguous", {"harmless.txt", "payroll.xls"});
  }
  {
    Member m = member("a.txt", "visible to one\n");
    m.method = 0;
    m.packed = raw_deflate("visible to other\n");
    m.data = "x";
    m.local_method = 8;
    m.crc = 0;
    add("methods_differ", ZipBuilder().add(m).build(), ":ambiguous 1:unsupported 2:ambiguous", {"visible to other"});
  }
  {
    Member m = member("hidden.txt", "only streaming readers see this\n");
    m.in_directory = false;
    add("local_header_only", ZipBuilder().add("a.txt", "listed\n").add(m).build(), ":ambiguous 1:complete 2:ambiguous",
        {"listed", "only streaming readers see this"});
  }
  add("duplicate_names", ZipBuilder().add("a.txt", "first version\n").add("a.txt", "second version\n").build(),
      ":ambiguous 1:ambiguous 2:ambiguous", {"first version", "second version"});
  {
    const std::string first = ZipBuilder().add("one.txt", "in the first zip\n").build();
    const std::string second = ZipBuilder().add("two.txt", "in the second zip\n").build();
    add("two_zips_in_a_row", first + second, ":ambiguous 1:complete 2:ambiguous",
        {"in the first zip", "in the second zip"});
  }
  {
    Member m = member("a.txt", "text\n");
    m.before = "A note between the members of the zip.\n";
    add("text_between_members", ZipBuilder().add("b.txt", "x\n").add(m).build(),
        ":complete 1:complete 2:complete 3:complete", {"A note between the members"});
  }
  add("appended", ZipBuilder().add("a.txt", "x\n").build() + "Appended words after the end.\n",
      ":complete 1:complete 2:complete", {"Appended words after"});
  add("comments", ZipBuilder().add("a.txt", "x\n").comment("the archive's comment").build(), ":complete 1:complete",
      {"the archive's comment"});
  {
    Member m = member("a.txt", "data with a wrong checksum\n");
    m.crc = 12345;
    add("checksum", ZipBuilder().add(m).build(), ":malformed 1:complete", {"data with a wrong checksum"});
  }
  {
    std::string cut = ZipBuilder().add("a.txt", "first member\n").add("b.txt", "second member\n").build();
    cut.resize(cut.size() - 60);
    add("directory_cut_off", cut, ":malformed 1:complete 2:complete", {"first member", "second member"});
  }
  {
    Member m = member("a.bin", "");
    m.method = 97;
    m.packed = "whatever";
    m.crc = 0;
    add("unknown_method", ZipBuilder().add(m).build(), ":complete 1:unsupported", {"a.bin"});
  }
  const auto packed = [&](std::string name, std::uint16_t method, std::string_view hex) {
    Member m = member("a.txt", "packed another way\n");
    m.method = method;
    m.packed = from_hex(hex);
    add(name, ZipBuilder().add(m).build(), ":complete 1:complete", {"packed another way"});
    m.descriptor = true;
    m.in_directory = false;
    add(name + "_streamed", ZipBuilder().add(m).build(), ":ambiguous 1:ambiguous", {"packed another way"});
    m.descriptor = false;
    m.in_directory = true;
    m.packed->resize(m.packed->size() * 2 / 3);
    add(name + "_cut", ZipBuilder().add(m).build(), method == 12 ? ":complete 1:malformed" : ":malformed 1:complete",
        {"a.txt"});
  };
  packed("bzip2", 12,
         "425a6839314159265359090b73fd0000075180001040002e49d4a020002281ea60d350a60001024268aa445db291f177"
         "245385090090b73fd0");
  packed("lzma", 14, "090405005d000001000038184899cd5c1c2502679f3a6e81acd824afc032c42df8ffffe0a88000");
  packed("zstandard", 93, "28b52ffd04589900007061636b656420616e6f74686572207761790a9f50a209");
  packed("xz", 95,
         "fd377a585a0000016922de360200210116000000742fe5a30100127061636b656420616e6f74686572207761790a0000"
         "9b15847e000127139046fd7e9042990d010000000001595a");
  add("empty", ZipBuilder().build(), ":complete", {});
  return out;
}

INSTANTIATE_TEST_SUITE_P(Cases, Zip, testing::ValuesIn(zip_cases()), [](const auto& c) { return c.param.name; });

TEST(ZipNames, OfUndeclaredCharsetsAreReadByEachThatFits) {
  const struct {
    const char* charset;
    std::string raw;
    const char* text;
  } cases[] = {{"gbk", "\xBB\xFA\xC3\xDC\xBC\xC6\xBB\xAE.txt", "机密计划"},
               {"shift-jis", "\x8E\xD0\x8A\x4F\x94\xE9.txt", "社外秘"},
               {"cp866", "\x91\xA5\xAA\xE0\xA5\xE2.txt", "Секрет"},
               {"windows-949", "\xB1\xE2\xB9\xD0.txt", "기밀"},
               {"windows-1252",
                "Gr\xF6\xDF"
                "e.txt",
                "Größe"},
               {"ibm437",
                "\x9A"
                "bernahme.txt",
                "Übernahme"}};
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(ZipBuilder().add(c.raw, "x").build(), "a.zip");
    EXPECT_NE(where_is(text, c.text), "") << c.charset;
    EXPECT_EQ(outcomes(text), ":complete 1:complete") << c.charset;
  }
}

TEST(ZipMember, ClaimedSizeDecidesNothing) {
  Member m = member("a.txt", "short\n");
  m.claimed_size = 0xFFFFFFF0;
  EXPECT_EQ(outcomes(walk_document(ZipBuilder().add(m).build(), "a.zip")), ":complete 1:complete");
  m.claimed_size = 1;
  const ExtractedText text = walk_document(ZipBuilder().add(m).build(), "a.zip");
  EXPECT_NE(where_is(text, "short"), "");
}

// Readers look for the directory from the end; what stands in front is a part of its own.
TEST(ZipMember, PrefixMovesNothing) {
  const std::string bytes =
      "#!/bin/sh\necho a self-extracting script\n" + ZipBuilder().add("a.txt", "payload\n").build();
  const ExtractedText text = walk_document(bytes, "", {}, "application/zip");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete");
  EXPECT_NE(where_is(text, "payload"), "");
  EXPECT_NE(where_is(text, "self-extracting"), "");
}

struct Bomb {
  std::string name;
  std::string bytes;
};

void PrintTo(const Bomb& bomb, std::ostream* out) {
  *out << bomb.name;
}

class ZipBomb : public testing::TestWithParam<Bomb> {};

// Bounded by work, not by a clock: what was unpacked in all is far below the budget.
TEST_P(ZipBomb, EndsInLimitAfterLittleWork) {
  Limits limits;
  const ExtractedText text = walk_document(GetParam().bytes, "bomb.zip", limits);
  bool limited = false;
  std::uint64_t unpacked = 0;
  for (const Part& part : text.parts) {
    limited = limited || part.outcome == Outcome::limit;
    unpacked += part.size;
  }
  EXPECT_TRUE(limited) << outcomes(text).substr(0, 500);
  EXPECT_NE(text.parts[0].outcome, Outcome::crashed);
  EXPECT_LT(unpacked, 200ULL << 20);
}

std::string flat_bomb(std::uint64_t size) {
  Member m = member("zeros", "");
  m.packed = deflate_run('\0', size);
  m.claimed_size = static_cast<std::uint32_t>(size);
  m.crc = 0;
  return ZipBuilder().add(m).build();
}

std::vector<Bomb> bombs() {
  std::vector<Bomb> out;
  out.push_back({"flat", flat_bomb(192ULL << 20)});
  std::string nested = flat_bomb(16ULL << 20);
  for (int level = 0; level < 5; level++) {  // 16^5 bombs, as in 42.zip
    ZipBuilder builder;
    for (int i = 0; i < 16; i++) builder.add("lib" + std::to_string(i) + ".zip", nested);
    nested = builder.build();
  }
  out.push_back({"nested", nested});
  std::string deep = ZipBuilder().add("a.txt", "core\n").build();
  for (int level = 0; level < 40; level++) deep = ZipBuilder().add("in.zip", deep).build();
  out.push_back({"deep", deep});
  out.push_back({"overlapping", overlapping_bomb(2000, 4 << 20)});
  std::string many;
  ZipBuilder builder;
  for (int i = 0; i < 30'000; i++) builder.add("f" + std::to_string(i), "");
  out.push_back({"many_members", builder.build()});
  return out;
}

INSTANTIATE_TEST_SUITE_P(Cases, ZipBomb, testing::ValuesIn(bombs()), [](const auto& c) { return c.param.name; });

}  // namespace
}  // namespace postern::test
