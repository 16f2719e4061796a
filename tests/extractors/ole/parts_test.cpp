#include "extractors/ole/parts.h"

#include "extractors/ole/codepage.h"
#include "extractors/ole/property_set.h"
#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::codepage_to_utf8;
using extract::ole::parse_native;
using extract::ole::read_property_set;

std::string text_value(std::string_view text) {
  std::string out = le(30, 4) + le(text.size() + 1, 4) + std::string(text) + '\0';
  out.resize((out.size() + 3) & ~size_t{3});
  return out;
}

// A set of one section from ids and values with their types in front.
std::string property_set(std::string_view format, const std::vector<std::pair<std::uint32_t, std::string>>& values) {
  std::string index, data;
  const size_t first = 8 + values.size() * 8;
  for (const auto& [id, value] : values) {
    index += le(id, 4) + le(first + data.size(), 4);
    data += value;
  }
  const std::string section = le(first + data.size(), 4) + le(values.size(), 4) + index + data;
  std::string out = le(0xFFFE, 2) + le(0, 2) + le(0, 4) + std::string(16, '\0') + le(1, 4) + std::string(format);
  return out + le(48, 4) + section;
}

const std::string kSummary("\xE0\x85\x9F\xF2\xF9\x4F\x68\x10\xAB\x91\x08\x00\x2B\x27\xB3\xD9", 16);
const std::string kUserDefined("\x05\xD5\xCD\xD5\x9C\x2E\x1B\x10\x93\x97\x08\x00\x2B\x2C\xF9\xAE", 16);

TEST(PropertySet, NamesTextsAndTimes) {
  const auto set = read_property_set(property_set(kSummary, {{1, le(2, 4) + le(1251, 2) + le(0, 2)},
                                                             {2, text_value("\xCF\xEB\xE0\xED")},
                                                             {4, text_value("Ann")},
                                                             {12, le(64, 4) + le(132223104000000000, 8)},
                                                             {14, le(3, 4) + le(7, 4)}}));
  std::string all;
  for (const auto& property : set.properties) all += property.name + "=" + property.value + "\n";
  EXPECT_EQ(all, "title=\xD0\x9F\xD0\xBB\xD0\xB0\xD0\xBD\ncreator=Ann\ncreated=2020-01-01T00:00:00Z\npages=7\n");
}

TEST(PropertySet, CustomPropertiesHaveTheirOwnNames) {
  const std::string dictionary = le(1, 4) + le(2, 4) + le(8, 4) + std::string("Project\0", 8);
  const auto set = read_property_set(
      property_set(kUserDefined, {{0, dictionary}, {1, le(2, 4) + le(1252, 4)}, {2, text_value("Nightjar")}}));
  ASSERT_EQ(set.properties.size(), 1U);
  EXPECT_EQ(set.properties[0].name, "Project");
  EXPECT_EQ(set.properties[0].value, "Nightjar");
  EXPECT_TRUE(set.properties[0].custom);
}

TEST(PropertySet, EveryPrefixIsRead) {
  const std::string whole = property_set(kSummary, {{2, text_value("title")}, {3, le(0x101E, 4) + le(~0U, 4)}});
  for (size_t size = 0; size <= whole.size(); size++) {
    EXPECT_LE(read_property_set(std::string_view(whole).substr(0, size)).properties.size(), 1U);
  }
}

TEST(CodePages, KnownByNumber) {
  for (const auto& [page, bytes, text] :
       std::vector<std::tuple<unsigned, std::string, std::string>>{{1252, "\x80", "\xE2\x82\xAC"},
                                                                   {1251, "\xC0", "\xD0\x90"},
                                                                   {932, "\x93\xFA", "\xE6\x97\xA5"},
                                                                   {936, "\xC8\xD5", "\xE6\x97\xA5"},
                                                                   {949, "\xC0\xCF", "\xEC\x9D\xBC"},
                                                                   {950, "\xA4\xE9", "\xE6\x97\xA5"},
                                                                   {10000, "\x8E", "\xC3\xA9"},
                                                                   {10007, "\x80", "\xD0\x90"},
                                                                   {10029, "\x8E", "\xC3\xA9"},
                                                                   {437, "\x82", "\xC3\xA9"},
                                                                   {28592, "\xB1", "\xC4\x85"},
                                                                   {65001, "\xC3\xA9", "\xC3\xA9"},
                                                                   {1200, std::string("A\0", 2), "A"},
                                                                   {9999, "\xE9", "\xC3\xA9"}}) {
    EXPECT_EQ(codepage_to_utf8(bytes, page), text) << page;
  }
}

std::string native(std::string_view label, std::string_view path, std::string_view data) {
  std::string out = le(2, 2) + std::string(label) + '\0' + std::string(path) + '\0' + le(3, 4) +
                    le(path.size() + 1, 4) + std::string(path) + '\0' + le(data.size(), 4) + std::string(data);
  return le(out.size(), 4) + out;
}

