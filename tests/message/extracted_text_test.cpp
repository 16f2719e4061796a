#include "message/extracted_text.h"

namespace postern {
namespace {

PartPath path(const char* text) {
  return *PartPath::parse(text);
}

TEST(PartPathTest, ReadsAndWrites) {
  for (const char* good : {"", "1", "2/1/3", "4294967295"}) EXPECT_EQ(path(good).to_string(), good);
  for (const char* bad : {"0", "1/", "/1", "1//2", "a", "1/0", "-1", "4294967296", "1 "}) {
    EXPECT_FALSE(PartPath::parse(bad)) << bad;
  }
  EXPECT_TRUE(path("").contains(path("2/1")));
  EXPECT_TRUE(path("2/1").contains(path("2/1")));
  EXPECT_FALSE(path("2/1").contains(path("2/10")));
  EXPECT_LT(path("2/9"), path("2/10"));
}

Part part(const char* at, PartRole role) {
  Part out;
  out.path = path(at);
  out.role = role;
  return out;
}

TEST(Items, BodyIsOneAndEachAttachmentWithAllInsideItAnother) {
  ExtractedText text;
  text.parts = {part("", PartRole::message),     part("1", PartRole::structure),  part("1/1", PartRole::body),
                part("1/2", PartRole::body),     part("2", PartRole::attachment), part("2/1", PartRole::attachment),
                part("2/1/1", PartRole::body),   part("3", PartRole::forwarded),  part("3/1", PartRole::body),
                part("4", PartRole::inline_file)};
  EXPECT_THAT(items_of(text), testing::ElementsAre(0, 0, 0, 0, 1, 1, 1, 2, 2, 3));
}

TEST(Regions, DependOnWhereThePartHangs) {
  struct Case {
    PartRole role;
    Place place;
    Region want;
  };
  const Case cases[] = {
      {PartRole::message, Place::subject, Region::subject},
      {PartRole::forwarded, Place::subject, Region::attachment},
      {PartRole::message, Place::header, Region::header},
      {PartRole::body, Place::body, Region::body},
      {PartRole::body, Place::hidden_text, Region::body},
      {PartRole::attachment, Place::body, Region::attachment},
      {PartRole::attachment, Place::property, Region::metadata},
      {PartRole::attachment, Place::file_name, Region::file_name},
  };
  for (const Case& c : cases) {
    Segment segment;
    segment.place = c.place;
    EXPECT_EQ(region_of(part("", c.role), segment), c.want) << to_string(c.role) << " " << to_string(c.place);
  }
}

}  // namespace
}  // namespace postern
