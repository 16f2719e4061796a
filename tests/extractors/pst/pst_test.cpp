// Outlook data files, written by tests/corpus/make/pst.py, and what happens when they are damaged.
#include <algorithm>

#include "extractors/archive/bytes.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::le64;

constexpr std::size_t kNodeRootAt = 224, kBlockRootAt = 240, kEncodingAt = 513;  // in the head of a Unicode file

const Part* part_named(const ExtractedText& text, std::string_view name) {
  const auto found =
      std::find_if(text.parts.begin(), text.parts.end(), [name](const Part& part) { return part.name == name; });
  return found == text.parts.end() ? nullptr : &*found;
}

std::string outcome_of(const ExtractedText& text, std::string_view name) {
  const Part* const part = part_named(text, name);
  return part == nullptr ? "no such part" : std::string(to_string(part->outcome));
}

void put(std::string& bytes, std::size_t at, std::uint64_t value, unsigned width) {
  ASSERT_LE(at + width, bytes.size());
  for (unsigned i = 0; i < width; i++) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xFFU);
}

std::string unicode_file() {
  return corpus_file("pst/unicode.pst");
}

class OutlookDataFile : public testing::TestWithParam<const char*> {};

// The four hold the same mailbox.
TEST_P(OutlookDataFile, IsReadWhole) {
  const ExtractedText text = walk_document(corpus_file(GetParam()), GetParam());
  EXPECT_EQ(outcomes(text),
            ":complete 1:complete 1/1:complete 2:complete 2/1:complete 3:complete 3/1:complete 3/2:complete "
            "3/3:complete 3/4:complete 3/5:complete 3/6:complete 3/7:complete 3/7/1:complete 3/7/2:complete "
            "4:complete 4/1:complete 5:complete 5/1:complete")
      << text.parts[0].why;
  EXPECT_EQ(text.parts[0].type, "application/vnd.ms-outlook-pst");
  EXPECT_TRUE(text.parts[0].facts.empty());
}

TEST_P(OutlookDataFile, NamesMailboxAndFolders) {
  const ExtractedText text = walk_document(corpus_file(GetParam()), GetParam());
  EXPECT_EQ(where_is(text, "zqmailbox"), "property@mailbox");
  EXPECT_EQ(where_is(text, "zqfoldercomment"), "comment@Inbox/Projects");
  EXPECT_EQ(where_is(text, "Search Root"), "file-name@Search Root");
  const Part* const message = part_named(text, "Inbox/Projects/Re: quarterly figures.msg");
  ASSERT_NE(message, nullptr);
  EXPECT_EQ(message->type, "application/vnd.ms-outlook");
}

struct Word {
  const char* text;
  const char* where;
};

TEST_P(OutlookDataFile, TellsMessagesByPlace) {
  const ExtractedText text = walk_document(corpus_file(GetParam()), GetParam());
  const Word words[] = {
      {"Erika Sender", "header@From"},
      {"erika@example.com", "header@Sender"},
      {"Max Receiver, max@example.com", "header@To"},
      {"Copy Reader", "header@Cc"},
      {"Blind Reader", "header@Bcc"},
      {"Reader 119, reader119@example.com", "header@To"},
      {"zqheader", "header@X-Project"},
      {"The long words end.", "body@"},
      {"zqhtmlbody caf\u00e9", "body@"},
      {"zqrtfbody", "body@"},
      {"Room 17", "property@location"},
      {"blue folder", "property@CostCentre"},
      {"zqkeyone; zqkeytwo", "property@Keywords"},
      {"zqsmallfile", "body@"},
      {"799;zqrow799;value", "body@"},
      {"zqlastlist", "body@"},
      {"zqinnerbody", "body@"},
      {"Room 99", "property@location"},
      {"Inner Receiver", "header@To"},
      {"zqinnermost words", "body@"},
      {"zqrussian Привет", "body@"},
      {"zqassociated", "body@"},
      {"zqorphan", "body@"},
      {"zqdeletedbody", "body@"},
  };
  for (const Word& word : words) EXPECT_EQ(where_is(text, word.text), word.where) << word.text;
  EXPECT_EQ(outcome_of(text, "figures.csv"), "complete");
  EXPECT_EQ(outcome_of(text, "without folder.msg"), "complete");
  EXPECT_EQ(outcome_of(text, "(deleted) Inbox/thrown away.msg"), "complete");
}

INSTANTIATE_TEST_SUITE_P(Kinds, OutlookDataFile,
                         testing::Values("pst/ansi.pst", "pst/unicode.pst", "pst/cyclic.pst", "pst/pages4k.ost"),
                         [](const auto& kind) {
                           std::string out(kind.param);
                           out = out.substr(out.find('/') + 1);
                           return out.substr(0, out.find('.'));
                         });

