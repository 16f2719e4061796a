#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string field(std::string_view name, char type, unsigned size) {
  std::string out(name);
  out.resize(11, '\0');
  return out + type + std::string(4, '\0') + static_cast<char>(size) + std::string(15, '\0');
}

// Records have the same size, the sign of deletion in front.
std::string dbf(const std::string& fields, const std::vector<std::string>& records, char driver = '\x03') {
  std::string out = "\x03\x7C\x02\x1D"s;
  put_le(out, records.size(), 4);
  put_le(out, 32 + fields.size() + 1, 2);
  put_le(out, records.empty() ? 1 : records[0].size(), 2);
  out.resize(29, '\0');
  out += driver + "\0\0"s + fields + "\r";
  for (const std::string& record : records) out += record;
  return out + "\x1A";
}

TEST(Dbase, FieldsAndRecords) {
  const std::string file =
      dbf(field("NAME", 'C', 8) + field("SUM", 'N', 6) + field("DAY", 'D', 8) + field("NR", 'I', 4),
          {" Nightjar 41.50" + "20240229\x07\0\0\0"s, "*Bittern      " + " 20230101\0\0\0\0"s});
  const ExtractedText text = walk_document(file, "a.dbf", {}, "application/x-dbf");
  EXPECT_EQ(text_of(text, Place::cell), "NAME\tSUM\tDAY\tNR\nNightjar\t41.50\t2024-02-29\t7\n");
  EXPECT_EQ(text_of(text, Place::hidden_row), "Bittern\t\t2023-01-01\t0\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Dbase, CodePages) {
  EXPECT_EQ(text_of(walk_document(dbf(field("A", 'C', 3), {" \xAF\xAB\xA0"}, '\x65'), "a", {}, "application/x-dbf"),
                    Place::cell),
            "A\nпла\n");
}

TEST(Dbase, AHeadThatCountsNoRecords) {
  std::string file = dbf(field("NAME", 'C', 8), {" Nightjar", "*Bittern "});
  file[4] = '\0';
  const ExtractedText text = walk_document(file + "123456789", "a.dbf", {}, "application/x-dbf");
  EXPECT_EQ(text_of(text, Place::cell), "NAME\nNightjar\n");
  EXPECT_EQ(text_of(text, Place::hidden_row), "Bittern\n");
}

TEST(Dbase, MemosAreElsewhere) {
  const ExtractedText text =
      walk_document(dbf(field("A", 'M', 10), {"          12"s.substr(1)}), "a", {}, "application/x-dbf");
  EXPECT_EQ(outcomes(text), ":partial");
}

TEST(Dbase, EveryCutAndEveryLyingByte) {
  const std::string whole = dbf(field("NAME", 'C', 8) + field("SUM", 'B', 8), {" Nightjar" + "12345678"s});
  for (size_t i = 0; i < whole.size(); i++) {
    EXPECT_EQ(walk_document(whole.substr(0, i), "a", {}, "application/x-dbf").parts.size(), 1U);
    std::string changed = whole;
    changed[i] = '\xFF';
    EXPECT_FALSE(walk_document(changed, "a", {}, "application/x-dbf").parts.empty());
  }
  const ExtractedText cut = walk_document(whole.substr(0, whole.size() - 5), "a", {}, "application/x-dbf");
  EXPECT_EQ(outcomes(cut), ":malformed");
}

}  // namespace
}  // namespace postern::test
