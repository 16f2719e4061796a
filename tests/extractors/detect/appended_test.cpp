#include "extractors/appended.h"

#include "extractors/file_type.h"
#include "extractors/format_end.h"
#include "tests/support/corpus.h"
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

TEST(Appended, AMarkInsideTheCommentOfAZipIsNoEnd) {
  std::string zip = a_zip();
  zip[zip.size() - 2] = 4;  // bytes of comment
  zip += "PK\5\6";
  const std::string archive = "WARC/1.0\r\n" + zip;
  EXPECT_EQ(extract::appended_data(archive, "application/warc"), zip);
}

TEST(Appended, AClaimedEndHidesNoZip) {
  // A cabinet whose size field covers what was glued to it.
  std::string cabinet = corpus_file("archive/t.cab");
  const size_t size = cabinet.size() + a_zip().size();
  for (size_t i = 0; i < 4; i++) cabinet[8 + i] = static_cast<char>(size >> (8 * i) & 0xFF);
  EXPECT_EQ(extract::appended_data(cabinet + a_zip(), "application/vnd.ms-cab-compressed"), a_zip());
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

const std::string kMp3 = "ID3\3\0\0\0\0\0\0"s + "\xFF\xFB\x90\0"s;
const std::string kMp4 =
    "\0\0\0\x18"
    "ftypmp42\0\0\0\0mp42isom\0\0\0\x10mdat\1\1\1\1\1\1\1\1"s;
const std::string kFont = "\0\1\0\0\0\1\0\x10\0\0\0\0head\0\0\0\0\0\0\0\x1C\0\0\0\4\1\2\3\4"s;
// Each of one dot, or of nothing.
const std::string kWoff = "wOFF\0\1\0\0\0\0\0\x30\0\1\0\0"s + std::string(32, '\1');
const std::string kBmp =
    "BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0"s + std::string(24, '\0') + "\1\2\3\0"s;
const std::string kIcon =
    "\0\0\1\0\1\0\1\1\0\0\1\0\x20\0"s + static_cast<char>(kPng.size()) + "\0\0\0\x16\0\0\0"s + kPng;
const std::string kDjvu =
    "AT&TFORM\0\0\0\x16"
    "DJVUINFO\0\0\0\x0A\0\x64\0\x64\x18\0\x64\0\x16\0"s;

struct Followed {
  const char* name;
  std::string bytes;
  bool tells_its_end;
};

// A file of each kind whose reader does not read to the end of the bytes, and some whose reader does.
std::vector<Followed> followed_files() {
  std::vector<Followed> out;
  const auto add = [&out](const char* file, bool tells) { out.push_back({file, corpus_file(file), tells}); };
  for (const char* file : {"office/text-libreoffice.doc",
                           "office/sheet-gnumeric.xls",
                           "pst/unicode.pst",
                           "pst/ansi.pst",
                           "pst/pages4k.ost",
                           "archive/t.7z",
                           "archive/t.cab",
                           "archive/t.chm",
                           "image/qr.png",
                           "image/qr.jpg",
                           "image/qr.tif",
                           "image/pages.tif",
                           "image/qr.jp2",
                           "image/metadata.psd",
                           "image/metadata.gif",
                           "image/metadata.webp",
                           "office/drawing-libreoffice.emf",
                           "office/drawing-libreoffice.wmf",
                           "office/sheet-libreoffice.pdf",
                           "image/qr.heic",
                           "image/qr.avif",
                           "archive/t.a",
                           "media/sound.wav",
                           "media/film.avi"}) {
    add(file, true);
  }
  for (const char* file : {"office/sheet-sheetjs.fods", "office/sheet-sheetjs.wk3", "office/sheet-sheetjs.b3.xls",
                           "office/sheet-gnumeric.slk", "office/text-libreoffice.html", "archive/t.xar"}) {
    add(file, false);
  }
  // Their readers hand out what follows.
  for (const char* file : {"archive/t.arj", "archive/t.tar", "archive/t-newc.cpio", "office/text-abiword.rtf"}) {
    add(file, true);
  }
  out.push_back({"a.mp3", kMp3, false});
  out.push_back({"a.mp4", kMp4, true});
  out.push_back({"a.ttf", kFont, true});
  out.push_back({"a.woff", kWoff, true});
  out.push_back({"a.bmp", kBmp, true});
  out.push_back({"a.ico", kIcon, true});
  out.push_back({"a.djvu", kDjvu, true});
  return out;
}

std::string name_in(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

TEST(Appended, AnArchiveBehindAnyFileIsReadAndTold) {
  const std::string seven_zip = corpus_file("archive/t.7z");
  for (const Followed& file : followed_files()) {
    const ExtractedText alone = walk_document(file.bytes, name_in(file.name));
    const auto& facts = alone.parts[0].facts;
    EXPECT_EQ(std::count(facts.begin(), facts.end(), "appended-data"), 0) << file.name;
    EXPECT_NE(alone.parts[0].outcome, Outcome::ambiguous) << file.name;
    const ExtractedText with_zip = walk_document(file.bytes + a_zip(), name_in(file.name));
    EXPECT_NE(where_is(with_zip, "Project Nightjar"), "") << file.name;
    if (alone.parts[0].outcome == Outcome::complete) {
      EXPECT_NE(with_zip.parts[0].outcome, Outcome::complete) << file.name << ": " << with_zip.parts[0].why;
    }
    if (file.name == "archive/t.xar"s) continue;  // keeps files as they are: only what ends it is known to be none
    const ExtractedText with_7z = walk_document(file.bytes + seven_zip, name_in(file.name));
    EXPECT_NE(where_is(with_7z, "alpha secret text"), "") << file.name;
    if (alone.parts[0].outcome == Outcome::complete) {
      EXPECT_NE(with_7z.parts[0].outcome, Outcome::complete) << file.name << ": " << with_7z.parts[0].why;
    }
  }
}

TEST(Appended, TextBehindTheEndOfAFileIsRead) {
  for (const Followed& file : followed_files()) {
    if (!file.tells_its_end && file.name != "a.mp3"s) continue;
    const ExtractedText alone = walk_document(file.bytes, name_in(file.name));
    const ExtractedText text =
        walk_document(file.bytes + "\nProject Nightjar stands behind the end of the file\n", name_in(file.name));
    EXPECT_NE(where_is(text, "Project Nightjar stands behind"), "") << file.name;
    if (file.name == "archive/t.tar"s) continue;  // two ends, and no text between them
    EXPECT_EQ(text.parts[0].outcome, alone.parts[0].outcome) << file.name << ": " << text.parts[0].why;
  }
}

TEST(Appended, TheEndOfEveryFormatIsBoundsChecked) {
  for (const Followed& file : followed_files()) {
    const std::string mime = extract::detect_type(file.bytes, "", "").mime;
    const size_t end = extract::format_end(file.bytes, mime);
    const bool known = end != extract::kNoEnd;
    EXPECT_TRUE(!known || end <= file.bytes.size()) << file.name;
    // Copies, so that a sanitizer sees what is read behind them.
    for (size_t cut = 0; cut < std::min<size_t>(file.bytes.size(), 700); cut++) {
      const std::vector<char> piece(file.bytes.begin(), file.bytes.begin() + static_cast<std::ptrdiff_t>(cut));
      static_cast<void>(extract::format_end({piece.data(), piece.size()}, mime));
      static_cast<void>(extract::appended_data({piece.data(), piece.size()}, mime));
    }
  }
}

TEST(Appended, FilesOfTwoTypesAreAmbiguous) {
  const std::string pdf = PdfBuilder().line("Project Nightjar").build();
  const std::string seven_zip = corpus_file("archive/t.7z");
  std::string all_bytes;  // which libmagic takes for a picture
  for (int i = 0; i < 8 * 256; i++) all_bytes += static_cast<char>(i & 0xFF);
  const struct {
    const char* name;
    std::string bytes;
    const char* needle;
    Outcome outcome;
  } kCases[] = {
      {"front.gif", "GIF89a\1\0\1\0\0\0\0"s + a_zip(), "Project Nightjar", Outcome::ambiguous},
      {"front.html", "<p>shown here</p>\n" + a_zip(), "shown here", Outcome::ambiguous},
      {"front.txt", "shown to the reader\n" + a_zip(), "shown to the reader", Outcome::ambiguous},
      {"zipapp.pyz", "#!/usr/bin/env python3\n" + a_zip(), "Project Nightjar", Outcome::complete},
      {"page.html", "<html><body>shown here</body></html>" + seven_zip, "shown here", Outcome::ambiguous},
      {"note.txt", "shown to the reader\n" + seven_zip, "alpha secret text", Outcome::ambiguous},
      {"note.txt", "shown to the reader\n" + kPng, "shown to the reader", Outcome::complete},
      {"page.html", "<html><body>shown here</body></html>\0\1\2\3\4\5\6\7"s + std::string(300, '\2'), "shown here",
       Outcome::partial},
      {"bytes.txt", "shown to the reader\n" + all_bytes, "shown to the reader", Outcome::partial},
      {"comment.gif", "GIF89a\1\0\1\0\0\0\0!\xFE\xFF"s + pdf.substr(0, 255) + "\0"s + pdf.substr(255) + ";",
       "Project Nightjar", Outcome::ambiguous},
      {"picture.html", kGif + "</b> Project Nightjar", "Project Nightjar", Outcome::ambiguous},
      {"page.pdf", "<html><body>shown here</body></html>\n" + pdf, "shown here", Outcome::ambiguous},
      {"printed.pdf", "@PJL SET RESOLUTION=600\n@PJL ENTER LANGUAGE=PDF\n" + pdf, "Project Nightjar",
       Outcome::complete},
      {"served.pdf", pdf + "<html><body>ad of the server</body></html>\n", "ad of the server", Outcome::complete},
      {"mpo.jpg", kJpeg + kJpeg, "mpo.jpg", Outcome::complete},
      {"motion.jpg", kJpeg + kMp4, "motion.jpg", Outcome::complete},
      {"comment.zip", ZipBuilder().add("a.txt", "Project Nightjar").comment("a comment of the zip").build(),
       "a comment of the zip", Outcome::complete},
  };
  for (const auto& c : kCases) {
    const ExtractedText text = walk_document(c.bytes, c.name);
    EXPECT_NE(where_is(text, c.needle), "") << c.name;
    EXPECT_EQ(text.parts[0].outcome, c.outcome) << c.name << ": " << text.parts[0].type << " " << text.parts[0].why;
  }
}

TEST(Appended, AZipThatIsTheLastMemberIsNoneOfTheFile) {
  const std::string cabinet = corpus_file("archive/t-stored-zip.cab");
  const ExtractedText honest = walk_document(cabinet, "a.cab");
  EXPECT_EQ(outcomes(honest), ":complete 1:complete 1/1:complete");
  EXPECT_EQ(where_is(honest, "alpha in a zip in a cabinet"), "body@");
  // One behind it is another.
  const std::string zip = ZipBuilder().add("a.txt", "behind the cabinet").build();
  const ExtractedText both = walk_document(cabinet + zip, "a.cab");
  EXPECT_EQ(both.parts[0].outcome, Outcome::ambiguous);
  EXPECT_EQ(where_is(both, "behind the cabinet"), "body@");
  // So is one that the cabinet only claims.
  std::string claimed = cabinet + zip;
  std::string size;
  put_le(size, claimed.size(), 4);
  claimed.replace(8, 4, size);
  EXPECT_EQ(walk_document(claimed, "a.cab").parts[0].outcome, Outcome::ambiguous);
}

TEST(Appended, AZipInsideACompoundFileIsNoneOfTheFile) {
  // An embedded document in sectors of its own, the last of them full: no program looks for it at the end.
  std::string file = corpus_file("office/text-libreoffice.doc");
  const size_t end = extract::format_end(file, "application/msword");
  ASSERT_EQ(end, file.size());
  const std::string zip = ZipBuilder().add("a.txt", std::string(2000, 'x')).build();
  file.replace(file.size() - 512, zip.size(), zip);
  EXPECT_EQ(extract::appended_data(file.substr(0, end), "application/msword"), "");
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
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete);
  EXPECT_NE(where_is(text, "Project Nightjar"), "");
}

}  // namespace
}  // namespace postern::test
