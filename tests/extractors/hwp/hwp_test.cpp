#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

constexpr unsigned kPlain = 0, kPacked = 1, kLocked = 2, kForDistribution = 4;

std::string le(std::uint64_t value, unsigned size) {
  std::string out;
  put_le(out, value, size);
  return out;
}
std::string wide(std::u16string_view text) {
  std::string out;
  for (const char16_t unit : text) put_le(out, unit, 2);
  return out;
}

// Tag, level and size in one number; a large size behind it.
std::string record(unsigned tag, unsigned level, const std::string& data) {
  const bool large = data.size() >= 0xFFF;
  const std::uint64_t size = large ? 0xFFF : data.size();
  return le(size << 20 | level << 10 | tag, 4) + (large ? le(data.size(), 4) : "") + data;
}
std::string paragraph(unsigned level, const std::string& units) {
  return record(66, level, std::string(22, '\0')) + record(67, level + 1, units);
}
std::string paragraph(unsigned level, std::u16string_view text) {
  return paragraph(level, wide(text) + le(13, 2));
}
// What stands in a text in the place of a control: the code, six units that say which, the code again.
std::string anchor(unsigned code) {
  return le(code, 2) + wide(u"secdxx") + le(code, 2);
}
std::string control(unsigned level, std::string name, const std::string& data = "") {
  return record(71, level, std::string(name.rbegin(), name.rend()) + data);
}
std::string field(unsigned level, const std::string& name, std::u16string_view command) {
  return control(level, name, le(0, 4) + "\0"s + le(command.size(), 2) + wide(command));
}

std::string document(const std::string& section, unsigned flags = kPlain) {
  return CompoundBuilder()
      .stream("FileHeader",
              "HWP Document File" + std::string(15, '\0') + le(0x05000300, 4) + le(flags, 4) + std::string(216, '\0'))
      .stream("DocInfo", "x")
      .stream("PrvText", wide(u"the preview of Kestrel"))
      .stream("BodyText/Section0", section)
      .stream("BodyText/Section1", flags == kPlain ? paragraph(0, u"on the second") : "")
      .build();
}

const std::string kText =
    paragraph(0, anchor(2) + wide(u"Project ") + wide(u"Nightjar") + le(30, 2) + wide(u"한글") + anchor(9) +
                     wide(u"x") + le(10, 2) + wide(u"a") + le(24, 2) + wide(u"b") + anchor(11) + le(13, 2)) +
    control(1, "tbl ") + record(72, 2, "") + paragraph(2, u"a cell") + control(3, "fn  ") +
    paragraph(4, u"a footnote") + paragraph(2, u"another cell") + control(1, "head") + paragraph(2, u"above") +
    control(1, "gso ") + paragraph(3, u"in a box") + control(1, "tcmt") + paragraph(2, u"a remark") +
    field(1, "%hlk", u"http\\://nightjar.example/a\\;b;1;0;0;") + field(1, "%clk", u"Clickhere:set") +
    control(1, "eqed") + record(88, 2, le(0, 4) + le(5, 2) + wide(u"a + b")) +
    paragraph(0, std::u16string(3000, u' ') + u'y') + paragraph(0, u"the last");

TEST(Hwp, TextWithWhatStandsInIt) {
  const ExtractedText text = walk_document(document(kText), "a.hwp");
  EXPECT_EQ(text.parts[0].type, "application/x-hwp");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text_of(text, Place::body), "Project Nightjar 한글\tx\na-b\na cell\nanother cell\na + b\n" +
                                            std::string(3000, ' ') + "y\nthe last\n|on the second\n");
  EXPECT_EQ(text_of(text, Place::footnote), "a footnote\n");
  EXPECT_EQ(text_of(text, Place::header_footer), "above\n");
  EXPECT_EQ(text_of(text, Place::text_box), "in a box\n");
  EXPECT_EQ(text_of(text, Place::comment), "a remark\n");
  EXPECT_EQ(text_of(text, Place::link), "http://nightjar.example/a;b");
  EXPECT_EQ(text_of(text, Place::field), "Clickhere:set");
}

