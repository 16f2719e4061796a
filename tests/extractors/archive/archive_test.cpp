#include <lzma.h>

#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

std::string corpus(const std::string& name) {
  return corpus_file("archive/" + name);
}

struct Case {
  std::string file;
  std::string outcomes;            // "path:outcome"
  std::vector<std::string> found;  // "place@at" of each needle: see where_is()
  std::string place_of_alpha;      // of "alpha secret text"
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.file;
}

class Archive : public testing::TestWithParam<Case> {};

TEST_P(Archive, GivesItsMembers) {
  const Case& c = GetParam();
  const ExtractedText text = walk_document(corpus(c.file), c.file);
  EXPECT_EQ(outcomes(text), c.outcomes) << text.parts[0].why;
  EXPECT_EQ(where_is(text, "alpha secret text"), c.place_of_alpha);
  for (const std::string& needle : c.found) EXPECT_NE(where_is(text, needle), "") << needle;
}

const std::string kTwo = ":complete 1:complete 2:complete";
const std::vector<std::string> kAll = {"beta geheim", "bé.txt", "target-of-link"};
const std::vector<std::string> kFiles = {"beta geheim", "bé.txt"};

INSTANTIATE_TEST_SUITE_P(Formats, Archive,
                         testing::Values(Case{"t.tar", kTwo, kAll, "body@"}, Case{"t-ustar.tar", kTwo, kAll, "body@"},
                                         Case{"t-pax.tar", kTwo, kAll, "body@"}, Case{"t-gnu.tar", kTwo, kAll, "body@"},
                                         Case{"t-v7.tar", kTwo, kAll, "body@"},
                                         Case{"t-newc.cpio", kTwo, kAll, "body@"},
                                         Case{"t-odc.cpio", kTwo, kAll, "body@"},
                                         Case{"t-bin.cpio", kTwo, kAll, "body@"},
                                         Case{"t-crc.cpio", kTwo, kAll, "body@"}, Case{"t.a", kTwo, kFiles, "body@"},
                                         Case{"t.7z", kTwo, kAll, "body@"}, Case{"t-ppmd.7z", kTwo, kAll, "body@"},
                                         Case{"t-bzip2.7z", kTwo, kAll, "body@"}, Case{"t.arj", kTwo, kFiles, "body@"},
                                         Case{"t.cab", kTwo, kFiles, "body@"}, Case{"t.xar", kTwo, kAll, "body@"}));

