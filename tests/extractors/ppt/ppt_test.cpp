#include <zlib.h>

#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string record(std::uint16_t type, std::uint16_t instance, std::string_view content, unsigned version = 0) {
  return le(static_cast<std::uint64_t>(instance) << 4 | version, 2) + le(type, 2) + le(content.size(), 4) +
         std::string(content);
}
std::string container(std::uint16_t type, std::string_view content, std::uint16_t instance = 0) {
  return record(type, instance, content, 0xF);
}
std::string narrow(std::string_view text) {
  return record(0x0FA8, 0, text);
}
std::string string_record(std::uint16_t instance, std::string_view ascii) {
  return record(0x0FBA, instance, wide(ascii));
}
std::string page(std::uint16_t type, std::string_view text, std::string_view more = "") {
  return container(type, std::string(more) + container(0x040C, container(0xF002, container(0xF00D, narrow(text)))));
}
std::string reference(std::uint32_t number) {
  return record(0x03F3, 0, le(number, 4) + std::string(16, '\0'));
}

constexpr std::uint16_t kSlide = 0x03EE, kNotes = 0x03F0, kMaster = 0x03F8;

// Objects, directories and edits, one behind the other ([MS-PPT] 2.1.2).
class DeckBuilder {
 public:
  // Adds an object under its number; a number may come again in a later edit.
  DeckBuilder& object(std::uint32_t number, const std::string& bytes) {
    directory_ += le(std::uint64_t{1} << 20 | number, 4) + le(stream_.size(), 4);
    stream_ += bytes;
    return *this;
  }
  DeckBuilder& save() {
    const size_t directory = stream_.size();
    stream_ += record(0x1772, 0, directory_);
    directory_.clear();
    const size_t edit = stream_.size();
    stream_ +=
        record(0x0FF5, 0, le(0, 4) + le(0, 4) + le(last_edit_, 4) + le(directory, 4) + le(1, 4) + std::string(8, '\0'));
    last_edit_ = static_cast<std::uint32_t>(edit);
    return *this;
  }
  const std::string& stream() const { return stream_; }
  std::string user() const { return record(0x0FF6, 0, le(20, 4) + le(0xE391C05F, 4) + le(last_edit_, 4) + le(0, 8)); }
  std::string build() const {
    return CompoundBuilder().stream("Current User", user()).stream("PowerPoint Document", stream_).build();
  }

 private:
  std::string stream_, directory_;
  std::uint32_t last_edit_ = 0;
};

std::string document(std::string_view slides, std::string_view more = "", std::string_view masters = "",
                     std::string_view notes = "") {
  return container(0x03E8, container(0x0FF0, masters, 1) + std::string(more) + container(0x0FF0, slides, 0) +
                               container(0x0FF0, notes, 2));
}