TEST(Hwp, PackedSectionsAndFiles) {
  const std::string head = "HWP Document File" + std::string(15, '\0') + le(0x05000300, 4) + le(kPacked, 4);
  const std::string object = CompoundBuilder().stream("CONTENTS", "words of the object").build();
  const auto file = [&](const std::string& section) {
    return CompoundBuilder()
        .stream("FileHeader", head)
        .stream("BodyText/Section0", section)
        .stream("BinData/BIN0001.txt", raw_deflate("a file inside"))
        .stream("BinData/BIN0002.OLE", raw_deflate(le(object.size(), 4) + object))
        .stream("BinData/BIN0003.txt", "one that is not packed")
        .build();
  };
  const std::string packed = raw_deflate(kText);
  const ExtractedText text = walk_document(file(packed), "a.hwp");
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
  EXPECT_NE(text_of(text, Place::body).find("Project Nightjar"), std::string::npos);
  EXPECT_EQ(where_is(text, "a file inside"), "body@");
  EXPECT_EQ(where_is(text, "words of the object"), "body@");
  EXPECT_EQ(where_is(text, "one that is not packed"), "body@");
  // What comes before the damage is read.
  const ExtractedText cut = walk_document(file(packed.substr(0, packed.size() / 2)), "a.hwp");
  EXPECT_EQ(cut.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(where_is(cut, "Project Nightjar"), "body@");
  // Zeros pack well: above 64 MiB of them is a limit.
  const ExtractedText bomb = walk_document(file(deflate_run('\0', (64 << 20) + 1)), "a.hwp");
  EXPECT_EQ(bomb.parts[0].outcome, Outcome::limit);
}

TEST(Hwp, WhatSuchDocumentsDoNotHoldIsNamed) {
  const std::string head = "HWP Document File" + std::string(15, '\0') + le(0x05000300, 4) + le(kPlain, 4);
  const std::string text = paragraph(0, u"nightjar");
  const struct {
    CompoundBuilder file;
    const char *outcome, *where;
  } cases[] = {
      {CompoundBuilder().stream("FileHeader", head).stream("BodyText/Section0", text), ":complete", "body@"},
      {CompoundBuilder().stream("FileHeader", head).stream("BodyText/Section0", "").stream("BodyText/Section2", text),
       ":malformed", "body@"},
      {CompoundBuilder().stream("FileHeader", head).stream("BodyText/Other", text), ":malformed", "body@"},
      {CompoundBuilder()
           .stream("FileHeader", head)
           .stream("BodyText/Section0", paragraph(0, u"heron"))
           .stream("x", "the nightjar nests behind the drawer"),
       ":partial", "body@letters in data"},
      {CompoundBuilder().stream("FileHeader", "HWP Document" + head).stream("BodyText/Section0", text), ":malformed",
       ""},
  };
  for (auto& [file, outcome, where] : cases) {
    const ExtractedText read = walk_document(CompoundBuilder(file).build(), "a.hwp");
    EXPECT_EQ(outcomes(read), outcome);
    EXPECT_EQ(where_is(read, "nightjar"), where) << outcome;
  }
}

TEST(Hwp, LockedOnesShowTheirPreview) {
  const ExtractedText locked = walk_document(document("scrambled", kLocked), "a.hwp");
  EXPECT_EQ(outcomes(locked), ":encrypted");
  EXPECT_EQ(where_is(locked, "the preview of Kestrel"), "body@preview");
  const ExtractedText distributed = walk_document(document("scrambled", kForDistribution), "a.hwp");
  EXPECT_EQ(outcomes(distributed), ":partial");
  EXPECT_EQ(where_is(distributed, "the preview of Kestrel"), "body@preview");
}

TEST(Hwp, EveryCutAndEveryLyingByte) {
  const std::string section = paragraph(0, u"Nightjar") + field(1, "%hlk", u"a;b");
  for (size_t i = 0; i < section.size(); i++) {
    EXPECT_EQ(walk_document(document(section.substr(0, i)), "a.hwp").parts.size(), 1U);
    std::string changed = section;
    changed[i] = '\xFF';
    EXPECT_EQ(walk_document(document(changed), "a.hwp").parts.size(), 1U);
  }
  EXPECT_EQ(outcomes(walk_document(document(section.substr(0, section.size() - 1)), "a.hwp")), ":malformed");
  EXPECT_EQ(outcomes(walk_document(
                CompoundBuilder().stream("FileHeader", "HWP Document File").stream("BodyText/Section0", kText).build(),
                "a.hwp")),
            ":malformed");
}

}  // namespace
}  // namespace postern::test