INSTANTIATE_TEST_SUITE_P(
    Packed, Archive,
    testing::Values(Case{"t.tar.gz", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.bz2", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.xz", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.lzma", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.zst", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.lz4", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.lz", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.tar.Z", ":complete 1:complete 1/1:complete 1/2:complete", kAll, "body@"},
                    Case{"t.iso.gz",
                         ":complete 1:complete 1/1:complete 1/2:complete",
                         {"beta geheim", "bé.txt", "target-of-link", "XORRISO-1.5.4"},
                         "body@"}));

// Their text holds a byte that only code pages of DOS have a letter for.
const std::string kDosText = "body@ body@read as windows-1252";

INSTANTIATE_TEST_SUITE_P(
    Methods, Archive,
    testing::Values(
        Case{"t-deflate64.zip", ":complete 1:complete", {"numbers.txt", "\n3999\n"}, "body@"},
        Case{"t-shrink.zip", ":complete 1:complete", {"aaaaaaaaaaaa\n", "end\n"}, kDosText},
        Case{"t-reduce-1.zip", ":complete 1:complete", {"aaaaaaaaaaaa\n", "end\n"}, kDosText},
        Case{"t-reduce-4.zip", ":complete 1:complete", {"aaaaaaaaaaaa\n", "end\n"}, kDosText},
        Case{"t-implode-4k.zip", ":complete 1:complete", {"aaaaaaaaaaaa\n", "end\n"}, kDosText},
        Case{"t-implode-8k.zip", ":complete 1:complete", {"aaaaaaaaaaaa\n", "end\n"}, kDosText},
        Case{"t-zip64.zip", ":complete 1:complete 2:complete", {"alpha secret text", "beta geheim"}, "body@"},
        Case{"t-lh5.lzh", ":complete 1:complete", {"numbers.txt", "\n3999\n", "alpha secret text"}, "body@"},
        Case{"t-lh6.lzh", ":complete 1:complete", {"numbers.txt", "\n3999\n", "alpha secret text"}, "body@"},
        Case{"t-lh7.lzh", ":complete 1:complete", {"numbers.txt", "\n3999\n", "alpha secret text"}, "body@"},
        Case{"t-ppmd.zip", ":complete 1:complete", {"numbers.txt", "\n3999\n"}, "body@"},
        Case{"t-numbers.arj", ":complete 1:complete", {"numbers.txt", "\n3999\n"}, "body@"},
        Case{"t-fastest.arj", ":complete 1:complete", {"numbers.txt", "\n3999\n"}, "body@"},
        Case{"t.chm",
             ":complete 1:complete 2:complete 3:complete",
             {"The handbook title", "paragraph 7999", "last words"},
             "body@"}));

INSTANTIATE_TEST_SUITE_P(
    Locked, Archive,
    testing::Values(Case{"t-locked.7z", ":complete 1:encrypted 2:encrypted 3:encrypted", {"a.txt", "bé.txt"}, ""},
                    Case{"t-all-locked.7z", ":encrypted", {}, ""},
                    Case{"t-classic.zip", ":complete 1:encrypted 2:encrypted 3:encrypted", {"a.txt", "bé.txt"}, ""},
                    Case{"t-aes128.zip", ":complete 1:encrypted 2:encrypted 3:encrypted", {"a.txt", "bé.txt"}, ""},
                    Case{"t-aes256.zip", ":complete 1:encrypted 2:encrypted 3:encrypted", {"a.txt", "bé.txt"}, ""}));

TEST(LockedZip, OpensWithThePasswordOfTheMail) {
  for (const char* name : {"t-classic.zip", "t-aes128.zip", "t-aes256.zip"}) {
    const ExtractedText text =
        walk_document(mail_with(corpus(name), "The password is Tr0ub4dor."), "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(text, "alpha secret text"), "body@") << name;
    EXPECT_EQ(where_is(text, "beta geheim"), "body@") << name;
    const ExtractedText other =
        walk_document(mail_with(corpus(name), "See you tomorrow."), "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(other, "alpha secret text"), "") << name;
  }
}

TEST(Zip64, RecordsThatDisagreeWithThePlainOnesAreDoubtful) {
  const std::string whole = corpus("t-zip64.zip");
  std::string other = whole;
  other[other.rfind("PK\6\6") + 32] = 1;  // one member instead of two, here alone
  other.replace(other.rfind("PK\5\6") + 16, 4, other, other.rfind("PK\6\6") + 48,
                4);  // so that neither needs the other
  EXPECT_EQ(walk_document(whole, "a.zip").parts[0].outcome, Outcome::complete);
  const ExtractedText text = walk_document(other, "a.zip");
  EXPECT_EQ(text.parts[0].outcome, Outcome::ambiguous);
  EXPECT_NE(text.parts[0].why.find("zip64"), std::string::npos) << text.parts[0].why;
  EXPECT_EQ(where_is(text, "beta geheim"), "body@");
}

TEST(Iso, TextsOfTheVolumeAreProperties) {
  std::string image(16 * 2048, '\0');
  const auto descriptor = [&image](char kind, size_t at, const std::string& text) {
    std::string out(2048, '\0');
    out[0] = kind;
    out.replace(1, 5, "CD001");
    if (kind == 2) out.replace(88, 3, "%/E");
    out.replace(at, text.size(), text);
    image += out;
  };
  descriptor(1, 40, "NIGHTJAR        ");
  descriptor(2, 318, std::string("\0A\0n\0n\0\xE4\0 ", 10));
  descriptor('\xFF', 40, "behind the last one");
  const ExtractedText text = walk_document(image, "a.iso");
  EXPECT_EQ(text_of(text, Place::property), "NIGHTJAR\nAnnä\n");
}

TEST(SplitZip, PiecesArePartial) {
  const std::string whole = ZipBuilder().add("a.txt", "first member\n").add("b.txt", "second member\n").build();
  const ExtractedText first = walk_document("PK\7\10" + whole.substr(0, whole.find("b.txt") + 9), "a.z01");
  EXPECT_EQ(outcomes(first).substr(0, 8), ":partial");
  EXPECT_EQ(where_is(first, "first member"), "body@");
  std::string last = whole;
  last[last.rfind("PK\5\6") + 4] = 1;  // the number of this piece
  const ExtractedText second = walk_document(last, "a.zip");
  EXPECT_EQ(second.parts[0].outcome, Outcome::partial);
  EXPECT_EQ(where_is(second, "b.txt"), "file-name@");
}

// Cut or turned over anywhere, data of the old methods end; what the checksum does not cover is not told as whole.
TEST(OldZipMethods, DamageIsNeverTakenForTheWhole) {
  for (const char* name :
       {"t-shrink.zip", "t-reduce-1.zip", "t-reduce-4.zip", "t-implode-4k.zip", "t-implode-8k.zip"}) {
    const std::string whole = corpus(name);
    const std::string plain = text_of(walk_document(whole, name), Place::body);
    const size_t begin = 35, end = whole.find("PK\1\2");
    ASSERT_NE(end, std::string::npos);
    for (size_t at = begin; at < end; at += 7) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
      const ExtractedText text = walk_document(damaged, name);
      // Some bits say nothing: what is called complete must be the whole.
      if (outcomes(text) == ":complete 1:complete") {
        EXPECT_EQ(text_of(text, Place::body), plain) << name << " at " << at;
      }
    }
  }
}

// RAR 5 (technical note): headers with a checksum in front of which nothing here looks at, members stored.
std::string vint(std::uint64_t value) {
  std::string out;
  do {
    out.push_back(static_cast<char>((value & 0x7F) | (value > 0x7F ? 0x80 : 0)));
    value >>= 7;
  } while (value > 0);
  return out;
}
std::string rar5_block(const std::string& header, const std::string& data = "") {
  const std::string sized = vint(header.size()) + header;
  std::string out;
  put_le(out, ::crc32(0, reinterpret_cast<const Bytef*>(sized.data()), static_cast<uInt>(sized.size())), 4);
  return out + sized + data;
}
std::string rar5_file(const std::string& name, const std::string& data, bool encrypted, std::uint64_t kind = 2) {
  const std::string record = encrypted ? vint(1) + vint(0) + vint(0) + std::string(1 + 16 + 16, 'k') : std::string();
  const std::string extra = encrypted ? vint(record.size()) + record : std::string();
  std::string crc;
  put_le(crc, ::crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())), 4);
  std::string header = vint(kind) + vint(encrypted ? 3 : 2) + (encrypted ? vint(extra.size()) : "") + vint(data.size());
  header += vint(4) + vint(data.size()) + vint(0x20) + crc + vint(0) + vint(1) + vint(name.size()) + name + extra;
  return rar5_block(header, data);
}
std::string rar5(const std::string& blocks) {
  return std::string("Rar!\x1A\x07\x01\0", 8) + rar5_block(vint(1) + vint(0) + vint(0)) + blocks +
         rar5_block(vint(5) + vint(0) + vint(0));
}

