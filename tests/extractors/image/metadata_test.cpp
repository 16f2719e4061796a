#include "extractors/image/metadata.h"

#include <zlib.h>

#include "tests/extractors/image/picture_files.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

TEST(PictureMetadata, OfEveryKindAndVocabulary) {
  struct Case {
    const char* file;
    const char* needle;
    const char* where;
  };
  const Case cases[] = {
      {"metadata.jpg", "Kestrel-Gebot_4711_für_Merlin", "property@ImageDescription"},
      {"metadata.jpg", "Ada_Müller", "property@Artist"},
      {"metadata.jpg", "Nightjar_AG", "property@Copyright"},
      {"metadata.jpg", "user_said_héllo", "comment@UserComment"},
      {"metadata.jpg", "xp_cömment", "comment@XPComment"},
      {"metadata.jpg", "falcon;peregrine", "property@XPKeywords"},
      {"metadata.jpg", "caption_é", "property@IPTC caption"},
      {"metadata.jpg", "kw2", "property@IPTC keywords"},
      {"metadata.jpg", "Osprey_plan", "property@XMP"},
      {"metadata.jpg", "Xena_Żak", "property@XMP"},
      {"metadata.jpg", "jpeg_comment", "comment@COM"},
      {"metadata.tif", "Kestrel-Gebot_4711_für_Merlin", "property@ImageDescription"},
      {"metadata.tif", "user_said_héllo", "comment@UserComment"},
      {"metadata.tif", "caption_é", "property@IPTC caption"},
      {"metadata.tif", "Osprey_plan", "property@XMP"},
      {"metadata.tif", "second_page", "property@PageName"},
      {"metadata.webp", "webp_description", "property@ImageDescription"},
      {"metadata.webp", "webp_title", "property@XMP"},
      {"metadata.psd", "psd_caption", "property@IPTC caption"},
      {"metadata.psd", "psd_title", "property@XMP"},
      {"metadata.png", "png_title", "property@PNG Title"},
      {"metadata.png", "png_comment", "comment@PNG Comment"},
      {"metadata.png", "png_description", "property@ImageDescription"},
      {"metadata.png", "png_xmp", "property@XMP"},
      {"magick.png", "magick comment", "comment@PNG comment"},
      {"magick.png", "packed 1,2,3", "property@PNG Description"},
      {"metadata.gif", "gif comment", "comment@GIF comment"},
      {"metadata.gif", "gif_title", "property@XMP"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.file) + " " + c.needle);
    const ExtractedText text = walk_document(corpus_picture(c.file), c.file);
    EXPECT_EQ(where_is(text, c.needle), c.where);
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
  }
}

// One white dot, with `more` between head and pixels.
std::string bitmap_with(const std::string& more) {
  std::string out = "BM";
  put_le(out, 58 + more.size(), 4);
  put_le(out, 0, 4);
  put_le(out, 54 + more.size(), 4);
  for (const unsigned value : {40U, 1U, 1U}) put_le(out, value, 4);
  put_le(out, 1, 2);
  put_le(out, 24, 2);
  return out + std::string(24, '\0') + more + "\xFF\xFF\xFF" + '\0';
}

// Kinds whose chunks are not gone through: what marks itself is found.
TEST(PictureMetadata, OfKindsWhoseChunksAreNotKnown) {
  const std::string xmp =
      "<?xpacket begin=\"\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
      "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
      "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>Osprey plan</dc:title></rdf:Description></rdf:RDF>"
      "</x:xmpmeta><?xpacket end=\"w\"?>";
  const std::string box =
      "\0\0"s + static_cast<char>((xmp.size() + 8) >> 8) + static_cast<char>((xmp.size() + 8) & 0xFF) + "mdat" + xmp;
  const std::pair<const char*, std::string> files[] = {
      {"a.djvu", "AT&TFORM\0\0\x02\0DJVUINFO\0\0\0\x0A\0\x64\0\x64\x18\0\x64\0\x16\0"s + xmp},
      {"a.heic",
       "\0\0\0\x18"
       "ftypheic\0\0\0\0mif1heic"s +
           box},
      {"a.jp2",
       "\0\0\0\x0CjP  \r\n\x87\n\0\0\0\x14"
       "ftypjp2 \0\0\0\0jp2 \0\0"s +
           static_cast<char>((xmp.size() + 24) >> 8) + static_cast<char>((xmp.size() + 24) & 0xFF) +
           "uuid\xBE\x7A\xCF\xCB\x97\xA9\x42\xE8\x9C\x71\x99\x94\x91\xE3\xAF\xAC" + xmp},
      {"a.bmp", bitmap_with(xmp)},
      {"a.avif",
       "\0\0\0\x18"
       "ftypavif\0\0\0\0mif1avif"s +
           box},
  };
  for (const auto& [name, bytes] : files)
    EXPECT_EQ(where_is(walk_document(bytes, name), "Osprey plan"), "property@XMP") << name;
}