TEST(Ppt, SlidesInTheOrderOfTheDeck) {
  const ExtractedText text = walk_document(DeckBuilder()
                                               .object(1, document(reference(3) + reference(2)))
                                               .object(2, page(kSlide, "second\rline"))
                                               .object(3, page(kSlide, "first"))
                                               .save()
                                               .build(),
                                           "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "first\n|second\nline\n");
  EXPECT_EQ(where_is(text, "second"), "body@slide 2");
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

TEST(Ppt, TextOfTheOutlineStandsWhereTheSlideNamesIt) {
  const std::string outline = reference(2) + record(0x0F9F, 0, le(0, 4)) + narrow("title") +
                              record(0x0F9F, 1, le(1, 4)) + record(0x0FA0, 0, wide("points"));
  const std::string slide = container(kSlide, container(0x040C, record(0x0F9E, 0, le(1, 4)) + narrow("own")));
  const ExtractedText text =
      walk_document(DeckBuilder().object(1, document(outline)).object(2, slide).save().build(), "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "points\nown\ntitle\n");
}

TEST(Ppt, HiddenSlidesNotesAndMasters) {
  const std::string hidden = record(0x03F9, 0, std::string(10, '\0') + le(4, 2) + le(0, 4));
  const ExtractedText text = walk_document(DeckBuilder()
                                               .object(1, document(reference(2), "", reference(3), reference(4)))
                                               .object(2, page(kSlide, "secret", hidden))
                                               .object(3, page(kMaster, "everywhere"))
                                               .object(4, page(kNotes, "say this"))
                                               .save()
                                               .build(),
                                           "a.ppt");
  EXPECT_EQ(where_is(text, "secret"), "hidden-slide@slide 1");
  EXPECT_EQ(where_is(text, "everywhere"), "master@master 1");
  EXPECT_EQ(where_is(text, "say this"), "notes@notes 1");
}

TEST(Ppt, CommentsHeadersLinksAndShapes) {
  const std::string comment = container(0x2EE0, string_record(0, "Ann") + string_record(1, "check"));
  const std::string tags = container(0x1388, container(0x138A, record(0x138B, 0, comment)));
  const std::string description = wide("a chart");
  const std::string shape = record(0xF00B, 1, le(0x8381 | 0x4000, 2) + le(description.size(), 4) + description, 3);
  const std::string more = container(0x0409, container(0x0FD7, string_record(1, "http://a.example/"))) +
                           container(0x0FD9, string_record(2, "at the foot"), 3);
  const ExtractedText text = walk_document(
      DeckBuilder().object(1, document(reference(2), more)).object(2, page(kSlide, "x", tags + shape)).save().build(),
      "a.ppt");
  EXPECT_EQ(text_of(text, Place::comment), "Ann: check");
  EXPECT_EQ(text_of(text, Place::link), "http://a.example/");
  EXPECT_EQ(text_of(text, Place::header_footer), "at the foot");
  EXPECT_EQ(text_of(text, Place::alt_text), "a chart");
}

TEST(Ppt, TagsOfPrograms) {
  const std::string tags = container(0x1388, container(0x1389, string_record(0, "CLIENT") + string_record(1, "heron")));
  const ExtractedText text = walk_document(
      DeckBuilder().object(1, document(reference(2))).object(2, page(kSlide, "x", tags)).save().build(), "a.ppt");
  EXPECT_EQ(text_of(text, Place::property), "CLIENT|heron");
}

TEST(Ppt, WhatANewerEditReplacedIsARevision) {
  const ExtractedText text = walk_document(DeckBuilder()
                                               .object(1, document(reference(2)))
                                               .object(2, page(kSlide, "heron"))
                                               .save()
                                               .object(2, page(kSlide, "falcon"))
                                               .save()
                                               .build(),
                                           "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "falcon\n");
  EXPECT_EQ(text_of(text, Place::revision), "heron");
}

TEST(Ppt, PackedObjectsAreChildren) {
  const std::string content = "nightjar";
  uLongf size = compressBound(content.size());
  std::string packed(size, '\0');
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
                     content.size()),
            Z_OK);
  // The end of the packed data may be missing.
  packed.resize(size - 4);
  const ExtractedText text = walk_document(DeckBuilder()
                                               .object(1, document(reference(2)))
                                               .object(2, page(kSlide, "x"))
                                               .object(3, record(0x1011, 1, le(content.size(), 4) + packed))
                                               .save()
                                               .build(),
                                           "a.ppt");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
}

TEST(PptDamage, WithoutADirectoryAllTextIsRead) {
  CompoundBuilder file;
  file.stream("PowerPoint Document", document("") + page(kSlide, "nightjar"));
  const ExtractedText text = walk_document(file.build(), "a.ppt");
  EXPECT_EQ(where_is(text, "nightjar"), "body@");
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
}

TEST(PptDamage, ContainersNestedWithoutEndEnd) {
  std::string deep = narrow("bottom");
  for (int i = 0; i < 2000; i++) deep = container(0x040C, deep);
  const ExtractedText text = walk_document(
      DeckBuilder().object(1, document(reference(2))).object(2, container(kSlide, narrow("top") + deep)).save().build(),
      "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "top\n");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit) << text.parts[0].why;
}

// Presentations from before PowerPoint 97.

std::string old_user() {
  return le(3, 4) + "Ann";
}

TEST(OldPpt, RecordsThatAreTextAreToldWhole) {
  const std::string texts =
      container(0x03EE, record(3014, 0, "Plan\rfor Q3\vand \x93later\x94") +
                            record(3035, 0, le(0x01020304, 4) + le(7, 4)) + record(0x0FBA, 0, "A1"));
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("Current User", old_user()).stream("PowerPoint Document", texts).build(), "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "Plan\nfor Q3\nand \u201Clater\u201D\nA1\n");
  EXPECT_EQ(text.parts[0].outcome, Outcome::partial);
  EXPECT_NE(text.parts[0].why.find("before PowerPoint 97"), std::string::npos) << text.parts[0].why;
}

TEST(OldPpt, RecordsInsideRecordsAreFoundByTheirSizes) {
  const std::string texts = record(2028, 0, record(3014, 0, "heron") + record(2029, 0, record(4000, 0, wide("egret"))));
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("Current User", old_user()).stream("PowerPoint Document", texts).build(), "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "heron\negret\n");
}

TEST(OldPpt, WithoutRecordsRunsOfLettersAreText) {
  const std::string stream = std::string("\xED\xDE\xAD\x0B\x03\0", 6) + std::string(40, '\xFF') + "\x07nuthatch" +
                             std::string(3, '\0') + "\x0Btreecreeper"s + '\0' + wide("dipper") + "\x01" + "ab" + "\x01";
  const ExtractedText text = walk_document(CompoundBuilder().stream("PP40", stream).build(), "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "nuthatch\ntreecreeper\ndipper\n");
  EXPECT_EQ(text.parts[0].type, "application/vnd.ms-powerpoint");
  EXPECT_EQ(text.parts[0].outcome, Outcome::partial);
}

TEST(OldPpt, BytesAreInTheCodePageOfTheProperties) {
  std::string summary = le(0xFFFE, 2) + std::string(22, '\0') + le(1, 4) +
                        "\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08"s + '\0' + "\x2B\x27\xB3\xD9" + le(48, 4);
  summary += le(24, 4) + le(1, 4) + le(1, 4) + le(16, 4) + le(2, 4) + le(1251, 4);
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("\5SummaryInformation", summary).stream("PP40", "\xCF\xEB\xE0\xED\x01").build(),
      "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "План\n");
}

TEST(OldPpt, PicturesAreNoText) {
  std::string noise;
  std::uint32_t state = 1;
  for (int i = 0; i < 20'000; i++) noise += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("PP40", record(4033, 0, noise) + record(3014, 0, "wryneck")).build(), "a.ppt");
  const std::string body = text_of(text, Place::body);
  EXPECT_NE(body.find("wryneck\n"), std::string::npos);
  EXPECT_LT(body.size(), noise.size() / 20);
}

TEST(OldPpt, DualFilesAreReadAsPowerPoint97AndTheRestOfTheOtherOnce) {
  DeckBuilder deck;
  deck.object(1, document(reference(2))).object(2, page(kSlide, "linnet\rsiskin")).save();
  const std::string old = container(1006, record(3014, 0, "linnet\rsiskin") + record(3014, 0, "redpoll"));
  const ExtractedText text = walk_document(CompoundBuilder()
                                               .stream("Current User", old_user())
                                               .stream("PowerPoint Document", old)
                                               .stream("PP97_DUALSTORAGE/Current User", deck.user())
                                               .stream("PP97_DUALSTORAGE/PowerPoint Document", deck.stream())
                                               .build(),
                                           "a.ppt");
  EXPECT_EQ(text_of(text, Place::body), "linnet\nsiskin\n|redpoll\n");
  EXPECT_EQ(where_is(text, "linnet"), "body@slide 1");
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
}

TEST(OldPpt, EmbeddedObjectsBesideTheStreamAreChildren) {
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("PP40", "fieldfare").stream("MBD0001/CONTENTS", "a text of its own").build(), "a.ppt");
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].name, "MBD0001");
}

}  // namespace
}  // namespace postern::test