TEST(Rar5, ReadsMembersAndComment) {
  const ExtractedText text = walk_document(
      rar5(rar5_file("CMT", "a comment in rar", false, 3) + rar5_file("ordner/größe.txt", "rar secret\n", false)));
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "rar secret"), "body@");
  EXPECT_EQ(where_is(text, "größe"), "file-name@");
  EXPECT_EQ(where_is(text, "a comment in rar"), "comment@");
}

TEST(Rar5, NamesWhatIsLockedAndReadsTheRest) {
  const ExtractedText text = walk_document(rar5(rar5_file("open.txt", "open words\n", false) +
                                                rar5_file("locked.txt", "xxxxxxxxxxxxxxxx", true) +
                                                rar5_file("last.txt", "last words\n", false)));
  EXPECT_EQ(outcomes(text), ":complete 1:encrypted 2:complete 3:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "locked.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "open words"), "body@");
  EXPECT_EQ(where_is(text, "last words"), "body@");
}

TEST(Rar, SaysWhenItsNamesAreLocked) {
  const std::string five = std::string("Rar!\x1A\x07\x01\0", 8) + rar5_block(vint(4) + vint(0) + vint(0) + vint(0));
  EXPECT_EQ(outcomes(walk_document(five + std::string(200, 'q'))), ":encrypted");
  const std::string four("Rar!\x1A\x07\0\xCE\x99\x73\x80\0\x0D\0\0\0\0\0\0\0", 20);
  EXPECT_EQ(outcomes(walk_document(four + std::string(200, 'q'))), ":encrypted");
}

