// Tags of sound and film: files of ffmpeg (tests/corpus/make/media.sh), and what it does not write by hand.
#include "extractors/media/media.h"

#include <zlib.h>

#include "tests/extractors/image/picture_files.h"
#include "tests/support/corpus.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

struct FileCase {
  const char* file;
  const char* title;  // where the title stands, and the other words
  const char* comment;
  const char* lyrics;
  const char* chapter;
};

class MediaFile : public testing::TestWithParam<FileCase> {};

TEST_P(MediaFile, GivesItsTags) {
  const FileCase& c = GetParam();
  const ExtractedText text = walk_document(corpus_file("media/"s + c.file), c.file);
  EXPECT_EQ(where_is(text, "Nightjar title"), c.title);
  EXPECT_EQ(where_is(text, "zażółć"), c.comment);
  EXPECT_EQ(where_is(text, "Nightjar lyrics"), c.lyrics);
  EXPECT_EQ(where_is(text, "Nightjar chapter"), c.chapter);
  EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << text.parts[0].why;
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"no-text-format"});
}

// The containers that hold no comment beside the description get the description alone from ffmpeg.
INSTANTIATE_TEST_SUITE_P(
    OfFfmpeg, MediaFile,
    testing::Values(
        FileCase{"v3.mp3", "property@TIT2 property@ID3v1 title", "comment@comment", "body@USLT", "property@TIT2"},
        FileCase{"v4.mp3", "property@TIT2 property@ID3v1 title", "comment@comment", "body@USLT", "property@TIT2"},
        FileCase{"sound.m4a", "property@©nam", "comment@©cmt", "body@©lyr", "property@chapters"},
        FileCase{"film.mp4", "property@©nam", "comment@©cmt", "body@©lyr", "property@chapters"},
        FileCase{"sound.ogg", "property@TITLE", "", "body@LYRICS", ""},
        FileCase{"sound.opus", "property@TITLE", "", "body@LYRICS", "property@CHAPTER000NAME"},
        FileCase{"sound.flac", "property@TITLE", "", "body@LYRICS", ""},
        FileCase{"sound.wav", "property@INAM", "comment@ICMT", "", ""},
        FileCase{"film.avi", "property@INAM", "comment@ICMT", "", ""},
        FileCase{"sound.spx", "property@TITLE", "", "body@LYRICS", ""},
        FileCase{"film.ogv", "property@TITLE", "", "body@LYRICS", ""},
        FileCase{"film.webm", "property@title", "comment@COMMENT", "body@LYRICS", "property@chapters"},
        FileCase{"film.mkv", "property@title", "comment@COMMENT", "body@LYRICS", "property@chapters"}),
    [](const auto& c) {
      std::string name = c.param.file;
      std::replace(name.begin(), name.end(), '.', '_');
      return name;
    });

TEST(Media, WindowsMediaAndQuickTime) {
  const ExtractedText wma = walk_document(corpus_file("media/sound.wma"), "sound.wma");
  EXPECT_EQ(where_is(wma, "Nightjar title").substr(0, 14), "property@Title");
  EXPECT_EQ(where_is(wma, "Nightjar lyrics"), "body@lyrics");
  EXPECT_EQ(where_is(wma, "Nightjar description"), "comment@description");
  const ExtractedText mov = walk_document(corpus_file("media/film.mov"), "film.mov");
  EXPECT_NE(where_is(mov, "Nightjar title").find("property@©nam"), std::string::npos);
  EXPECT_NE(where_is(mov, "zażółć").find("comment@©cmt"), std::string::npos);
}

TEST(Media, AttachedFilesOfMatroskaAreParts) {
  const ExtractedText text = walk_document(corpus_file("media/film.mkv"), "film.mkv");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
  EXPECT_EQ(text.parts[1].name, "plan.txt");
  EXPECT_EQ(where_is(text, "Nightjar attached file"), "body@");
}

std::string be(std::uint64_t value, unsigned width) {
  std::string out;
  put_be(out, value, width);
  return out;
}

std::string safe(size_t size) {
  std::string out;
  for (int shift = 21; shift >= 0; shift -= 7) out += static_cast<char>(size >> shift & 0x7F);
  return out;
}

std::string frame(const std::string& id, const std::string& data, unsigned flags = 0) {
  return id + be(data.size(), 4) + be(flags, 2) + data;
}

std::string id3(const std::string& frames, char version = 3, char flags = 0) {
  return "ID3"s + version + '\0' + flags + safe(frames.size()) + frames + "\xFF\xFB\x90\0"s;
}

std::string zlib_packed(const std::string& data) {
  uLongf size = compressBound(data.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()), data.size());
  out.resize(size);
  return out;
}