TEST(Native, LabelPathsAndData) {
  const std::string stream = native("plan.txt", "C:\\Users\\ann\\plan.txt", "the plan");
  const auto file = parse_native(stream);
  EXPECT_EQ(file.label, "plan.txt");
  EXPECT_EQ(file.path, "C:\\Users\\ann\\plan.txt");
  EXPECT_EQ(file.data, "the plan");
  for (size_t size = 0; size < stream.size(); size++) {
    EXPECT_LE(parse_native(std::string_view(stream).substr(0, size)).data.size(), stream.size());
  }
}

TEST(Native, DataAloneWhenNotPackaged) {
  EXPECT_EQ(parse_native(le(5, 4) + "%PDF-rest").data, "%PDF-");
}

TEST(OleObject, PackagedFileIsAChild) {
  const ExtractedText text = walk_document(
      CompoundBuilder().stream("\1Ole10Native", native("plan.txt", "C:\\Users\\ann\\plan.txt", "the plan")).build());
  EXPECT_EQ(where_is(text, "the plan"), "body@");
  EXPECT_EQ(where_is(text, "C:\\Users\\ann"), "embedded@plan.txt");
  EXPECT_EQ(where_is(text, "plan.txt"), "embedded@plan.txt file-name@");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
}

TEST(OleObject, ContentStreamIsAChild) {
  for (const char* name : {"CONTENTS", "Package", "EmbeddedOdf"}) {
    const ExtractedText text = walk_document(CompoundBuilder().stream(name, "some plain text").build());
    EXPECT_EQ(where_is(text, "plain"), "body@") << name;
  }
}

TEST(OleObject, UnknownFilesGivePropertiesAndObjects) {
  const ExtractedText text =
      walk_document(CompoundBuilder()
                        .stream("\5SummaryInformation", property_set(kSummary, {{2, text_value("Heron plan")}}))
                        .stream("Own content", "binary")
                        .stream("Object 1/\1Ole10Native", native("a.txt", "a.txt", "in the object"))
                        .build());
  EXPECT_EQ(where_is(text, "Heron"), "property@title");
  EXPECT_EQ(where_is(text, "in the object"), "body@");
  EXPECT_EQ(outcomes(text), ":unsupported 1:complete");
}

TEST(OleObject, StreamsOfUnknownFilesThatAreXmlOrHoldLetters) {
  const std::string xml = "<?xml version=\"1.0\"?><chart><title>heron</title></chart>";
  const ExtractedText chart = walk_document(CompoundBuilder().stream("think-cellXML", xml).build());
  EXPECT_EQ(outcomes(chart), ":complete 1:complete");
  EXPECT_NE(text_of(chart, Place::body).find("heron"), std::string::npos);
  const ExtractedText plan = walk_document(
      CompoundBuilder().stream("Xml", xml).stream("Tasks", "\1\2" + wide("Move the nightjar") + "\3").build());
  EXPECT_EQ(outcomes(plan), ":unsupported 1:complete");
  EXPECT_EQ(where_is(plan, "Move the nightjar"), "body@letters in data");
}

TEST(OleObject, ItemsOfADataStoreAreChildren) {
  CompoundBuilder file;
  file.stream("MsoDataStore/AB/Item", "<a>heron</a>").stream("MsoDataStore/AB/Properties", "<b/>");
  EXPECT_NE(text_of(walk_document(file.build()), Place::body).find("heron"), std::string::npos);
  file.stream("WordDocument", std::string(0x300, '\0'));
  EXPECT_NE(text_of(walk_document(file.build()), Place::body).find("heron"), std::string::npos);
}

// Whatever stands beside what is known is read as letters, and named.
TEST(OleObject, NothingHidesBesideADataStore) {
  const std::string secret = "the nightjar nests behind the third drawer";
  CompoundBuilder beside_items;
  beside_items.stream("MsoDataStore/AB/Item", "<a>heron</a>").stream("x", secret);
  CompoundBuilder among_items;
  among_items.stream("MsoDataStore/AB/Item", "<a>heron</a>").stream("MsoDataStore/AB/x", secret);
  CompoundBuilder beside_nothing;
  beside_nothing.stream("MsoDataStore/Empty", "").stream("x", secret);
  CompoundBuilder behind_a_control;
  behind_a_control.stream("a", "<?xml version='1.0'?><a>heron</a>").stream("\1secret", secret);
  for (CompoundBuilder* file : {&beside_items, &among_items, &beside_nothing, &behind_a_control}) {
    const ExtractedText text = walk_document(file->build());
    EXPECT_EQ(text.parts[0].outcome, Outcome::unsupported);
    const bool told = where_is(text, "behind the third drawer") == "body@letters in data";
    EXPECT_TRUE(told || file == &among_items);
  }
}

TEST(OleObject, FilesWithoutContentAreComplete) {
  EXPECT_EQ(outcomes(walk_document(CompoundBuilder().stream("MsoDataStore/Empty", "").build())), ":complete");
}

}  // namespace
}  // namespace postern::test