TEST(Rar5, GivesWhatStandsBehindItsEnd) {
  const ExtractedText text =
      walk_document(rar5(rar5_file("a.txt", "inside\n", false)) + "words behind the end of it\n");
  EXPECT_EQ(where_is(text, "words behind the end"), "body@");
}

// Level 0 of LHA: size and sum of the header, method, sizes, time, attributes, level, name, checksum.
std::string lha(const std::string& name, const std::string& data, const std::string& method = "-lh0-") {
  std::string fields = method;
  put_le(fields, data.size(), 4);
  put_le(fields, data.size(), 4);
  put_le(fields, 0, 4);
  fields += std::string("\x20\0", 2);
  fields.push_back(static_cast<char>(name.size()));
  fields += name;
  unsigned sum = 0;
  for (const char c : fields) sum += static_cast<unsigned char>(c);
  return std::string(1, static_cast<char>(fields.size())) + static_cast<char>(sum) + fields + data + '\0';
}

TEST(Lha, ReadsNamesInEveryCharsetTheyMayBeIn) {
  const ExtractedText text = walk_document(lha("\x83\x65\x83\x58\x83\x67.txt", "lha secret\n"));  // Shift-JIS
  EXPECT_EQ(where_is(text, "lha secret"), "body@");
  EXPECT_NE(where_is(text, "テスト.txt"), "");
}

TEST(Lha, SaysWhichMembersItCannotUnpack) {
  for (const char* method : {"-lh1-", "-lh2-", "-lh3-", "-lh4-", "-lzs-", "-lz5-"}) {
    EXPECT_EQ(outcomes(walk_document(lha("a.txt", "packed in some way\n", method))), ":complete 1:unsupported")
        << method;
  }
}

std::string tar_member(const std::string& name, const std::string& data, std::uint64_t claimed) {
  std::string out(512, '\0');
  out.replace(0, name.size(), name);
  out.replace(100, 8, "0000644 ");
  std::array<char, 16> octal{};
  std::snprintf(octal.data(), octal.size(), "%011llo", static_cast<unsigned long long>(claimed));
  out.replace(124, 11, octal.data(), 11);
  out.replace(148, 8, "        ");
  out[156] = '0';
  out.replace(257, 8, std::string("ustar\00000", 8));
  unsigned sum = 0;
  for (const char c : out) sum += static_cast<unsigned char>(c);
  std::snprintf(octal.data(), octal.size(), "%06o", sum);
  out.replace(148, 6, octal.data(), 6);
  out[154] = '\0';
  out += data;
  out.append((512 - data.size() % 512) % 512, '\0');
  return out;
}

TEST(Tar, ReadsWhatStandsBehindItsEnd) {
  const std::string one = tar_member("a.txt", "first words\n", 12) + std::string(1024, '\0');
  const std::string two = tar_member("b.txt", "second words\n", 13) + std::string(1024, '\0');
  const ExtractedText text = walk_document(one + two + "and a text without any header\n");
  EXPECT_NE(where_is(text, "first words"), "");
  EXPECT_NE(where_is(text, "second words"), "");
  EXPECT_NE(where_is(text, "without any header"), "");
}