TEST(Id3, FramesAndTheirCodings) {
  const std::string wide = "\xFF\xFEh\0e\0r\0o\0n\0"s;
  const struct {
    const char* name;
    std::string tag;
    const char* where;
  } cases[] = {
      {"UTF-16", id3(frame("TIT2", "\1" + wide)), "property@TIT2"},
      {"big without a mark", id3(frame("TIT2", "\2\0h\0e\0r\0o\0n"s), 4), "property@TIT2"},
      {"several values", id3(frame("TPE1", "\3one\0heron"s), 4), "property@TPE1"},
      {"a comment", id3(frame("COMM", "\1eng\xFF\xFE\0\0"s + wide)), "comment@COMM"},
      {"lyrics", id3(frame("USLT", "\0eng\0heron"s)), "body@USLT"},
      {"lyrics by time", id3(frame("SYLT", "\0eng\2\1\0he\0\0\0\0\1ron\0\0\0\0\2"s)), "body@SYLT"},
      {"an address", id3(frame("WXXX", "\0page\0https://heron.example"s)), "link@WXXX"},
      {"an address of a kind", id3(frame("WOAR", "https://heron.example")), "link@WOAR"},
      {"version 2.2", id3("TT2\0\0\6\0heron"s, 2), "property@TT2"},
      {"packed", id3(frame("TIT2", be(6, 4) + zlib_packed("\0heron"s), 0x80)), "property@TIT2"},
      {"packed in 2.4", id3(frame("TIT2", safe(6) + zlib_packed("\0heron"s), 0x09), 4), "property@TIT2"},
      {"an extended header", id3("\0\0\0\6\0\0\0\0\0\0"s + frame("TIT2", "\0heron"s), 3, 0x40), "property@TIT2"},
      {"unsynchronised", id3(frame("TIT2", "\1\xFF\0\xFEh\0e\0r\0o\0n\0"s), 3, '\x80'), "property@TIT2"},
      {"a chapter", id3(frame("CHAP", "c\0"s + std::string(16, '\0') + frame("TIT2", "\0heron"s))), "property@TIT2"},
      {"terms of use", id3(frame("USER", "\0engheron"s)), "property@USER"},
      {"XMP", id3(frame("PRIV", "XMP\0<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><d>heron</d></x:xmpmeta>"s)),
       "property@XMP"},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(c.tag, "a.mp3");
    EXPECT_EQ(where_is(text, "heron"), c.where) << c.name;
    EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << c.name;
  }
}

TEST(Id3, FilesPicturesAndWhatIsLocked) {
  const std::string picture = corpus_picture("qr.png");
  const ExtractedText text = walk_document(id3(frame("GEOB", "\0text/plain\0plan.txt\0about\0the heron plan\n"s) +
                                               frame("APIC", "\0image/png\0\3cover\0"s + picture)),
                                           "a.mp3");
  EXPECT_EQ(where_is(text, "the heron plan"), "body@");
  EXPECT_EQ(where_is(text, "nightjar.example"), "barcode@QRCode");
  ASSERT_EQ(text.parts.size(), 3U);
  EXPECT_EQ(text.parts[1].name, "plan.txt");
  EXPECT_EQ(text.parts[2].type, "image/png");
  EXPECT_EQ(outcomes(walk_document(id3(frame("TIT2", "\0xyz"s, 0x40)), "a.mp3")), ":encrypted");
  EXPECT_EQ(outcomes(walk_document(id3(frame("TIT2", be(6, 4) + "no zlib", 0x80)), "a.mp3")), ":malformed");
}

TEST(Id3, ApeBehindTheSound) {
  std::string items;
  put_le(items, 5, 4);
  put_le(items, 0, 4);
  items += "Comment\0heron"s;
  std::string footer = "APETAGEX";
  put_le(footer, 2000, 4);
  put_le(footer, items.size() + 32, 4);
  put_le(footer, 1, 4);
  footer += std::string(12, '\0');
  EXPECT_EQ(where_is(walk_document("\xFF\xFB\x90\0"s + items + footer, "a.mp3"), "heron"), "comment@Comment");
}

TEST(Id3, TagsAreBounded) {
  std::string frames;
  for (size_t i = 0; i <= extract::kMostMediaTags; i++) frames += frame("TIT2", "\0a"s);
  const ExtractedText text = walk_document(id3(frames), "a.mp3");
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "tags of sound or film reached the limit (20000)");
}

std::string box(const std::string& type, const std::string& data) {
  return be(data.size() + 8, 4) + type + data;
}