// A TIFF structure with one directory, values behind it.
class Tiff {
 public:
  explicit Tiff(bool big) : big_(big) {}

  Tiff& tag(unsigned number, unsigned type, std::string value, std::uint32_t count = 0) {
    entries_.push_back({number, type, count == 0 ? static_cast<std::uint32_t>(value.size()) : count, std::move(value)});
    return *this;
  }
  std::string bytes() const {
    std::string out = big_ ? "MM\0*"s : "II*\0"s;
    put(out, 8, 4);
    put(out, entries_.size(), 2);
    std::string values;
    const size_t behind = 8 + 2 + entries_.size() * 12 + 4;
    for (const Entry& entry : entries_) {
      put(out, entry.tag, 2);
      put(out, entry.type, 2);
      put(out, entry.count, 4);
      if (entry.value.size() <= 4) {
        out += entry.value + std::string(4 - entry.value.size(), '\0');
      } else {
        put(out, behind + values.size(), 4);
        values += entry.value;
      }
    }
    put(out, 0, 4);
    return out + values;
  }
  void put(std::string& out, std::uint64_t value, unsigned width) const {
    if (big_) {
      put_be(out, value, width);
    } else {
      put_le(out, value, width);
    }
  }

 private:
  struct Entry {
    unsigned tag, type;
    std::uint32_t count;
    std::string value;
  };
  bool big_;
  std::vector<Entry> entries_;
};

TEST(PictureMetadata, ExifInBothByteOrders) {
  struct Case {
    const char* name;
    std::string tiff;
    const char* expected;
  };
  const std::string utf16le = "h\0i\0\x16\x04\0\0"s;
  const Case cases[] = {
      {"a short value stands in its entry", Tiff(false).tag(0x13B, 2, "Al\0"s).bytes(), "property@Artist: Al\n"},
      {"big-endian", Tiff(true).tag(0x13B, 2, "Alice\0"s).bytes(), "property@Artist: Alice\n"},
      {"several strings", Tiff(false).tag(0x8298, 2, "photo\0editor\0"s).bytes(),
       "property@Copyright: photo\neditor\n"},
      {"an unknown tag with text", Tiff(false).tag(0xC123, 2, "Kestrel\0"s).bytes(), "property@tag 49443: Kestrel\n"},
      {"Latin-1",
       Tiff(false)
           .tag(0x10E, 2,
                "Stra\xDF"s
                "enf\xFChrer\0"s)
           .bytes(),
       "property@ImageDescription: Straßenführer\n"},
      {"UNICODE by the order of the file", Tiff(false).tag(0x9286, 7, "UNICODE\0"s + utf16le).bytes(),
       "comment@UserComment: hiЖ\n"},
      {"UNICODE in the other order", Tiff(false).tag(0x9286, 7, "UNICODE\0\0h\0i\x04\x16"s).bytes(),
       "comment@UserComment: hiЖ\n"},
      {"JIS", Tiff(false).tag(0x9286, 7, "JIS\0\0\0\0\0\x46\x7C\x4B\x5C"s).bytes(), "comment@UserComment: 日本\n"},
      {"no code", Tiff(true).tag(0x9286, 7, "\0\0\0\0\0\0\0\0plain words"s).bytes(),
       "comment@UserComment: plain words\n"},
      {"XP tags are little-endian in either order", Tiff(true).tag(0x9C9B, 1, utf16le).bytes(),
       "property@XPTitle: hiЖ\n"},
      {"a value past the end", Tiff(false).tag(0x13B, 2, "Alice\0"s, 100).bytes(), "property@Artist: Alice\n"},
      {"a count past the end", Tiff(false).tag(0x13B, 2, "Alice\0"s, 0xFFFFFFFF).bytes(), "property@Artist: Alice\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const ExtractedText text = walk_document(c.tiff, "a.tif");
    EXPECT_EQ(all_of(text), c.expected);
    EXPECT_EQ(outcomes(text), ":complete");
  }
}

TEST(PictureMetadata, CoordinatesAreNotRead) {
  // A directory of its own behind the first: the method of the receiver, and where it was.
  std::string file = "II*\0"s;
  put_le(file, 8, 4);
  put_le(file, 1, 2);
  for (const auto& [value, width] : {std::pair{0x8825U, 2U}, {4U, 2U}, {1U, 4U}, {26U, 4U}, {0U, 4U}})
    put_le(file, value, width);
  put_le(file, 2, 2);
  for (const auto& [value, width] : {std::pair{0x1DU, 2U}, {2U, 2U}, {11U, 4U}, {56U, 4U}}) put_le(file, value, width);
  for (const auto& [value, width] : {std::pair{0x1BU, 2U}, {7U, 2U}, {14U, 4U}, {67U, 4U}, {0U, 4U}})
    put_le(file, value, width);
  file += "2027:05:03\0ASCII\0\0\0heron "s;
  EXPECT_EQ(all_of(walk_document(file, "a.tif")), "property@GPSProcessingMethod: heron\n");
}

TEST(PictureMetadata, BigTiff) {
  std::string file = "II+\0\x08\0\0\0"s;
  put_le(file, 16, 8);
  put_le(file, 1, 8);
  put_le(file, 0x10E, 2);
  put_le(file, 2, 2);
  put_le(file, 13, 8);
  put_le(file, 16 + 8 + 20 + 8, 8);
  put_le(file, 0, 8);
  file += "big Nightjar\0"s;
  EXPECT_EQ(all_of(walk_document(file, "a.tif")), "property@ImageDescription: big Nightjar\n");
}

TEST(PictureMetadata, DirectoriesThatLeadInACircleEnd) {
  std::string file = Tiff(false).tag(0x13B, 2, "Al\0"s).tag(0x8769, 4, "\x08\0\0\0"s, 1).bytes();
  file[8 + 2 + 24] = '\x08';  // the next directory is the first again
  const ExtractedText text = walk_document(file, "a.tif");
  EXPECT_EQ(all_of(text), "property@Artist: Al\n");
  EXPECT_EQ(outcomes(text), ":complete");
}

// 60,000 tags whose value is the same megabyte.
TEST(PictureMetadata, TagsThatShareTheirBytesAreALimit) {
  constexpr size_t kTags = 60'000, kText = 1 << 20;
  std::string file = "II*\0"s;
  put_le(file, 8, 4);
  put_le(file, kTags, 2);
  for (size_t i = 0; i < kTags; i++) {
    put_le(file, 0x10E, 2);
    put_le(file, 2, 2);
    put_le(file, kText, 4);
    put_le(file, 10 + kTags * 12 + 4, 4);
  }
  put_le(file, 0, 4);
  file.append(kText, 'x');
  const ExtractedText text = walk_document(file, "a.tif");
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "bytes of its metadata reached the limit (8388608)");
}

