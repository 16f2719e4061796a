// How long encoded data in a text must be to be read, as docs/formats.md says it: at each bound, and one short of it.
#include "tests/support/document_walk.h"
#include "tests/support/mime_encoders.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

const std::string kWords = "The project is called Nightjar, it ships in May, and nobody outside may know of it before.";

// Of `size` bytes.
std::string words(size_t size) {
  std::string out;
  while (out.size() < size) out += kWords;
  return out.substr(0, size);
}
bool has_part(const std::string& text) {
  return walk_document(text, "note.txt").parts.size() > 1;
}
std::string in_pieces(const std::string& whole, size_t size, const std::string& between) {
  std::string out;
  for (size_t at = 0; at < whole.size(); at += size) out += (at > 0 ? between : "") + whole.substr(at, size);
  return out;
}

TEST(EncodedBounds, Base64InALine) {
  EXPECT_TRUE(has_part("see " + base64_of(words(48), 0) + " for it\n"));
  EXPECT_FALSE(has_part("see " + base64_of(words(45), 0) + " for it\n"));
}

TEST(EncodedBounds, Base64InALineOfItsOwn) {
  EXPECT_TRUE(has_part("see\n" + base64_of(words(12), 0) + "\nfor it\n"));
  EXPECT_FALSE(has_part("see\n" + base64_of(words(9), 0) + "\nfor it\n"));
}

TEST(EncodedBounds, PiecesAndWhatIsBetweenThem) {
  const std::string whole = base64_of(words(300), 0);
  EXPECT_TRUE(has_part("d = \"" + in_pieces(whole, 40, "\", \"") + "\"\n"));
  EXPECT_FALSE(has_part("d = \"" + in_pieces(whole, 36, "\", \"") + "\"\n"));
  const auto between = [](size_t size) { return "\"" + std::string(size - 2, ' ') + "\""; };
  EXPECT_TRUE(has_part("d = \"" + in_pieces(whole, 40, between(64)) + "\"\n"));
  EXPECT_FALSE(has_part("d = \"" + in_pieces(whole, 40, between(65)) + "\"\n"));
}

TEST(EncodedBounds, Groups) {
  const std::string whole = base64_of(words(96), 0);
  for (const size_t size : {4U, 16U})
    EXPECT_TRUE(has_part("see\n" + in_pieces(whole, size, " ") + "\nfor it\n")) << size;
  for (const size_t size : {3U, 17U})
    EXPECT_FALSE(has_part("see\n" + in_pieces(whole, size, " ") + "\nfor it\n")) << size;
}

TEST(EncodedBounds, HexadecimalDigits) {
  const auto digits = [](size_t size) {
    std::string out;
    for (const char c : words(size)) {
      constexpr std::string_view kDigits = "0123456789abcdef";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return out;
  };
  EXPECT_TRUE(has_part("d = '" + digits(32) + "'\n"));
  EXPECT_FALSE(has_part("d = '" + digits(31) + "'\n"));
}

TEST(EncodedBounds, ListsOfNumbers) {
  const std::string picture = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"s;
  const auto list = [&](size_t size) {
    std::string out;
    for (size_t i = 0; i < size; i++) {
      if (i > 0) out += ", ";
      out += std::to_string(i < picture.size() ? static_cast<unsigned char>(picture[i]) : 0);
    }
    return "d = [" + out + "]\n";
  };
  EXPECT_TRUE(has_part(list(32)));
  EXPECT_FALSE(has_part(list(31)));
}

TEST(EncodedBounds, WordsOfADocument) {
  const std::string line = base64_of(words(57), 0);
  std::string rtf = "{\\rtf1 ";
  while (rtf.size() < (9U << 20)) rtf += line + "\\par\n";
  const ExtractedText text = walk_document(rtf + "}", "a.rtf");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
  EXPECT_EQ(text.parts[0].why, "words of base64 in it reached the limit (8388608 bytes)");
}

}  // namespace
}  // namespace postern::test
