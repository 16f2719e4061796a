#include <bit>

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
std::string number(std::int32_t value) {
  return le(static_cast<std::uint32_t>(value), 4);
}
std::string real(float value) {
  return le(std::bit_cast<std::uint32_t>(value), 4);
}
std::string wide(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) out.append(1, c).append(1, '\0');
  return out;
}

// A record of an EMF: type, size, data.
std::string record(unsigned type, const std::string& data) {
  return le(type, 4) + le(data.size() + 8, 4) + data;
}

std::string emf(const std::string& records, std::string_view description = "") {
  const std::string letters = description.empty() ? "" : wide(description);
  std::string header = std::string(32, '\0') + " EMF" + le(0x10000, 4) + le(0, 4) + le(0, 4) + le(0, 4);
  header += le(letters.size() / 2, 4) + le(letters.empty() ? 0 : 88, 4) + std::string(20, '\0') + letters;
  return record(1, header) + records + record(14, std::string(12, '\0'));
}

std::string font(std::int32_t height, unsigned charset, std::int32_t tenths = 0) {
  return record(82, le(1, 4) + number(height) + number(0) + number(tenths) + number(0) + number(400) +
                        std::string(3, '\0') + le(charset, 1) + std::string(4 + 64, '\0')) +
         record(37, le(1, 4));
}

// A text record: the string behind the fixed fields, a distance of `step` for each letter behind it.
std::string text(std::int32_t x, std::int32_t y, std::string_view letters, unsigned step = 5, unsigned options = 0) {
  std::string out = std::string(16, '\0') + le(1, 4) + real(1) + real(1) + number(x) + number(y);
  const size_t padded = (2 * letters.size() + 3) / 4 * 4;
  out += le(letters.size(), 4) + le(76, 4) + le(options, 4) + std::string(16, '\0') + le(76 + padded, 4);
  std::string string = wide(letters);
  string.resize(padded);
  out += string;
  for (size_t i = 0; i < letters.size(); i++) out += le(step, 4);
  return record(84, out);
}

std::string plus_record(unsigned type, unsigned flags, const std::string& data) {
  return le(type, 2) + le(flags, 2) + le(data.size() + 12, 4) + le(data.size(), 4) + data;
}
std::string plus(const std::string& records) {
  return record(70, le(records.size() + 4, 4) + "EMF+" + records);
}
std::string plus_string(float x, float y, std::string_view letters) {
  return plus_record(
      0x401C, 0, le(0, 4) + le(0, 4) + le(letters.size(), 4) + real(x) + real(y) + real(0) + real(0) + wide(letters));
}

struct PictureCase {
  std::string name;
  std::string bytes;
  std::string drawn;  // segments parted by '|'
};

void PrintTo(const PictureCase& c, std::ostream* out) {
  *out << c.name;
}

class Picture : public testing::TestWithParam<PictureCase> {};

TEST_P(Picture, GivesItsLines) {
  const PictureCase& c = GetParam();
  const ExtractedText found = walk_document(c.bytes, "a");
  EXPECT_EQ(text_of(found, Place::image_text), c.drawn);
  EXPECT_EQ(found.parts[0].outcome, Outcome::complete) << found.parts[0].why;
}

std::string in_bytes(std::string_view letters) {
  std::string out = std::string(16, '\0') + le(1, 4) + real(1) + real(1) + number(0) + number(0);
  return record(
      83, out + le(letters.size(), 4) + le(76, 4) + le(0, 4) + std::string(16, '\0') + le(0, 4) + std::string(letters));
}

std::string several(std::uint32_t count, std::string_view letters) {
  std::string out = std::string(16, '\0') + le(1, 4) + real(1) + real(1) + le(count, 4);
  for (std::uint32_t i = 0; i < count; i++) {
    out += number(0) + number(static_cast<std::int32_t>(20 * i)) + le(letters.size(), 4) + le(40 + 40 * count, 4) +
           le(0, 4) + std::string(16, '\0') + le(0, 4);
  }
  return record(97, out + wide(letters));
}

std::string small(std::string_view letters, unsigned options) {
  return record(108, number(0) + number(0) + le(letters.size(), 4) + le(options, 4) + le(1, 4) + real(1) + real(1) +
                         std::string((options & 0x100) != 0 ? 0 : 16, '\0') +
                         ((options & 0x200) != 0 ? std::string(letters) : wide(letters)));
}

std::string matrix(float m11, float m12, float m21, float m22, float dx, float dy) {
  return real(m11) + real(m12) + real(m21) + real(m22) + real(dx) + real(dy);
}

// WMF: header, records of words.
std::string wmf_record(unsigned function, std::string data) {
  if (data.size() % 2 != 0) data += '\0';
  return le(data.size() / 2 + 3, 4) + le(function, 2) + data;
}
std::string wmf(const std::string& records) {
  return "\x01\0\x09\0\0\x03"s + std::string(12, '\0') + records + wmf_record(0, "");
}
std::string wmf_font(unsigned charset) {
  return wmf_record(0x02FB, le(10, 2) + std::string(11, '\0') + le(charset, 1) + std::string(4, '\0') + "Arial\0"s);
}
std::string wmf_text(unsigned x, unsigned y, std::string_view letters) {
  std::string string(letters);
  if (string.size() % 2 != 0) string += '\0';
  return wmf_record(0x0521, le(letters.size(), 2) + string + le(y, 2) + le(x, 2));
}

