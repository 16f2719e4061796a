#include "extractors/outlook/compressed_rtf.h"
#include "extractors/outlook/mapi.h"
#include "extractors/outlook/tnef_writer.h"
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using extract::MapiAttachment;
using extract::MapiMessage;
using extract::MapiProperty;
using extract::MapiType;

std::string utf16(std::string_view ascii) {
  std::string out;
  for (const char c : ascii) {
    out.push_back(c);
    out.push_back('\0');
  }
  return out;
}

// Messages are put together as a MapiMessage and written by the writer that nested messages go through.
class Builder {
 public:
  Builder& add(std::uint16_t id, MapiType type, std::string value, std::string name = "") {
    add_to(message_.properties, id, type, std::move(value), std::move(name));
    return *this;
  }
  Builder& unicode(std::uint16_t id, std::string_view text, std::string name = "") {
    return add(id, MapiType::unicode, utf16(text) + std::string(2, '\0'), std::move(name));
  }
  Builder& code_page(std::uint32_t page) {
    message_.code_page = page;
    return *this;
  }
  Builder& recipient(std::uint16_t id, std::string_view text) {
    message_.recipients.emplace_back();
    add_to(message_.recipients.back().properties, id, MapiType::unicode, utf16(text), "");
    add_to(message_.recipients.back().properties, 0x0C15, MapiType::int32, std::string("\2\0\0\0", 4), "");
    return *this;
  }
  Builder& attachment(std::string_view name, std::string data, std::string embedded_type = "") {
    message_.attachments.emplace_back();
    MapiAttachment& to = message_.attachments.back();
    add_to(to.properties, 0x3707, MapiType::unicode, utf16(name), "");
    message_.storage.push_back(std::move(data));
    to.embedded_type = std::move(embedded_type);
    to.embedded = [view = std::string_view(message_.storage.back())](
                      std::string&) -> tl::expected<std::string_view, extract::Ending> { return view; };
    return *this;
  }
  std::string build() const { return extract::write_tnef(message_, 1 << 20).value(); }

 private:
  void add_to(std::vector<MapiProperty>& list, std::uint16_t id, MapiType type, std::string value, std::string name) {
    message_.storage.push_back(std::move(value));
    MapiProperty property;
    property.id = id;
    property.type = static_cast<std::uint16_t>(type);
    property.name = std::move(name);
    property.values.push_back(message_.storage.back());
    list.push_back(std::move(property));
  }
  MapiMessage message_;
};

TEST(Tnef, ItsTextOpensWhatIsAttachedToIt) {
  const ExtractedText text = walk_document(Builder()
                                               .unicode(0x1000, "The password is Tr0ub4dor.")
                                               .attachment("a.zip", corpus_file("archive/t-classic.zip"))
                                               .build(),
                                           "winmail.dat");
  const auto opened = std::find_if(text.parts.begin(), text.parts.end(), [](const Part& part) {
    return std::find(part.facts.begin(), part.facts.end(), "decrypted") != part.facts.end();
  });
  EXPECT_NE(opened, text.parts.end());
}