TEST(OutlookData, EarlierVersionsOfMessages) {
  const ExtractedText text = walk_document(corpus_file("pst/versions.pst"), "a.pst");
  EXPECT_EQ(where_is(text, "zqlaterbody"), "body@");
  EXPECT_EQ(where_is(text, "zqearlierbody"), "body@");
  EXPECT_EQ(outcome_of(text, "Inbox/price.msg"), "complete");
  EXPECT_EQ(outcome_of(text, "(earlier) Inbox/price.msg"), "complete");
  // Only a flag of it was another.
  EXPECT_EQ(where_is(text, "zqsamebody"), "body@");
  // Written over, which is no damage of the file.
  EXPECT_EQ(where_is(text, "zqgonebody"), "");
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

TEST(OutlookData, IsToldByItsOwner) {
  EXPECT_EQ(walk_document("!BDN is what the note begins with\n", "a.txt").parts[0].type, "text/plain");
  const ExtractedText hidden = walk_document(unicode_file(), "report.docx");
  EXPECT_EQ(hidden.parts[0].facts, std::vector<std::string>{"type-mismatch"});
  EXPECT_EQ(walk_document("just words, no mailbox\n", "archive.pst").parts[0].facts,
            std::vector<std::string>{"type-mismatch"});
}

// The first page below the root of an index names the root: what it led to is found by looking through the file.
TEST(OutlookData, CyclesInAnIndexHideNothing) {
  for (const std::size_t root_at : {kNodeRootAt, kBlockRootAt}) {
    std::string bytes = unicode_file();
    const std::uint64_t root = le64(bytes, root_at);
    put(bytes, root + 16, root, 8);
    const ExtractedText text = walk_document(bytes, "a.pst");
    EXPECT_EQ(to_string(text.parts[0].outcome), "malformed");
    EXPECT_EQ(text.parts[0].why, "a page of its index is damaged or used twice");
    for (const char* const word : {"zqfoldercomment", "zqinnermost", "zqrow799", "zqorphan", "zqassociated"})
      EXPECT_NE(where_is(text, word), "") << word << " of " << root_at;
  }
}

TEST(OutlookData, AnIndexThatIsGoneIsMadeUpForByItsPages) {
  std::string bytes = unicode_file();
  put(bytes, kNodeRootAt, bytes.size(), 8);
  const ExtractedText text = walk_document(bytes, "a.pst");
  EXPECT_EQ(to_string(text.parts[0].outcome), "malformed");
  EXPECT_NE(where_is(text, "zqinnermost"), "");
}

TEST(OutlookData, ABlockThatIsMissingIsTold) {
  std::string bytes = unicode_file();
  // The list of the two blocks of figures.csv.
  const std::size_t list = bytes.find(std::string("\x01\x01\x02\x00\xA4\x3D\x00\x00", 8));
  ASSERT_NE(list, std::string::npos);
  put(bytes, list + 8, 0x7FFFFFF0, 8);
  const ExtractedText text = walk_document(bytes, "a.pst");
  EXPECT_EQ(text.parts[0].why, "a block of it is missing");
  EXPECT_EQ(outcome_of(text, "Inbox/Projects/Re: quarterly figures.msg"), "malformed");
  EXPECT_NE(where_is(text, "zqrow799"), "");
  EXPECT_NE(where_is(text, "zqsmallfile"), "");
}

TEST(OutlookData, CutOffAndEmptyFilesAreMalformed) {
  const std::string bytes = unicode_file();
  for (const std::size_t size : {std::size_t{100}, std::size_t{600}, std::size_t{0x4400}, bytes.size() / 2}) {
    const ExtractedText text =
        walk_document(bytes.substr(0, size), "a.pst", Limits{}, "application/vnd.ms-outlook-pst");
    EXPECT_EQ(to_string(text.parts[0].outcome), "malformed") << size;
  }
}

TEST(OutlookData, IsReadWhenTheHeadNamesAnotherEncoding) {
  std::string bytes = unicode_file();
  put(bytes, kEncodingAt, 0, 1);
  EXPECT_NE(where_is(walk_document(bytes, "a.pst"), "zqinnermost"), "");
}

TEST(OutlookData, SaysWhenWindowsProtectsIt) {
  std::string bytes = unicode_file();
  put(bytes, kEncodingAt, 0x10, 1);
  EXPECT_EQ(outcomes(walk_document(bytes, "a.pst")), ":encrypted");
}

// A thousand lists of a thousand blocks that are one list and one block, twenty times.
TEST(OutlookData, BombsCostWhatTheFileIsLarge) {
  const std::string bytes = corpus_file("pst/bomb.pst");
  const ExtractedText text = walk_document(bytes, "bomb.pst");
  EXPECT_EQ(text.parts[0].why, "a stream of it has the same blocks again and again");
  std::uint64_t read = 0;
  int bombs = 0;
  for (const Part& part : text.parts) {
    read += part.path.is_root() ? 0 : part.size;
    if (part.name == "Inbox/bomb.msg") bombs++;
    EXPECT_EQ(part.outcome, part.path.depth() < 2 ? Outcome::malformed : Outcome::complete) << part.path.to_string();
  }
  EXPECT_EQ(bombs, 20);
  EXPECT_LT(read, 40 * (bytes.size() + 10'000));
}

TEST(OutlookData, CyclesOfFoldersAndMessagesEnd) {
  const ExtractedText text = walk_document(corpus_file("pst/cycles.pst"), "cycles.pst");
  EXPECT_EQ(where_is(text, "zqincycle"), "body@");
  EXPECT_NE(where_is(text, "zqitself"), "");
  EXPECT_EQ(to_string(text.parts[0].outcome), "limit");
  EXPECT_NE(text.parts[0].why.find("again and again"), std::string::npos) << text.parts[0].why;
}

TEST(OutlookData, StopsAtTheLimitOfParts) {
  Limits limits;
  limits.max_parts = 4;
  const ExtractedText text = walk_document(unicode_file(), "a.pst", limits);
  EXPECT_EQ(to_string(text.parts[0].outcome), "limit");
}

}  // namespace
}  // namespace postern::test