std::vector<PictureCase> pictures() {
  const std::string ten = font(-10, 0);
  std::string letters;
  for (int i = 0; i < 4; i++) letters += text(10 + 5 * i, 20, std::string("ibis").substr(static_cast<size_t>(i), 1));
  return {
      {"a_string", emf(ten + text(10, 20, "Nightjar")), "Nightjar\n"},
      {"strings_that_touch_are_a_word", emf(ten + text(0, 20, "Night") + text(25, 20, "jar")), "Nightjar\n"},
      {"letters", emf(ten + letters), "ibis\n"},
      {"a_gap_is_a_space", emf(ten + text(0, 20, "Night") + text(29, 20, "jar")), "Night jar\n"},
      {"a_wide_gap_is_a_tab", emf(ten + text(0, 20, "Night") + text(99, 20, "jar")), "Night\tjar\n"},
      {"another_baseline_is_a_line", emf(ten + text(0, 20, "Night") + text(25, 40, "jar")), "Night\njar\n"},
      {"back_is_a_line", emf(ten + text(50, 20, "Night") + text(0, 20, "jar")), "Night\njar\n"},
      {"rotated", emf(font(-10, 0, 900) + text(10, 100, "Night") + text(10, 75, "jar")), "Nightjar\n"},
      {"moved_by_the_world",
       emf(ten + text(0, 20, "Night") + record(33, "") + record(35, matrix(1, 0, 0, 1, 25, 0)) + text(0, 20, "jar") +
           record(34, number(-1)) + text(40, 20, "s")),
       "Nightjars\n"},
      {"modified_worlds",
       emf(ten + text(0, 20, "Night") + record(36, matrix(1, 0, 0, 1, 20, 0) + le(2, 4)) +
           record(36, matrix(1, 0, 0, 1, 5, 0) + le(3, 4)) + text(0, 20, "jar") +
           record(36, matrix(9, 9, 9, 9, 9, 9) + le(1, 4)) + text(0, 40, "x")),
       "Nightjar\nx\n"},
      {"where_the_last_one_ended",
       emf(ten + record(22, le(1, 4)) + record(27, number(5) + number(9)) + text(0, 0, "Night") + text(0, 0, "jar")),
       "Nightjar\n"},
      {"set_to_the_right", emf(ten + record(22, le(2, 4)) + text(25, 9, "Night") + text(40, 9, "jar")), "Nightjar\n"},
      {"bytes_by_the_charset_of_the_font", emf(font(-10, 204) + in_bytes("\xD0\xF3\xF1")), "Рус\n"},
      {"several_at_once", emf(ten + several(2, "ibis")), "ibis\nibis\n"},
      {"small", emf(ten + small("Nightjar", 0x200) + small("ibis", 0x300) + small("crane", 0x100)),
       "Nightjar\nibis\ncrane\n"},
      {"emf_plus_that_says_the_same", emf(plus(plus_string(0, 0, "Nightjar")) + ten + text(0, 0, "Nightjar")),
       "Nightjar\n"},
      {"emf_plus_that_says_something_else", emf(plus(plus_string(0, 0, "Nightjar")) + ten + text(0, 0, "ibis")),
       "ibis\n|Nightjar\n"},
      {"emf_plus_letters",
       emf(plus(plus_record(0x4008, 0x0600, le(0, 4) + real(10) + std::string(16, '\0')) +
                plus_record(
                    0x4036, 0,
                    le(0, 4) + le(1, 4) + le(0, 4) + le(2, 4) + wide("on") + real(0) + real(0) + real(5) + real(0)))),
       "on\n"},
      {"wmf", wmf(wmf_font(204) + wmf_record(0x012D, le(0, 2)) + wmf_text(1, 2, "\xD0\xF3\xF1")), "Рус\n"},
      {"wmf_placeable", "\xD7\xCD\xC6\x9A" + std::string(18, '\0') + wmf(wmf_text(1, 2, "Nightjar")), "Nightjar\n"},
      {"wmf_with_a_rectangle",
       wmf(wmf_record(0x0A32, le(1, 2) + le(2, 2) + le(3, 2) + le(4, 2) + std::string(8, '\0') + "owl\0"s + le(5, 2) +
                                  le(5, 2) + le(5, 2))),
       "owl\n"},
      {"wmf_objects_take_the_lowest_free_index",
       wmf(wmf_record(0x02FA, std::string(10, '\0')) + wmf_font(0) + wmf_record(0x01F0, le(0, 2)) + wmf_font(204) +
           wmf_record(0x012D, le(0, 2)) + wmf_text(1, 2, "\xD0\xF3\xF1")),
       "Рус\n"},
  };
}

INSTANTIATE_TEST_SUITE_P(Cases, Picture, testing::ValuesIn(pictures()), [](const auto& c) { return c.param.name; });