TEST(Tnef, TellsEveryPropertyThatHoldsText) {
  const ExtractedText text = walk_document(Builder()
                                               .unicode(0x0037, "the subject")
                                               .unicode(0x1000, "the plain body")
                                               .unicode(0x0C1A, "Erika Sender")
                                               .unicode(0x3A16, "Company Ltd")
                                               .unicode(0x8001, "Room 17", "8208")
                                               .unicode(0x8002, "own field value", "CostCentre")
                                               .recipient(0x3001, "Max Receiver")
                                               .build());
  EXPECT_EQ(outcomes(text), ":complete 1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "the subject"), "subject@");
  EXPECT_EQ(where_is(text, "the plain body"), "body@");
  EXPECT_EQ(where_is(text, "Erika Sender"), "header@Sender");
  EXPECT_EQ(where_is(text, "Company Ltd"), "property@company");
  EXPECT_EQ(where_is(text, "Room 17"), "property@location");
  EXPECT_EQ(where_is(text, "own field value"), "property@CostCentre");
  EXPECT_EQ(where_is(text, "Max Receiver"), "header@Cc");
}

TEST(Tnef, ReadsStringsOfEightBitsByTheirCodePage) {
  const std::string russian = "\xCF\xF0\xE8\xE2\xE5\xF2";  // windows-1251
  const ExtractedText text = walk_document(Builder().code_page(1251).add(0x0037, MapiType::string8, russian).build());
  EXPECT_EQ(where_is(text, "Привет"), "subject@");
}

TEST(Tnef, ReadsHtmlBodiesByTheirCharset) {
  const ExtractedText text =
      walk_document(Builder()
                        .add(0x3FDE, MapiType::int32, std::string("\xE9\xFD\0\0", 4))  // 65001
                        .add(0x1013, MapiType::binary, "<html><body><b>gr\xC3\xBC\xC3\x9F</b>e</body></html>")
                        .build());
  EXPECT_EQ(where_is(text, "grüße"), "body@");
}

TEST(Tnef, TellsTimesThatPeopleSee) {
  // 2009-02-13 23:31:30 UTC
  const std::uint64_t ticks = (1234567890ULL + 11644473600ULL) * 10'000'000ULL;
  std::string value;
  for (unsigned i = 0; i < 8; i++) value.push_back(static_cast<char>(static_cast<unsigned char>(ticks >> (8 * i))));
  const ExtractedText text = walk_document(Builder().add(0x8001, MapiType::time, value, "820D").build());
  EXPECT_EQ(where_is(text, "2009-02-13 23:31 UTC"), "property@start");
}

TEST(Tnef, HandsOutAttachmentsAndMessagesInside) {
  const std::string inner = Builder().unicode(0x0037, "inner subject").unicode(0x1000, "inner body").build();
  const ExtractedText text = walk_document(Builder()
                                               .unicode(0x0037, "outer")
                                               .attachment("note.txt", "words of the attachment\n")
                                               .attachment("forwarded", inner, "application/vnd.ms-tnef")
                                               .build());
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete 2/1:complete") << text.parts[0].why;
  EXPECT_EQ(where_is(text, "words of the attachment"), "body@");
  EXPECT_EQ(where_is(text, "note.txt"), "file-name@");
  EXPECT_EQ(where_is(text, "inner subject"), "subject@");
  EXPECT_EQ(where_is(text, "inner body"), "body@");
}

TEST(Tnef, KeepsWhatWasReadWhenItIsCutOff) {
  const std::string whole =
      Builder().unicode(0x0037, "the subject").attachment("a.txt", std::string(2000, 'x')).build();
  const ExtractedText text = walk_document(whole.substr(0, whole.size() - 500));
  EXPECT_EQ(text.parts[0].outcome, Outcome::malformed);
  EXPECT_EQ(where_is(text, "the subject"), "subject@");
}

TEST(CompressedRtf, IsUnpacked) {
  // [MS-OXRTFCP] 4.1 and 4.2: the examples of the specification.
  const std::string simple(
      "\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3\x20hel\x09\0\x20\x62w\x05\xb0ld}"
      "\x0a\x80\x0f\xa0",
      49);
  const extract::UnpackedRtf one = extract::unpack_rtf(simple, 1 << 20);
  EXPECT_EQ(one.rtf, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n");
  EXPECT_FALSE(one.damaged);
  const std::string crossing("\x1a\0\0\0\x1c\0\0\0LZFu\xe2\xd4\x4b\x51\x41\0\x04\x20WXYZ\x0d\x6e}\x01\x0e\xb0", 30);
  EXPECT_EQ(extract::unpack_rtf(crossing, 1 << 20).rtf, "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}");
  EXPECT_TRUE(extract::unpack_rtf(crossing.substr(0, 24), 1 << 20).damaged);
}

// An attachment whose content cannot be made where the message comes from is missed in the message.
TEST(Tnef, SaysWhatCouldNotBeWritten) {
  MapiMessage message;
  message.attachments.emplace_back();
  message.attachments[0].embedded = [](std::string&) -> tl::expected<std::string_view, extract::Ending> {
    return tl::unexpected(extract::Ending{Outcome::malformed, "gone"});
  };
  const ExtractedText text = walk_document(extract::write_tnef(message, 1 << 20).value());
  EXPECT_EQ(to_string(text.parts[0].outcome), "malformed");
  EXPECT_EQ(text.parts[0].why, "some of it could not be read in the file that holds it");
}

}  // namespace
}  // namespace postern::test