TEST(Mp4, TextsOfTheOtherVocabularies) {
  const std::string xmp_id = "\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC";
  const auto udta = [](const std::string& inner) { return box("moov", box("udta", inner)); };
  std::string wide;
  for (const char c : "heron"s) wide += c + "\0"s;
  const struct {
    const char* name;
    std::string boxes;
    const char* where;
  } cases[] = {
      {"3GPP", udta(box("dscp", "\0\0\0\0\x15\xC7"s + "heron\0"s)), "comment@dscp"},
      {"3GPP in UTF-16", udta(box("titl", "\0\0\0\0\x15\xC7\xFE\xFF\0h\0e\0r\0o\0n\0\0"s)), "property@titl"},
      {"QuickTime", udta(box("\xA9nam", be(5, 2) + "\x55\xC4" + "heron")), "property@©nam"},
      {"Windows",
       udta(box("Xtra", be(8 + 4 + 4 + 6 + wide.size() + 2, 4) + be(4, 4) + "WM/A" + be(1, 4) + be(6 + wide.size(), 4) +
                            be(8, 2) + wide)),
       "property@WM/A"},
      {"keys of its own",
       udta(box("meta",
                be(0, 4) + box("ilst", box("----", box("mean", be(0, 4) + "com.x") + box("name", be(0, 4) + "about") +
                                                       box("data", be(1, 4) + be(0, 4) + "heron"))))),
       "property@about"},
      {"keys by number",
       box("moov", box("meta", box("hdlr", std::string(24, '\0')) +
                                   box("keys", be(0, 4) + be(1, 4) + be(8 + 9, 4) + "mdta" + "com.x.key") +
                                   box("ilst", box(be(1, 4), box("data", be(1, 4) + be(0, 4) + "heron"))))),
       "property@key"},
      {"XMP", box("uuid", xmp_id + "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><d>heron</d></x:xmpmeta>"), "property@XMP"},
  };
  for (const auto& c : cases) {
    const std::string file = box("ftyp", "isom\0\0\2\0"s) + c.boxes + box("mdat", "film");
    EXPECT_EQ(where_is(walk_document(file, "a.mp4"), "heron"), c.where) << c.name;
  }
}

TEST(Mp4, CoversArePictures) {
  const std::string cover = box("covr", box("data", be(14, 4) + be(0, 4) + corpus_picture("qr.png")));
  const ExtractedText text = walk_document(
      box("ftyp", "M4A \0\0\2\0"s) + box("moov", box("udta", box("meta", be(0, 4) + box("ilst", cover)))), "a.m4a");
  EXPECT_EQ(where_is(text, "nightjar.example"), "barcode@QRCode");
}

std::string chunk(const std::string& id, const std::string& data) {
  std::string out = id;
  put_le(out, data.size(), 4);
  out += data;
  return data.size() % 2 == 0 ? out : out + '\0';
}

TEST(Riff, ChunksOfStudios) {
  const struct {
    const char* name;
    std::string chunk;
    const char* where;
  } cases[] = {
      {"label", chunk("LIST", "adtl" + chunk("labl", "\1\0\0\0heron\0"s)), "property@labl"},
      {"note", chunk("LIST", "adtl" + chunk("note", "\1\0\0\0heron\0"s)), "comment@note"},
      {"broadcast", chunk("bext", "heron" + std::string(700, '\0')), "comment@description"},
      {"iXML", chunk("iXML", "<BWFXML><NOTE>heron</NOTE></BWFXML>"), "property@iXML"},
      {"ID3", chunk("id3 ", id3(frame("TIT2", "\0heron"s))), "property@TIT2"},
  };
  for (const auto& c : cases) {
    const std::string body = "WAVE" + c.chunk + chunk("data", "sound!");
    EXPECT_EQ(where_is(walk_document(chunk("RIFF", body), "a.wav"), "heron"), c.where) << c.name;
  }
}

TEST(Flac, PicturesAreParts) {
  const std::string png = corpus_picture("qr.png");
  const std::string picture =
      be(3, 4) + be(9, 4) + "image/png" + be(5, 4) + "heron" + std::string(16, '\0') + be(png.size(), 4) + png;
  const ExtractedText text = walk_document("fLaC\x86"s + be(picture.size(), 3) + picture, "a.flac");
  EXPECT_EQ(where_is(text, "heron"), "property@picture");
  EXPECT_EQ(where_is(text, "nightjar.example"), "barcode@QRCode");
}

TEST(Midi, SyllablesMakeLyrics) {
  const auto event = [](char kind, const std::string& words) {
    return "\0\xFF"s + kind + static_cast<char>(words.size()) + words;
  };
  const std::string track = event(3, "Kestrel") + "\0\x90\x40\x40"s + "\x10\x41\x40"s + event(5, "he") +
                            "\x81\0\xC0\5"s + event(5, "ron\r") + "\0\xF0\2ab"s + event(6, "marker") + event(0x2F, "");
  const ExtractedText text =
      walk_document("MThd\0\0\0\6\0\0\0\1\0\x60"s + "MTrk" + be(track.size(), 4) + track, "a.mid");
  EXPECT_EQ(where_is(text, "Kestrel"), "property@text");
  EXPECT_EQ(where_is(text, "heron"), "body@lyrics");
  EXPECT_EQ(where_is(text, "marker"), "property@text");
}

TEST(Media, CutAnywhereItEnds) {
  for (const char* file : {"v4.mp3", "film.mp4", "sound.ogg", "film.mkv", "sound.wma", "sound.wav", "sound.opus"}) {
    const std::string whole = corpus_file("media/"s + file);
    for (size_t size = 16; size < whole.size(); size += 1 + whole.size() / 100) {
      EXPECT_NE(outcomes(walk_document(whole.substr(0, size), file)), "") << file << size;
    }
  }
}

}  // namespace
}  // namespace postern::test