TEST(Metafile, DescriptionsAndNamesOfGroups) {
  const std::string group =
      record(70, le(34, 4) + "GDIC" + le(2, 4) + std::string(16, '\0') + le(5, 4) + wide("group"));
  const ExtractedText found = walk_document(emf(group, "Painter\0The Plan\0\0"s), "a.emf");
  EXPECT_EQ(text_of(found, Place::property), "Painter\nThe Plan\ngroup\n");
  EXPECT_EQ(outcomes(found), ":complete");
}

TEST(Metafile, AnEmfInAWmf) {
  const std::string inner = emf(font(-10, 0) + text(0, 0, "Nightjar"));
  const auto piece = [&](size_t at, size_t size) {
    const std::string data = inner.substr(at, size);
    return wmf_record(0x0626, le(15, 2) + le(34 + data.size(), 2) + "WMFC" + le(1, 4) + le(0x10000, 4) + le(0, 2) +
                                  le(0, 4) + le(2, 4) + le(data.size(), 4) + le(0, 4) + le(inner.size(), 4) + data);
  };
  const ExtractedText found = walk_document(wmf(piece(0, 100) + piece(100, inner.size())), "a.wmf");
  EXPECT_EQ(text_of(found, Place::image_text), "Nightjar\n");
  EXPECT_EQ(outcomes(found), ":complete 1:complete");
}

// As Office on a Mac writes them: the same picture as a PDF, which no program opens the file as.
TEST(Metafile, TheSamePictureInOtherFormats) {
  const std::string pdf = "%PDF-1.3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n", words = "words of another kind";
  const auto entry = [](const std::string& kind, size_t size, size_t at) {
    return kind + le(1, 4) + le(size, 4) + le(at, 4);
  };
  const size_t first = 28 + 2 * 16;
  const std::string formats = "GDIC" + le(0x40000004, 4) + std::string(16, '\0') + le(2, 4) +
                              entry(" FDP", pdf.size(), first) + entry("FSPE", words.size(), first + pdf.size()) + pdf +
                              words;
  const std::string file = emf(record(70, le(formats.size(), 4) + formats) + font(-10, 0) + text(0, 0, "Nightjar"));
  const ExtractedText found = walk_document(file, "a.emf");
  EXPECT_EQ(text_of(found, Place::image_text), "Nightjar\n");
  ASSERT_EQ(found.parts.size(), 3U);
  EXPECT_EQ(found.parts[0].outcome, Outcome::complete) << found.parts[0].why;
  EXPECT_EQ(found.parts[1].type, "application/pdf");
  EXPECT_EQ(where_is(found, words), "body@");
  // One that the picture does not know of is opened by other programs.
  std::string hidden = file;
  hidden.replace(hidden.find("GDIC"), 4, "gdic");
  EXPECT_EQ(walk_document(hidden, "a.emf").parts[0].outcome, Outcome::ambiguous);
}

TEST(Metafile, GlyphsAreNoText) {
  const ExtractedText found = walk_document(emf(font(-10, 0) + text(0, 0, "\x11\x12", 5, 0x10)), "a.emf");
  EXPECT_EQ(text_of(found, Place::image_text), "");
  EXPECT_EQ(outcomes(found), ":partial");
  EXPECT_EQ(found.parts[0].facts, std::vector<std::string>{"unmapped-glyphs"});
}

TEST(Metafile, WhatBreaksOffKeepsWhatWasDrawn) {
  const std::string whole = emf(font(-10, 0) + text(0, 0, "Nightjar") + text(0, 50, "ibis"));
  const ExtractedText found = walk_document(whole.substr(0, whole.size() - 60), "a.emf");
  EXPECT_EQ(text_of(found, Place::image_text).substr(0, 9), "Nightjar\n");
  EXPECT_EQ(outcomes(found), ":malformed");
}

TEST(Metafile, StringsThatShareTheirLettersDoNotMultiply) {
  const ExtractedText found = walk_document(emf(font(-10, 0) + several(2'000, std::string(60'000, 'x'))), "a.emf");
  EXPECT_LT(text_of(found, Place::image_text).size(), 300'000U);
}

// No prefix of a picture and no byte of it may do harm; run under the sanitizers.
TEST(Metafile, EveryCutAndEveryLyingByte) {
  const std::string pictures[] = {
      emf(font(-10, 0) + several(2, "ibis") + small("owl", 0x200) + text(0, 0, "Nightjar") +
          plus(plus_string(0, 0, "x"))),
      wmf(wmf_font(0) + wmf_text(0, 0, "ibis") + wmf_record(0x0A32, std::string(8, '\x04') + std::string(16, 'y')))};
  for (const std::string& whole : pictures) {
    for (size_t i = 0; i < whole.size(); i++) {
      walk_document(whole.substr(0, i), "a", {}, whole[0] == '\x01' && whole[4] == '\0' ? "image/wmf" : "image/emf");
      std::string changed = whole;
      changed[i] = '\xFF';
      EXPECT_FALSE(walk_document(changed, "a").parts.empty());
    }
  }
}

}  // namespace
}  // namespace postern::test
