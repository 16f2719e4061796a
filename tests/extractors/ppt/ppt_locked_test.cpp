// Encrypted presentations ([MS-PPT] 2.3.7): each object by its own number, the chain of edits in the clear.
#include "tests/support/corpus.h"
#include "tests/support/document_walk.h"
#include "tests/support/office_lock.h"

namespace postern::test {
namespace {

std::string record(std::uint16_t type, std::string_view content, unsigned version = 0, unsigned instance = 0) {
  return le(static_cast<std::uint64_t>(instance) << 4 | version, 2) + le(type, 2) + le(content.size(), 4) +
         std::string(content);
}
std::string container(std::uint16_t type, std::string_view content) {
  return record(type, content, 0xF);
}

constexpr std::uint16_t kDocument = 0x03E8, kSlides = 0x0FF0, kReference = 0x03F3, kSlide = 0x03EE, kDrawing = 0x040C,
                        kShape = 0xF002, kBox = 0xF00D, kText = 0x0FA8, kSession = 0x2F14, kDirectory = 0x1772,
                        kEdit = 0x0FF5, kUser = 0x0FF6;
constexpr std::uint32_t kEncrypted = 0xF3D1C4DF;

std::string locked_deck(LockKind kind, const std::string& password, const std::string& pictures = "") {
  const std::vector<std::string> objects = {
      container(kDocument, container(kSlides, record(kReference, le(2, 4) + std::string(16, '\0')))),
      container(kSlide, container(kDrawing, container(kShape, container(kBox, record(kText, "Nightjar heron"))))),
  };
  std::string stream, directory;
  unsigned number = 0;
  const auto add = [&](const std::string& bytes) {
    directory += le(std::uint64_t{1} << 20 | number, 4) + le(stream.size(), 4);
    stream += bytes;
  };
  for (const std::string& object : objects) {
    number++;
    add(mixed(object, rc4_stream(lock_key(kind, password, number), object.size())));
  }
  number++;
  add(record(kSession, lock_header(kind, password)));
  const size_t places = stream.size();
  stream += record(kDirectory, directory);
  const size_t edit = stream.size();
  stream +=
      record(kEdit, le(0, 4) + le(0, 4) + le(0, 4) + le(places, 4) + le(1, 4) + le(3, 4) + le(0, 4) + le(number, 4));
  CompoundBuilder file;
  file.stream("Current User", record(kUser, le(20, 4) + le(kEncrypted, 4) + le(edit, 4) + le(0, 8)));
  file.stream("PowerPoint Document", stream);
  if (!pictures.empty()) file.stream("Pictures", pictures);
  return file.build();
}

TEST(LockedDeck, OpensByThePasswordOfTheMailAndByTheBuiltInOne) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText told = walk_document(mail_with(locked_deck(kind, "Tr0ub4dor"), "The password is Tr0ub4dor."),
                                             "", Limits{}, "message/rfc822");
    EXPECT_EQ(where_is(told, "Nightjar heron"), "body@slide 1");
    ASSERT_GT(told.parts.size(), 1U);
    EXPECT_EQ(told.parts[1].facts, std::vector<std::string>{"decrypted"});
    const ExtractedText built_in = walk_document(locked_deck(kind, "VelvetSweatshop"), "a.ppt");
    EXPECT_EQ(where_is(built_in, "Nightjar heron"), "body@slide 1");
    EXPECT_EQ(outcomes(built_in), ":complete") << built_in.parts[0].why;
    EXPECT_EQ(built_in.parts[0].facts, std::vector<std::string>{"decrypted"});
    const ExtractedText pictures = walk_document(locked_deck(kind, "VelvetSweatshop", "locked pictures"), "a.ppt");
    EXPECT_EQ(where_is(pictures, "Nightjar heron"), "body@slide 1");
    EXPECT_EQ(outcomes(pictures), ":partial");
  }
}

TEST(LockedDeck, StaysEncryptedWithoutAPassword) {
  for (const LockKind kind : {LockKind::rc4, LockKind::crypto_api}) {
    const ExtractedText text = walk_document(locked_deck(kind, "unknown to all"), "a.ppt");
    EXPECT_EQ(outcomes(text), ":encrypted");
    EXPECT_TRUE(text.parts[0].facts.empty());
    EXPECT_EQ(where_is(text, "Nightjar"), "");
  }
}

}  // namespace
}  // namespace postern::test