TEST(Tar, KeepsWhatWasReadWhenItIsCutOff) {
  const std::string whole = tar_member("a.txt", "first words\n", 12) + tar_member("b.txt", "cut words\n", 90'000);
  const ExtractedText text = walk_document(whole.substr(0, whole.find("cut words") + 9));
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_NE(where_is(text, "first words"), "");
  EXPECT_NE(where_is(text, "cut words"), "");
}

// As bzip2, zstd and xz pack a file without a byte; cut off, it is none.
TEST(PackedAlone, NothingPackedIsNothing) {
  using namespace std::string_literals;
  const std::string files[] = {
      "\x42\x5A\x68\x39\x17\x72\x45\x38\x50\x90\x00\x00\x00\x00"s,
      "\x28\xB5\x2F\xFD\x24\x00\x01\x00\x00\x99\xE9\xD8\x51"s,
      "\xFD\x37\x7A\x58\x5A\x00\x00\x04\xE6\xD6\xB4\x46\x00\x00\x00\x00\x1C\xDF\x44\x21\x1F\xB6\xF3\x7D\x01\x00\x00\x00\x00\x04\x59\x5A"s};
  for (const std::string& whole : files) {
    EXPECT_EQ(outcomes(walk_document(whole, "a")), ":complete 1:complete");
    for (size_t left = 8; left < whole.size(); left++) {
      EXPECT_TRUE(outcomes(walk_document(whole.substr(0, left), "a")).starts_with(":malformed")) << left;
    }
  }
}

TEST(Packed, KeepsWhatWasReadWhenItIsCutOff) {
  const std::string whole = corpus("t.tar.bz2");
  const ExtractedText text = walk_document(whole.substr(0, whole.size() - 20), "t.tar.bz2");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(Packed, ReadsWhatStandsBehindItsEnd) {
  const ExtractedText text = walk_document(corpus("t.tar.bz2") + "words behind the packed file\n", "t.tar.bz2");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_NE(where_is(text, "words behind the packed file"), "");
  EXPECT_NE(where_is(text, "alpha secret text"), "");
}

// Past what is free of the ratio and at least `ratio` times what it takes: letters that do not pack, then one over and
// over, then the word that is looked for.
std::string well_packed_text() {
  std::string out;
  for (std::uint64_t i = 0, state = 1; i < 4'000'000; i++) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    out += static_cast<char>('a' + (state >> 40) % 16);
  }
  return out.append(kRatioFree + kRatioFree / 2, 'a') + " nightjar";
}

std::string as_xz(const std::string& text) {
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                                    text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
            LZMA_OK);
  out.resize(size);
  return out;
}

TEST(Packed, TheRatioIsALimitOfLargeFilesToo) {
  Limits limits;
  limits.max_ratio = 20;
  const std::string text = well_packed_text();
  for (const std::string& bytes : {as_xz(text), ZipBuilder().add("a.txt", text).build()}) {
    ASSERT_GT(bytes.size() * limits.max_ratio, kRatioFree);  // by the ratio, not by what is free of it
    ASSERT_LT(bytes.size() * limits.max_ratio, text.size());
    const ExtractedText cut = walk_document(bytes, "a", limits);
    ASSERT_EQ(outcomes(cut), ":complete 1:limit");
    EXPECT_NE(cut.parts[1].why.find("max_ratio = 20"), std::string::npos) << cut.parts[1].why;
    const ExtractedText whole = walk_document(bytes, "a");
    EXPECT_EQ(outcomes(whole), ":complete 1:complete");
    EXPECT_NE(where_is(whole, "nightjar"), "");
  }
}

TEST(ArchiveWithoutFormat, EndsAsMalformed) {
  const std::string broken = corpus("t.a").substr(0, 8) + std::string(20, '\xFF');
  for (const char* type : {"application/x-7z-compressed", "application/x-xar", "application/x-lzh"}) {
    const ExtractedText text = walk_document(broken + "no archive at all", "", Limits{}, type);
    EXPECT_EQ(text.parts[0].outcome, Outcome::malformed) << type;
  }
}

}  // namespace
}  // namespace postern::test