std::string chunk(std::string_view kind, std::string_view data) {
  std::string out;
  put_be(out, data.size(), 4);
  return out.append(kind).append(data).append(4, '\0');
}

std::string zlib_packed(std::string_view data) {
  std::string out(compressBound(data.size()), '\0');
  uLongf size = out.size();
  EXPECT_EQ(
      compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(data.data()), data.size()),
      Z_OK);
  out.resize(size);
  return out;
}

std::string png(const std::string& chunks) {
  return "\x89PNG\r\n\x1A\n"s + chunk("IHDR", "\0\0\0\1\0\0\0\1\x08\0\0\0\0"s) + chunks + chunk("IEND", "");
}

TEST(PictureMetadata, TextsOfPng) {
  struct Case {
    const char* name;
    std::string file;
    const char* expected;
    const char* outcome;
  };
  const Case cases[] = {
      {"tEXt in Latin-1", png(chunk("tEXt", "Title\0caf\xE9"s)), "property@PNG Title: café\n", ":complete"},
      {"zTXt", png(chunk("zTXt", "Author\0\0"s + zlib_packed("Ada"))), "property@PNG Author: Ada\n", ":complete"},
      {"iTXt", png(chunk("iTXt", "Title\0\0\0de\0Titel\0Straße"s)),
       "property@PNG key: Titel\nproperty@PNG Title: Straße\n", ":complete"},
      {"iTXt, packed", png(chunk("iTXt", "Title\0\1\0\0\0"s + zlib_packed("Straße"))), "property@PNG Title: Straße\n",
       ":complete"},
      {"behind the picture", png(chunk("IDAT", "x") + chunk("tEXt", "Comment\0late"s)), "comment@PNG Comment: late\n",
       ":complete"},
      {"a profile in digits", png(chunk("tEXt", "Raw profile type iptc\0\niptc\n       8\n1c0278000341646\n1"s)),
       "property@IPTC caption: Ada\n", ":complete"},
      {"damaged data", png(chunk("zTXt", "Author\0\0nothing packed"s)), "", ":malformed"},
      {"no key", png(chunk("tEXt", "Author"s)), "", ":complete"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const ExtractedText text = walk_document(c.file, "a.png");
    EXPECT_EQ(all_of(text), c.expected);
    EXPECT_EQ(outcomes(text), c.outcome);
  }
}

TEST(PictureMetadata, ATextOfAPngThatIsABombIsALimit) {
  const std::string packed = zlib_packed(std::string(64 << 20, ' '));
  const ExtractedText text =
      walk_document(png(chunk("tEXt", "Title\0Kestrel"s) + chunk("zTXt", "Author\0\0"s + packed)), "a.png");
  EXPECT_EQ(text.parts[0].outcome, Outcome::limit);
  EXPECT_NE(text.parts[0].why.find("max_ratio = 200"), std::string::npos) << text.parts[0].why;
  EXPECT_EQ(where_is(text, "Kestrel"), "property@PNG Title");
}

TEST(PictureMetadata, PlainTextOfGif) {
  std::string file = "GIF89a\1\0\1\0\0\0\0"s;
  file += "!\x01\x0C"s + std::string(12, '\1') + "\x05Night\x03jar\0;"s;
  EXPECT_EQ(all_of(walk_document(file, "a.gif")), "image-text@GIF text: Nightjar\n");
}

TEST(PictureMetadata, XmpThatAJpegSpreadsOverItsSegments) {
  const auto segment = [](std::string_view data) {
    std::string out = "\xFF\xE1";
    put_be(out, data.size() + 2, 2);
    return out.append(data);
  };
  const std::string mark = "http://ns.adobe.com/xmp/extension/\0"s + std::string(32, 'A');
  const std::string xml = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><t>Nightjar plan</t></x:xmpmeta>";
  const auto piece = [&](size_t from, size_t size) {
    std::string header = mark;
    put_be(header, xml.size(), 4);
    put_be(header, from, 4);
    return segment(header + xml.substr(from, size));
  };
  const std::string file =
      "\xFF\xD8" + piece(48, 100) + piece(0, 48) + "\xFF\xDA\0\x02xy\xFF\0z\xFF\xFE\0\x06late\xFF\xD9"s;
  const ExtractedText text = walk_document(file, "a.jpg");
  EXPECT_EQ(where_is(text, "Nightjar plan"), "property@XMP");
  EXPECT_EQ(where_is(text, "late"), "comment@COM");
}

TEST(PictureMetadata, LayersOfPhotoshop) {
  std::string file = "8BPS\0\1\0\0\0\0\0\0"s + std::string(22, '\0');
  file += "8BIMluni\0\0\0\x0C\0\0\0\x02\0K\0a"s + "Txt TEXT\0\0\0\x04\0b\0i\0d\0\0"s;
  EXPECT_EQ(all_of(walk_document(file, "a.psd")), "image-text@text layer: bid\nattribute@layer: Ka\n");
}

TEST(PictureMetadata, ByMarksInBoxes) {
  const std::string exif = "Exif\0\0"s + Tiff(true).tag(0x10E, 2, "heic words\0"s).bytes();
  const std::string file =
      "\0\0\0\x18"
      "ftypheic\0\0\0\0mif1heic"s +
      exif + "<x:xmpmeta><t>boxed</t></x:xmpmeta>";
  const ExtractedText text = walk_document(file, "a.heic");
  EXPECT_EQ(where_is(text, "heic words"), "property@ImageDescription");
  EXPECT_EQ(where_is(text, "boxed"), "property@XMP");
  // Without a mark, as AVIF and JPEG 2000 keep it: in either byte order, each once.
  for (const bool little : {false, true}) {
    const std::string tiff = Tiff(little).tag(0x10E, 2, "avif words\0"s).bytes();
    const std::string bare =
        "\0\0\0\x18"
        "ftypavif\0\0\0\0mif1avif\0\0\0"s +
        static_cast<char>(tiff.size() + 8) + "mdat" + tiff;
    EXPECT_EQ(all_of(walk_document(bare, "a.avif")), "property@ImageDescription: avif words\n");
  }
}

TEST(PictureMetadata, ResourcesThatOtherProgramsSign) {
  for (const char* const signature : {"8BIM", "PHUT", "DCSR", "AgHg", "MeSa"}) {
    const std::string exif = Tiff(true).tag(0x10E, 2, "resource words\0"s).bytes();
    const std::string resources = signature + "\x04\x22\0\0\0\0\0"s + static_cast<char>(exif.size()) + exif;
    const std::string file = "8BPS\0\1\0\0\0\0\0\0"s + std::string(14, '\0') + "\0\0\0\0\0\0\0"s +
                             static_cast<char>(resources.size()) + resources;
    EXPECT_EQ(where_is(walk_document(file, "a.psd"), "resource words"), "property@ImageDescription") << signature;
  }
}

}  // namespace
}  // namespace postern::test
