#include "extractors/appended.h"

#include "tests/support/document_walk.h"
#include "tests/support/pdf_builder.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

const std::string kPng =
    "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\1\0\0\0\1\x08\2\0\0\0\x90wS\xDE\0\0\0\0IEND\xAE\x42\x60\x82"s;
const std::string kGif = "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"s;
const std::string kJpeg = "\xFF\xD8\xFF\xE0\0\x04\0\0\xFF\xDA\0\x04\0\0\x12\xFF\0\x34\xFF\xD0\x56\xFF\xD9"s;
const std::string kRiff = "RIFF\x08\0\0\0WEBPVP8 "s;

std::string a_zip() {
  return ZipBuilder().add("a.txt", "Project Nightjar").build();
}

TEST(Appended, IsFoundBehindTheEnd) {
  const struct {
    const char* name;
    std::string bytes;
    const char* mime;
  } cases[] = {{"png", kPng, "image/png"},
               {"gif", kGif, "image/gif"},
               {"jpeg", kJpeg, "image/jpeg"},
               {"riff", kRiff, "image/webp"},
               {"pdf", PdfBuilder().line("x").build(), "application/pdf"}};
  for (const auto& c : cases) {
    EXPECT_EQ(extract::appended_data(c.bytes, c.mime), "") << c.name;
    EXPECT_EQ(extract::appended_data(c.bytes + "\r\n\0\0"s, c.mime), "") << c.name;
    EXPECT_EQ(extract::appended_data(c.bytes + "Project Nightjar", c.mime), "Project Nightjar") << c.name;
    for (size_t cut = 0; cut < c.bytes.size(); cut++)
      EXPECT_EQ(extract::appended_data(c.bytes.substr(0, cut), c.mime), "") << c.name << " cut at " << cut;
  }
}

TEST(Appended, ZipIsFoundByItsDirectory) {
  EXPECT_EQ(extract::zip_behind(a_zip()), a_zip());
  EXPECT_EQ(extract::zip_behind("#!/bin/sh\nexit\n" + a_zip()), a_zip());
  EXPECT_EQ(extract::zip_behind("PK\5\6 is how a directory ends, they say."), "");
  EXPECT_EQ(extract::zip_behind(""), "");
}

TEST(Appended, IsReadAsAPartOfItsOwn) {
  for (const auto& [bytes, name] :
       std::vector<std::pair<std::string, std::string>>{{kPng + a_zip(), "a.png"},
                                                        {kJpeg + a_zip(), "a.jpg"},
                                                        {"ID3\3\0\0\0\0\0\0music"s + a_zip(), "a.mp3"},
                                                        {PdfBuilder().line("x").build() + a_zip(), "a.pdf"}}) {
    const ExtractedText text = walk_document(bytes, name);
    EXPECT_NE(where_is(text, "Project Nightjar"), "") << name;
    const std::vector<std::string>& facts = text.parts[0].facts;
    EXPECT_NE(std::find(facts.begin(), facts.end(), "appended-data"), facts.end()) << name;
  }
  EXPECT_NE(where_is(walk_document(kPng + "Project Nightjar", "a.png"), "Project Nightjar"), "");
}

TEST(Appended, WhatIsNoFileIsAFactOnly) {
  const ExtractedText text = walk_document(kPng + "\1\2\3\xFE\xFC\0\1\2\3\4\5"s, "a.png");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].facts, (std::vector<std::string>{"appended-data", "not-ocred"}));
}

TEST(Appended, TextThatBeginsLikeAPictureIsText) {
  for (const char* start : {"GIF89a", "OggS", "MThd", "8BPS", "BM"}) {
    const ExtractedText text = walk_document(start + " Project Nightjar is late"s, "a.txt");
    EXPECT_NE(where_is(text, "Project Nightjar"), "") << start;
  }
}

TEST(Appended, AScriptInFrontOfAZipIsAZip) {
  const ExtractedText text = walk_document("#!/bin/sh\nexit 0\n" + a_zip(), "setup.sh");
  EXPECT_EQ(text.parts[0].type, "application/zip");
  EXPECT_NE(where_is(text, "Project Nightjar"), "");
}

}  // namespace
}  // namespace postern::test
