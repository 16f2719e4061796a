#include "extractors/vba/vba.h"

#include "extractors/vba/decompress.h"
#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::vba::decompress;
using namespace std::string_literals;

constexpr size_t kNoLimit = 1 << 24;

// Literal tokens only, in chunks.
std::string compress(std::string_view text) {
  std::string out = "\1";
  for (; !text.empty(); text.remove_prefix(std::min<size_t>(text.size(), 3600))) {
    const std::string_view part = text.substr(0, 3600);
    std::string tokens;
    for (size_t i = 0; i < part.size(); i += 8) tokens += '\0' + std::string(part.substr(i, 8));
    out += le(0xB000 | (tokens.size() - 1), 2) + tokens;
  }
  return out;
}

// [MS-OVBA] 3.2: the examples of the standard.
TEST(VbaCompression, ExamplesOfTheStandard) {
  EXPECT_EQ(decompress("\x01\x19\xB0\x00"
                       "abcdefgh\x00"
                       "ijklmnop\x00"
                       "qrstuv."s,
                       kNoLimit),
            "abcdefghijklmnopqrstuv.");
  EXPECT_EQ(decompress("\x01\x2F\xB0\x00#aaabcde\x82"
                       "f\x00p"
                       "agij\x01\x08\x01\x02"
                       "8l\x00\x70"
                       "agmn\x00\x70"
                       "o\x02\x70\x04\x10"
                       "qr\x00"s,
                       kNoLimit)
                .substr(0, 8),
            "#aaabcde");
  EXPECT_EQ(decompress("\x01\x03\xB0\x02"
                       "a\x45\x00"s,
                       kNoLimit),
            std::string(73, 'a'));
}

TEST(VbaCompression, BoundedAndChecked) {
  // A chunk of six bytes unpacks to 4096.
  std::string bomb = "\1";
  for (int i = 0; i < 1000; i++) bomb += "\x03\xB0\x02"s + "a\xFF\x0F";
  EXPECT_EQ(decompress(bomb, 10'000).size(), 10'000U);
  EXPECT_EQ(decompress("\x01\x03\xB0\x02"
                       "a\xFF\xFF"s,
                       kNoLimit),
            "a")
      << "an offset before the chunk ends it";
  EXPECT_EQ(decompress("\x02", kNoLimit), "");
}

std::string record(unsigned id, std::string_view data) {
  return le(id, 2) + le(data.size(), 4) + std::string(data);
}
std::string module_records(std::string_view name, std::string_view stream, std::uint32_t offset) {
  return record(0x19, name) + record(0x1A, stream) + record(0x32, wide(stream)) + record(0x31, le(offset, 4)) +
         record(0x2B, "");
}

std::string project(std::string_view dir_tail) {
  const std::string dir = record(0x03, le(1252, 2)) + record(0x04, "Heronry") + le(9, 2) + le(4, 4) + "versio" +
                          record(0x0F, le(1, 2)) + std::string(dir_tail);
  return CompoundBuilder()
      .stream("PROJECT", "Module=Module1\r\n")
      .stream("VBA/dir", compress(dir))
      .stream("VBA/Module1", "cache" + compress("Attribute VB_Name = \"Module1\"\r\nnightjar = 1\r\n"))
      .stream("VBA/Left over", "other" + compress("Attribute VB_Name = \"x\"\r\nbittern = 2\r\n"))
      .build();
}

TEST(Vba, SourceOfModules) {
  const ExtractedText text = walk_document(project(module_records("Module1", "Module1", 5)));
  EXPECT_EQ(where_is(text, "nightjar = 1"), "macro@Module1");
  EXPECT_EQ(where_is(text, "bittern = 2"), "macro@Left over") << "a module that the list leaves out";
  EXPECT_EQ(where_is(text, "Heronry"), "macro@project");
  EXPECT_EQ(where_is(text, "Module=Module1"), "macro@PROJECT");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"macros"});
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Vba, WrongOffsetsAreSearchedFor) {
  const ExtractedText text = walk_document(project(module_records("Module1", "Module1", 77777)));
  EXPECT_EQ(where_is(text, "nightjar = 1"), "macro@Module1");
}

TEST(Vba, FormsGiveTheirStrings) {
  const ExtractedText text = walk_document(CompoundBuilder()
                                               .stream("VBA/dir", compress(record(0x03, le(1252, 2))))
                                               .stream("Form1/\3VBFrame", "Caption = \"Payroll\"")
                                               .stream("Form1/o", "\1\2\0\0Secret caption\0\0\1"s)
                                               .build());
  EXPECT_EQ(where_is(text, "Payroll"), "macro@Form1");
  EXPECT_EQ(where_is(text, "Secret caption"), "form-field@Form1");
}

// Strings of binary data are found by their form: of bytes, and of UTF-16 wherever it begins.
TEST(Vba, StringsOfFormsInEveryScript) {
  const std::string cyrillic = "\x1F\x04\x3B\x04\x30\x04\x3D\x04"s;
  const std::string japanese = "\x3E\x79\x16\x59\xD8\x79"s;
  std::string letters;  // refused as UTF-16 at every byte, and quickly
  for (int i = 0; i < 100'000; i++) letters += "abc\x05";
  const ExtractedText text = walk_document(CompoundBuilder()
                                               .stream("VBA/dir", compress(record(0x03, le(1252, 2))))
                                               .stream("Form1/\3VBFrame", "x")
                                               .stream("Form1/f", "\1\0\0"s + wide("Heron") + "\0\0\2\0\0"s + cyrillic +
                                                                      "\0\0\1"s + japanese + "\0\0"s + letters)
                                               .build());
  const std::string found = text_of(text, Place::form_field);
  EXPECT_EQ(found.substr(0, 25), "Heron\nПлан\n社外秘\n");
  EXPECT_LT(found.size(), 300U);
}

TEST(Vba, SourceThatCannotBeUnpackedIsPartial) {
  const ExtractedText text =
      walk_document(CompoundBuilder()
                        .stream("VBA/dir", compress(record(0x03, le(1252, 2)) + module_records("M", "M", 2)))
                        .stream("VBA/M", "no source at all")
                        .build());
  EXPECT_EQ(outcomes(text), ":partial");
}

}  // namespace
}  // namespace postern::test
