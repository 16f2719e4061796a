// Letters in parts that nothing reads.
#include "extractors/loose_text.h"

#include "tests/support/document_walk.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string wide(std::string_view text, bool big) {
  std::string out;
  for (const char c : text) out += big ? "\0"s + c : c + "\0"s;
  return out;
}

// A head of a program, then its code.
std::string program() {
  std::string out = "MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"s;
  out.resize(60, '\0');
  out += "\x40\0\0\0PE\0\0\x4C\1"s;
  for (int i = 0; i < 3000; i++) out.push_back(static_cast<char>(i * i % 251 < 32 ? i * i % 251 : 0x80 + i % 100));
  return out;
}

TEST(LooseText, StandsBehindAndInsidePrograms) {
  const std::string secret = "the secret plan of Tuesday";
  std::string noise;
  for (int i = 0; i < 100; i++) noise += "\x01\x02\xFF\x03"s;
  const struct {
    const char* name;
    std::string bytes;
  } kCases[] = {
      {"behind a program", program() + secret + "\r\n"},
      {"behind a program in UTF-16", program() + "\0"s + wide(secret, false)},
      {"inside a program", program() + "\0"s + secret + "\0"s + program()},
      {"a class of Java", "\xCA\xFE\xBA\xBE\0\0\0\x34\1\0\x1A"s + secret + "\0"s},
      {"a program of Linux",
       "\x7F"
       "ELF\2\1\1\0\0\0"s +
           secret + "\0\0"s},
      {"unknown data", noise + secret + noise},
      {"unknown data in UTF-16", noise + wide(secret, true) + noise},
      {"a capture of a network", "\xD4\xC3\xB2\xA1\2\0\4\0"s + std::string(16, '\0') + secret + "\0"s},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, "a.dat");
    EXPECT_NE(where_is(text, secret), "") << c.name;
    EXPECT_NE(text.parts[0].outcome, Outcome::complete) << c.name;
  }
}

TEST(LooseText, IsWhatReadsLikeText) {
  const struct {
    std::string bytes, text;
  } kCases[] = {
      {"\1\2two words\3", "two words\n"},
      {"\1\2Nightjar\3", "Nightjar\n"},
      {"\1\2caf\xC3\xA9 noir\3", "caf\xC3\xA9 noir\n"},
      {wide("two words", false), "two words\n"},
      {"\1" + wide("two words", true), "two words\n"},
      // Two words of U+043F and U+0440 in UTF-16.
      {"\x3F\4\x40\4\x3F\4 \0\x3F\4\x40\4\1"s, "\xD0\xBF\xD1\x80\xD0\xBF \xD0\xBF\xD1\x80\n"},
      {"\1\2words\3", ""},  // too short
      {"\1\2"
       "4111111111111111\3",
       ""},  // no letters
      {"\1\2"
       "a 4111 1111 1111 1111\3",
       ""},                                            // no words
      {"\1\2ghp_16C7e42F292c6912E7710c838347\3", ""},  // a key
      {"\1\2_ZN7postern7extract4textE\3", ""},         // a name of a program
      {"\xC3\xA9\xC3", ""},
  };
  for (const auto& c : kCases) EXPECT_EQ(extract::loose_text(c.bytes), c.text) << c.text;
}

TEST(LooseText, IsBounded) {
  std::string many;
  while (many.size() < extract::kMostLooseText + 4096) many += "two words\1";
  EXPECT_LE(extract::loose_text(many).size(), extract::kMostLooseText + 1);
  std::string large(extract::kMostLooseBytes, '\1');
  large += "two words";
  EXPECT_EQ(extract::loose_text(large), "two words\n");
}

}  // namespace
}  // namespace postern::test
