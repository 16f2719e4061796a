// The names that fonts hold.
#include "extractors/font/font.h"

#include <zlib.h>

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string big(std::uint64_t value, unsigned bytes) {
  std::string out;
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>(value >> i * 8 & 0xFF);
  return out;
}

std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out.append(1, '\0') += c;
  return out;
}

// A table of names: of the Macintosh, of Windows, and the first once more.
std::string names() {
  const std::string roman = "Caf\x8E Falcon", unicode = wide("Project Nightjar, 4711");
  const auto record = [](unsigned platform, unsigned what, size_t length, size_t at) {
    return big(platform, 2) + big(1, 2) + big(0, 2) + big(what, 2) + big(length, 2) + big(at, 2);
  };
  return big(0, 2) + big(3, 2) + big(6 + 3 * 12, 2) + record(1, 1, roman.size(), 0) +
         record(3, 10, unicode.size(), roman.size()) + record(1, 4, roman.size(), 0) + roman + unicode;
}

std::string font(const std::string& front = "", std::uint64_t length = names().size()) {
  const size_t at = front.size() + 12 + 16;
  return front + "\0\1\0\0"s + big(1, 2) + std::string(6, '\0') + "name" + big(0, 4) + big(at, 4) + big(length, 4) +
         names();
}

std::string woff() {
  const std::string plain = names();
  uLongf size = compressBound(plain.size());
  std::string packed(size, '\0');
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(plain.data()), plain.size());
  packed.resize(size);
  return "wOFF" + big(0x00010000, 4) + big(44 + 20 + size, 4) + big(1, 2) + std::string(30, '\0') + "name" +
         big(44 + 20, 4) + big(size, 4) + big(plain.size(), 4) + big(0, 4) + packed;
}

TEST(Font, NamesOfEveryKind) {
  const struct {
    const char* name;
    std::string bytes;
    const char* type;
  } kCases[] = {{"a.ttf", font(), "font/ttf"},
                {"a.ttc", font("ttcf"s + big(0x00010000, 4) + big(1, 4) + big(16, 4)), "font/collection"},
                {"a.woff", woff(), "font/woff"}};
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, c.name);
    EXPECT_EQ(text.parts[0].type, c.type);
    EXPECT_EQ(text_of(text, Place::property), "Café Falcon\nProject Nightjar, 4711\n") << c.name;
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"no-text-format"});
  }
}

// Of a table that says it has so many records, all of them empty.
std::string font_of_empty_names(unsigned records) {
  const std::string table = big(0, 2) + big(records, 2) + big(6, 2) + std::string(size_t{12} * records, '\0');
  return "\0\1\0\0"s + big(1, 2) + std::string(6, '\0') + "name" + big(0, 4) + big(28, 4) + big(table.size(), 4) +
         table;
}

TEST(Font, RecordsWithoutATextCountAsWell) {
  EXPECT_EQ(walk_document(font_of_empty_names(extract::kMostFontNames), "a.ttf").parts[0].outcome, Outcome::complete);
  const ExtractedText more = walk_document(font_of_empty_names(extract::kMostFontNames + 1), "a.ttf");
  EXPECT_EQ(more.parts[0].outcome, Outcome::limit);
}

TEST(Font, ASecondTableOfNamesIsSaid) {
  const std::string entry = "name" + big(0, 4) + big(12 + 2 * 16, 4) + big(names().size(), 4);
  const ExtractedText text =
      walk_document("\0\1\0\0"s + big(2, 2) + std::string(6, '\0') + entry + entry + names(), "a.ttf");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(text.parts[0].why, "it has more than one table of names; the first is read");
  EXPECT_EQ(text_of(text, Place::property), "Café Falcon\nProject Nightjar, 4711\n");
}

TEST(Font, DamageIsSaid) {
  const ExtractedText text = walk_document(font("", 9999), "a.ttf");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(where_is(text, "Nightjar"), "property@");
  const std::string whole = woff();
  EXPECT_EQ(walk_document(whole.substr(0, whole.size() - 20), "a.woff").parts[0].outcome, Outcome::malformed);
}

}  // namespace
}  // namespace postern::test
