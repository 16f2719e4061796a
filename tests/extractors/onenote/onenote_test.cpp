#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

constexpr char kHeader[] = "\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3";
constexpr char kFile[] = "\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC";

std::string property(std::string_view bytes) {
  std::string out;
  put_le(out, bytes.size(), 4);
  return out.append(bytes);
}

TEST(Onenote, StringsAndFilesByTheirForm) {
  std::string file(kHeader, 16);
  file.append(100, '\x01');
  file += property("N\0i\0g\0h\0t\0j\0a\0r\0"s);
  file += '\x05';
  file += property("plain ascii");
  file += property("\x3A\x04\x3E\x04"s);          // Cyrillic
  file += property("N\0i\0g\0h\0t\0j\0a\0r\0"s);  // an earlier revision says the same
  file.append(kFile, 16);
  put_le(file, 12, 8);
  file.append(12, '\0').append("hello inside");
  const ExtractedText text = walk_document(file, "a.one");
  EXPECT_EQ(text_of(text, Place::body), "Nightjar\nplain ascii\nко\n|hello inside");
  EXPECT_EQ(outcomes(text), ":partial 1:complete");
}

TEST(Onenote, LengthsThatLie) {
  std::string file(kHeader, 16);
  put_le(file, 0xFFFFFFFF, 4);
  file.append("text").append(kFile, 16);
  put_le(file, 0xFFFFFFFFFFFFFFFF, 8);
  file.append(12, '\0').append("rest of the file");
  const ExtractedText text = walk_document(file, "a.one");
  EXPECT_EQ(outcomes(text), ":malformed 1:complete");
  EXPECT_EQ(text_of(text, Place::body), "rest of the file");
}

// Each letter is a length too, which leads into the letters behind it and past one that is none.
TEST(Onenote, LengthsThatOverlapAreReadOnce) {
  std::string file(kHeader, 16);
  for (int run = 0; run < 8; run++) {
    file += "\1\0"s;
    for (int i = 0; i < 250'000; i++) file += "\n\0"s;
  }
  file += property("N\0i\0g\0h\0t\0j\0a\0r\0"s);
  const ExtractedText text = walk_document(file, "a.one");
  EXPECT_EQ(outcomes(text), ":partial");
  EXPECT_NE(where_is(text, "Nightjar"), "");
}

// A length may end between the halves of a letter; a string that begins later and goes on is a text all the same.
TEST(Onenote, LengthsThatEndInsideALetter) {
  std::string file(kHeader, 16);
  put_le(file, 10, 4);
  file += "\n\0\n\0a\0b\0\x3D\xD8"s;  // from its third byte on a length again: 0x000A0000
  file += "\0\xDE"s;
  for (int i = 0; i < 0x000A0000 / 2; i++) file += "x\0"s;
  EXPECT_EQ(where_is(walk_document(file, "a.one"), "ab\U0001F600xx"), "body@");
}

}  // namespace
}  // namespace postern::test
