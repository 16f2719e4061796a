#include "extractors/text_builder.h"

namespace postern::extract {
namespace {

PartPath path(std::string_view text) {
  return PartPath::parse(text).value();
}

void read_child(TextBuilder& builder, std::string_view at, std::string_view text) {
  builder.part_begin(path(at), PartRole::body, "", "text/plain");
  builder.part_type(path(at), PartRole::body, "text/plain", text.size(), "");
  builder.segment(path(at), Place::body, "", text);
  builder.part_end(path(at), Outcome::complete, "");
}

TEST(TextBuilder, OrdersPartsDepthFirstAndGroupsTheirSegments) {
  TextBuilder builder;
  builder.part_begin(PartPath(), PartRole::message, "", "");
  builder.segment(PartPath(), Place::subject, "Subject", "one");
  read_child(builder, "1", "two");
  builder.segment(PartPath(), Place::header, "X", "three");
  builder.fact(PartPath(), "b-fact");
  builder.fact(PartPath(), "a-fact");
  builder.fact(PartPath(), "b-fact");
  builder.part_end(PartPath(), Outcome::complete, "");

  const ExtractedText text = builder.take();
  ASSERT_EQ(text.parts.size(), 2U);
  EXPECT_EQ(text.parts[1].path.to_string(), "1");
  EXPECT_THAT(text.parts[0].facts, testing::ElementsAre("a-fact", "b-fact"));
  ASSERT_EQ(text.segments.size(), 3U);
  EXPECT_EQ(text.segments[1].text, "three");
  EXPECT_EQ(text.segments[2].part, 1U);
}

TEST(TextBuilder, PartThatBeginsAgainStartsAnewAndKeepsItsFinishedChildren) {
  TextBuilder builder;
  builder.part_begin(PartPath(), PartRole::message, "", "");
  builder.segment(PartPath(), Place::subject, "Subject", "subject");
  read_child(builder, "1", "kept");
  builder.part_begin(path("2"), PartRole::attachment, "a.doc", "");
  builder.segment(path("2"), Place::body, "", "read before the crash");
  ASSERT_EQ(builder.innermost()->to_string(), "2");
  builder.end_innermost(Outcome::crashed, "signal");
  builder.reopen();
  EXPECT_THAT(builder.settled(), testing::ElementsAre(testing::Pair(path("1"), Outcome::complete),
                                                      testing::Pair(path("2"), Outcome::crashed)));

  builder.part_begin(PartPath(), PartRole::message, "", "");
  builder.segment(PartPath(), Place::subject, "Subject", "subject");
  builder.part_end(PartPath(), Outcome::complete, "");
  EXPECT_EQ(builder.text_bytes(), std::string_view("subjectkeptread before the crash").size());
  const ExtractedText text = builder.take();
  ASSERT_EQ(text.segments.size(), 3U);
  EXPECT_EQ(text.segments[0].text, "subject");
  EXPECT_EQ(text.segments[2].text, "read before the crash");
  EXPECT_EQ(text.find(path("2"))->outcome, Outcome::crashed);
}

TEST(TextBuilder, SettledNamesOnlyTheOutermostEndedParts) {
  TextBuilder builder;
  builder.part_begin(PartPath(), PartRole::message, "", "");
  builder.part_begin(path("1"), PartRole::attachment, "a.zip", "");
  read_child(builder, "1/1", "inner");
  builder.part_end(path("1"), Outcome::complete, "");
  builder.part_begin(path("2"), PartRole::attachment, "b.zip", "");
  read_child(builder, "2/1", "inner");
  EXPECT_THAT(builder.settled(), testing::ElementsAre(testing::Pair(path("1"), Outcome::complete),
                                                      testing::Pair(path("2/1"), Outcome::complete)));
  const Spent spent = builder.spent();
  EXPECT_EQ(spent.parts, 3U);
  EXPECT_EQ(spent.text_bytes, 10U);
}

TEST(TextBuilder, NothingUnfinishedComesOutAsComplete) {
  TextBuilder builder;
  builder.part_begin(PartPath(), PartRole::message, "", "");
  EXPECT_EQ(builder.take().parts[0].outcome, Outcome::crashed);

  builder.end_all(Outcome::timeout, "late");
  const ExtractedText text = builder.take();
  ASSERT_EQ(text.parts.size(), 1U);
  EXPECT_TRUE(text.parts[0].path.is_root());
  EXPECT_EQ(text.parts[0].outcome, Outcome::timeout);
}

}  // namespace
}  // namespace postern::extract
