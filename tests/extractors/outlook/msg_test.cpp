#include "tests/support/compound_builder.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

std::string fixed(std::size_t header, std::uint32_t tag, std::uint32_t value) {
  return std::string(header, '\0') + le(tag, 4) + le(6, 4) + le(value, 4) + le(0, 4);
}

CompoundBuilder mail() {
  CompoundBuilder out;
  out.stream("__properties_version1.0", fixed(32, 0x3FFD0003, 936));
  out.stream("__substg1.0_0037001F", wide("the subject"));
  out.stream("__substg1.0_1000001E", "\xD6\xD0\xCE\xC4 body");  // GBK: Chinese
  out.stream("__substg1.0_8000001F", wide("Room 17"));
  out.stream("__substg1.0_8001001F", wide("blue folder"));
  out.stream("__nameid_version1.0/__substg1.0_00030102",
             le(0x8208, 4) + le(6, 2) + le(0, 2) + le(0, 4) + le(7, 2) + le(1, 2));
  out.stream("__nameid_version1.0/__substg1.0_00040102", le(20, 4) + wide("CostCentre"));
  return out;
}

TEST(Msg, TellsPropertiesByNameAndCodePage) {
  const ExtractedText text = walk_document(mail().build(), "a.msg");
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(text.parts[0].type, "application/vnd.ms-outlook");
  EXPECT_EQ(where_is(text, "the subject"), "subject@");
  EXPECT_EQ(where_is(text, "中文 body"), "body@");
  EXPECT_EQ(where_is(text, "Room 17"), "property@location");
  EXPECT_EQ(where_is(text, "blue folder"), "property@CostCentre");
}

TEST(Msg, TellsRecipientsAndAttachments) {
  const std::string recipient = "__recip_version1.0_#00000000/", attachment = "__attach_version1.0_#00000000/";
  const ExtractedText text = walk_document(mail()
                                               .stream(recipient + "__properties_version1.0", fixed(8, 0x0C150003, 3))
                                               .stream(recipient + "__substg1.0_3001001F", wide("Max Receiver"))
                                               .stream(attachment + "__properties_version1.0", fixed(8, 0x37050003, 1))
                                               .stream(attachment + "__substg1.0_3707001F", wide("plan.txt"))
                                               .stream(attachment + "__substg1.0_37010102", "words of the plan\n")
                                               .build(),
                                           "a.msg");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "Max Receiver"), "header@Bcc");
  EXPECT_EQ(where_is(text, "plan.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "words of the plan"), "body@");
}

TEST(Msg, ReadsMessagesInside) {
  const std::string inside = "__attach_version1.0_#00000000/__substg1.0_3701000D/";
  const ExtractedText text =
      walk_document(mail()
                        .stream("__attach_version1.0_#00000000/__properties_version1.0", fixed(8, 0x37050003, 5))
                        .stream(inside + "__properties_version1.0", fixed(24, 0x3FFD0003, 1251))
                        .stream(inside + "__substg1.0_0037001F", wide("inner subject"))
                        .stream(inside + "__substg1.0_1000001E", "\xCF\xF0\xE8\xE2\xE5\xF2")
                        .stream(inside + "__substg1.0_8000001F", wide("Room 99"))
                        .stream(inside + "__attach_version1.0_#00000000/__substg1.0_37010102", "innermost words\n")
                        .build(),
                    "a.msg");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 2/1:complete 2/2:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "inner subject"), "subject@");
  EXPECT_EQ(where_is(text, "Привет"), "body@");
  EXPECT_EQ(where_is(text, "Room 99"), "property@location");
  EXPECT_EQ(where_is(text, "innermost words"), "body@");
}

TEST(Msg, SaysWhenThereIsNoDirectory) {
  EXPECT_EQ(outcomes(walk_document(mail().build().substr(0, 600), "a.msg", Limits{}, "application/vnd.ms-outlook")),
            ":malformed");
}

}  // namespace
}  // namespace postern::test
