// Codes and letters in pixels, through the modules as they are built.
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <allheaders.h>

#include "tests/extractors/image/picture_files.h"
#include "tests/extractors/image/read_letters.h"
#include "tests/support/square_codes.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

// Three bytes a pixel, from the bottom up.
std::string bitmap(const ZXing::BitMatrix& code, bool light_on_dark = false) {
  const auto width = static_cast<size_t>(code.width()), height = static_cast<size_t>(code.height());
  const size_t row_bytes = (width * 3 + 3) / 4 * 4;
  std::string out = "BM";
  put_le(out, 54 + row_bytes * height, 4);
  for (const std::uint64_t value : {0U, 54U, 40U}) put_le(out, value, 4);
  put_le(out, width, 4);
  put_le(out, height, 4);
  put_le(out, 1, 2);
  put_le(out, 24, 2);
  out.append(24, '\0');
  for (size_t y = height; y-- > 0;) {
    std::string row;
    for (size_t x = 0; x < width; x++)
      row.append(3, code.get(static_cast<int>(x), static_cast<int>(y)) != light_on_dark ? '\0' : '\xFF');
    out += row.append(row_bytes - row.size(), '\0');
  }
  return out;
}

// Black and white, without compression: the table of codes begins anew every two pixels.
std::string two_coloured_gif(const ZXing::BitMatrix& code, bool black_first) {
  const auto width = static_cast<size_t>(code.width()), height = static_cast<size_t>(code.height());
  std::string out = "GIF89a";
  put_le(out, width, 2);
  put_le(out, height, 2);
  out += "\x80\0\0"s;
  out += black_first ? "\0\0\0\xFF\xFF\xFF"s : "\xFF\xFF\xFF\0\0\0"s;
  out += ",\0\0\0\0"s;
  put_le(out, width, 2);
  put_le(out, height, 2);
  out += "\0\2"s;
  constexpr unsigned kClear = 4, kEnd = 5, kCodeBits = 3;
  std::string data;
  unsigned bits = 0, held = 0;
  const auto put = [&](unsigned value) {
    held |= value << bits;
    for (bits += kCodeBits; bits >= 8; bits -= 8, held >>= 8) data += static_cast<char>(held & 0xFF);
  };
  for (size_t i = 0; i < width * height; i++) {
    if (i % 2 == 0) put(kClear);
    const bool dark = code.get(static_cast<int>(i % width), static_cast<int>(i / width));
    put(dark == black_first ? 0 : 1);
  }
  put(kEnd);
  data += static_cast<char>(held & 0xFF);
  for (size_t at = 0; at < data.size(); at += 255) {
    const std::string block = data.substr(at, 255);
    out += static_cast<char>(block.size());
    out += block;
  }
  return out + "\0;"s;
}

// Black and white in blocks of eight pixels a side: each is its difference to the one before, and nothing else (ITU-T
// T.81, baseline). Two bits where nothing changes.
std::string blocky_jpeg(const ZXing::BitMatrix& code, unsigned blocks_a_module) {
  const unsigned blocks = static_cast<unsigned>(code.width()) * blocks_a_module;
  std::string out = "\xFF\xD8\xFF\xDB\0\x43\0"s + std::string(64, '\xFF');
  out += "\xFF\xC0\0\x0B\x08"s;
  put_be(out, std::uint64_t{blocks} * 8, 2);
  put_be(out, std::uint64_t{blocks} * 8, 2);
  out += "\1\1\x11\0"s;
  out += "\xFF\xC4\0\x16\0\1\1\1"s + std::string(13, '\0') + "\0\4\3"s;  // differences of 0, 4 and 3 bits
  out += "\xFF\xC4\0\x14\x10\1"s + std::string(15, '\0') + "\0"s;        // the end of a block
  out += "\xFF\xDA\0\x08\1\1\0\0\x3F\0"s;
  unsigned bits = 0, held = 0;
  const auto put = [&](unsigned value, unsigned count) {
    held = held << count | value;
    for (bits += count; bits >= 8; bits -= 8) {
      const auto byte = static_cast<char>(held >> (bits - 8) & 0xFF);
      out += byte;
      if (byte == '\xFF') out += '\0';
    }
  };
  bool dark_before = false;
  for (unsigned i = 0; i < blocks * blocks; i++) {
    const auto x = static_cast<int>(i % blocks / blocks_a_module), y = static_cast<int>(i / blocks / blocks_a_module);
    const bool dark = code.get(x, y);
    if (i == 0) {
      put(0b110, 3);
      put(dark ? 0b011 : 0b100, 3);
    } else if (dark == dark_before) {
      put(0, 1);
    } else {
      put(0b10, 2);
      put(dark ? 0b0111 : 0b1000, 4);
    }
    put(0, 1);
    dark_before = dark;
  }
  put(0x7F, 7);
  return out + "\xFF\xD9";
}

// As telephones make them.
TEST(PicturePixels, AJpegOfManyPixelsIsReadSmaller) {
  const ZXing::BitMatrix code = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode).encode(kSentence, 0, 0);
  const unsigned modules = static_cast<unsigned>(code.width());
  struct Case {
    const char* name;
    unsigned side;
    const char* outcome;
  };
  for (const Case& one : {Case{"of 36 megapixels", 6'000, ":complete"}, Case{"of 64", 8'000, ":complete"},
                          Case{"of 196", 14'000, ":complete"}, Case{"of 256", 16'000, ":limit"}}) {
    SCOPED_TRACE(one.name);
    const ExtractedText text = walk_document(blocky_jpeg(code, one.side / 8 / modules), "a.jpg");
    EXPECT_EQ(outcomes(text), one.outcome);
    EXPECT_EQ(where_is(text, kSentence), one.outcome == ":complete"s ? "barcode@QRCode" : "");
  }
}

TEST(PicturePixels, CodesOfEveryKind) {
  struct Case {
    ZXing::BarcodeFormat format;
    std::string text;
    const char* where;
  };
  const Case cases[] = {
      {ZXing::BarcodeFormat::QRCode, "Nightjar bid 4711 übermorgen", "barcode@QRCode"},
      {ZXing::BarcodeFormat::DataMatrix, "Nightjar 4711", "barcode@DataMatrix"},
      {ZXing::BarcodeFormat::Aztec, "Nightjar 4711", "barcode@Aztec"},
      {ZXing::BarcodeFormat::PDF417, "Nightjar bid 4711", "barcode@PDF417"},
      {ZXing::BarcodeFormat::Code128, "NIGHTJAR-4711", "barcode@Code128"},
      {ZXing::BarcodeFormat::Code39, "NIGHTJAR 4711", "barcode@Code39"},
      {ZXing::BarcodeFormat::Code93, "NIGHTJAR 4711", "barcode@Code93"},
      {ZXing::BarcodeFormat::Codabar, "4711-0815", "barcode@Codabar"},
      {ZXing::BarcodeFormat::ITF, "00471108154711", "barcode@ITF"},
      {ZXing::BarcodeFormat::EAN8, "96385074", "barcode@EAN-8"},
      {ZXing::BarcodeFormat::EAN13, "4006381333931", "barcode@EAN-13"},
      {ZXing::BarcodeFormat::UPCA, "036000291452", "barcode@UPC-A"},
      {ZXing::BarcodeFormat::UPCE, "04252614", "barcode@UPC-E"},
  };
  using enum ZXing::BarcodeFormat;
  const auto two_dimensional = {QRCode, DataMatrix, Aztec, PDF417};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.where);
    const bool linear = std::find(two_dimensional.begin(), two_dimensional.end(), c.format) == two_dimensional.end();
    const auto writer = ZXing::MultiFormatWriter(c.format).setEncoding(ZXing::CharacterSet::UTF8).setMargin(10);
    const ExtractedText text = walk_document(bitmap(writer.encode(c.text, 300, linear ? 80 : 300)), "a.bmp");
    EXPECT_EQ(where_is(text, c.text), c.where);
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
  }
}

TEST(PicturePixels, CodesInTwoColours) {
  const auto code = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode).setMargin(4).encode("Nightjar 4711", 0, 0);
  const ZXing::BitMatrix large = ZXing::Inflate(code.copy(), 4 * code.width(), 4 * code.height(), 0);
  for (const bool black_first : {false, true}) {
    const ExtractedText text = walk_document(two_coloured_gif(large, black_first), "a.gif");
    EXPECT_EQ(where_is(text, "Nightjar 4711"), "barcode@QRCode") << black_first;
    EXPECT_EQ(outcomes(text), ":complete");
  }
}

TEST(PicturePixels, CodesThatAreLightOnDark) {
  for (const auto format : {ZXing::BarcodeFormat::QRCode, ZXing::BarcodeFormat::DataMatrix}) {
    const auto code = ZXing::MultiFormatWriter(format).setMargin(10).encode("Nightjar 4711", 200, 200);
    EXPECT_NE(where_is(walk_document(bitmap(code, true), "a.bmp"), "Nightjar 4711"), "") << ZXing::ToString(format);
  }
}

TEST(PicturePixels, AsZintWritesIt) {
  EXPECT_EQ(all_of(walk_document(corpus_picture("databar.png"), "databar.png")), "barcode@DataBar: 09501101530003\n");
}

TEST(PicturePixels, CodesInGreyAndColoursOfNetpbm) {
  const auto code =
      ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode).setMargin(10).encode("Nightjar 4711", 200, 200);
  for (const bool colours : {false, true}) {
    std::string file =
        (colours ? "P6\n" : "P5\n") + std::to_string(code.width()) + " " + std::to_string(code.height()) + "\n255\n";
    for (int y = 0; y < code.height(); y++) {
      for (int x = 0; x < code.width(); x++) file.append(colours ? 3 : 1, code.get(x, y) ? '\0' : '\xFF');
    }
    EXPECT_EQ(where_is(walk_document(file, colours ? "a.ppm" : "a.pgm"), "Nightjar 4711"), "barcode@QRCode") << colours;
  }
}

TEST(PicturePixels, AsQrencodeWritesIt) {
  EXPECT_EQ(all_of(walk_document(corpus_picture("qr.png"), "qr.png")),
            "barcode@QRCode: https://nightjar.example/bid?sum=4711\n");
}

TEST(PicturePixels, LettersOfEveryKind) {
  for (const char* file : {"letters.png", "letters.jpg", "letters.gif", "letters.webp"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = read_letters(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, kSentence), "image-text@");
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_TRUE(text.parts[0].facts.empty());
  }
}

TEST(PicturePixels, PicturesOfTelephones) {
  for (const char* file : {"letters.heic", "letters.avif"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = read_letters(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, kSentence), "image-text@");
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_TRUE(text.parts[0].facts.empty());
  }
  for (const char* file : {"qr.heic", "qr.avif"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = walk_document(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, "https://nightjar.example/bid?sum=4711"), "barcode@QRCode");
    EXPECT_EQ(outcomes(text), ":complete");
  }
  const ExtractedText told = walk_document(corpus_picture("letters.heic"), "letters.heic");
  EXPECT_EQ(where_is(told, "heic_description"), "property@ImageDescription");
  EXPECT_NE(where_is(told, "heic_title"), "");
}

TEST(PicturePixels, AMessageFullOfPicturesIsReadInTime) {
  static const extract::Registry registry = extract::builtin_registry(extract::Modules(POSTERN_BIN));
  const auto codes_after = [](std::chrono::milliseconds gone, const char* file) {
    Spent spent;
    spent.time = gone;
    ManualClock clock(WallTime{});
    Budget budget(Limits{}, spent, clock);
    extract::TextBuilder builder;
    const extract::Resume resume;
    extract::Walker(registry, budget, builder, resume).walk(extract::Root{corpus_picture(file), file, ""});
    const ExtractedText text = builder.take();
    EXPECT_EQ(outcomes(text), ":complete") << file;
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"}) << file;
    return where_is(text, "https://nightjar.example/bid?sum=4711");
  };
  const std::chrono::milliseconds half = Limits{}.max_cpu / 2, more = half + std::chrono::milliseconds(1);
  EXPECT_EQ(codes_after(half, "qr.heic"), "barcode@QRCode");
  EXPECT_EQ(codes_after(more, "qr.heic"), "");
  EXPECT_EQ(codes_after(more, "qr.avif"), "");
  EXPECT_EQ(codes_after(more, "qr.png"), "barcode@QRCode");
}

TEST(PicturePixels, CodesThatAreHardToSee) {
  for (const char* file : {"qr-pale.png", "qr-white.png", "qr.pbm"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = walk_document(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, "https://nightjar.example/bid?sum=4711"), "barcode@QRCode");
    EXPECT_EQ(outcomes(text), ":complete");
  }
  for (const auto& [file, how] : {std::pair("qr-drawn-utf8.txt", "UTF8"), std::pair("qr-drawn-ascii.txt", "ASCII"),
                                  std::pair("qr-drawn-ansi.txt", "ANSI"), std::pair("qr-drawn.html", "squares")}) {
    SCOPED_TRACE(file);
    const ExtractedText text = walk_document(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, "Nightjar costs 4711, drawn in "s + how), "barcode@QRCode");
    EXPECT_EQ(outcomes(text), ":complete 1:complete");
  }
}

TEST(PicturePixels, CodesThatAreDrawnWithSquares) {
  for (const auto& [name, bytes] : square_codes()) {
    SCOPED_TRACE(name);
    EXPECT_EQ(where_is(walk_document(bytes, name), "Nightjar costs 4711, drawn in ASCII"), "barcode@QRCode");
  }
}

// As telephones take them: no codes are looked for, letters are missed.
TEST(PicturePixels, TelephonesWithTooManyPixels) {
  std::string picture = corpus_picture("qr.heic");
  for (size_t at = 0; (at = picture.find("ispe", at)) != std::string::npos; at += 4) {
    picture.replace(at + 8, 8, "\0\0\x1F\x80\0\0\x17\xA0"s);  // 8064 by 6048
  }
  const ExtractedText text = walk_document(picture, "a.heic");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
  EXPECT_EQ(outcomes(read_letters(picture, "a.heic")), ":limit");
}

TEST(PicturePixels, TurnedByWhatExifSays) {
  for (const char* file : {"turned-2.jpg", "turned-3.jpg", "turned-4.jpg", "turned-5.jpg", "turned-6.jpg",
                           "turned-7.jpg", "turned-8.jpg", "turned-6.png", "turned-6.webp", "turned-6.tif"}) {
    SCOPED_TRACE(file);
    EXPECT_EQ(where_is(read_letters(corpus_picture(file), file), kSentence), "image-text@");
  }
  // An orientation that there is not, and one that stands behind the end of its directory.
  const std::string picture = corpus_picture("letters.jpg");
  for (const char number : {'\0', '\x09'}) {
    std::string exif = "Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"s + number + "\0\0\0"s;
    for (const size_t cut : {size_t{0}, size_t{6}}) {
      const std::string data = exif.substr(0, exif.size() - cut);
      const std::string segment = "\xFF\xE1\0"s + static_cast<char>(data.size() + 2) + data;
      EXPECT_EQ(where_is(read_letters(picture.substr(0, 2) + segment + picture.substr(2), "a.jpg"), kSentence),
                "image-text@");
    }
  }
}

TEST(PicturePixels, DamagedPicturesOfTelephones) {
  for (const char* file : {"letters.heic", "letters.avif"}) {
    SCOPED_TRACE(file);
    const std::string whole = corpus_picture(file);
    const ExtractedText text = read_letters(whole.substr(0, whole.size() - 400), file);
    EXPECT_EQ(outcomes(text), ":partial");
    EXPECT_EQ(text.parts[0].facts.back(), "not-ocred");
  }
}

TEST(PicturePixels, PagesOfTiff) {
  const ExtractedText text = read_letters(corpus_picture("pages.tif"), "pages.tif");
  EXPECT_EQ(where_is(text, kSentence), "image-text@p. 1");
  EXPECT_EQ(where_is(text, "second page Kestrel"), "image-text@p. 2");
}

TEST(PicturePixels, LettersAreLeftAloneUnlessAskedFor) {
  const ExtractedText text = walk_document(corpus_picture("letters.png"), "a.png");
  EXPECT_EQ(where_is(text, "Nightjar"), "");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
}

// A page of one JPEG.
std::string scan() {
  const std::string picture = corpus_picture("letters.jpg");
  const std::string content = "q 360 0 0 50 20 100 cm /I Do Q";
  const auto stream = [](const std::string& keys, const std::string& bytes) {
    return "<<" + keys + "/Length " + std::to_string(bytes.size()) + ">>stream\n" + bytes + "\nendstream";
  };
  const std::string objects[] = {
      "<</Type/Catalog/Pages 2 0 R>>",
      "<</Type/Pages/Kids[3 0 R]/Count 1>>",
      "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
      stream("", content),
      stream(
          "/Type/XObject/Subtype/Image/Width 377/Height 52/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode",
          picture),
  };
  std::string out = "%PDF-1.4\n", table;
  int number = 0;
  for (const std::string& object : objects) {
    const std::string at = std::to_string(out.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    out += std::to_string(++number) + " 0 obj" + object + "\nendobj\n";
  }
  const std::string at = std::to_string(out.size());
  return out + "xref\n0 6\n0000000000 65535 f \n" + table + "trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + at +
         "\n%%EOF\n";
}

TEST(PicturePixels, AScanInsideAPdf) {
  const ExtractedText text = read_letters(scan(), "scan.pdf");
  EXPECT_EQ(where_is(text, kSentence), "image-text@p. 1");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_TRUE(text.parts[0].facts.empty());
  EXPECT_EQ(walk_document(scan(), "scan.pdf").parts[0].facts, std::vector<std::string>{"not-ocred"});
}

TEST(PicturePixels, APictureInsideADocx) {
  const std::string types =
      R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>)";
  const std::string relations =
      R"(<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
  const std::string kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  const std::string document =
      R"(<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>see below</w:t></w:r></w:p></w:body></w:document>)";
  ZipBuilder zip;
  zip.add("[Content_Types].xml", types);
  zip.add("_rels/.rels", relations + R"(<Relationship Id="r1" Type=")" + kind +
                             R"(officeDocument" Target="word/document.xml"/></Relationships>)");
  zip.add("word/document.xml", document);
  zip.add("word/_rels/document.xml.rels", relations + R"(<Relationship Id="r2" Type=")" + kind +
                                              R"(image" Target="media/image1.png"/></Relationships>)");
  zip.add("word/media/image1.png", corpus_picture("letters.png"));
  const ExtractedText text = read_letters(zip.build(), "a.docx");
  EXPECT_EQ(where_is(text, kSentence), "image-text@");
  EXPECT_EQ(outcomes(text), ":complete 1:complete");
}

struct TurnedBy {
  int quarters;
  float degrees;
};

// Both clockwise. `lines` of the sentence, one below the other.
std::string turned_bitmap(int lines, const TurnedBy& by) {
  const std::string png = corpus_picture("letters.png");
  Pix* picture = pixReadMem(reinterpret_cast<const l_uint8*>(png.data()), png.size());
  Pix* grey = pixConvertTo8(picture, 0);
  const l_int32 width = pixGetWidth(grey), height = pixGetHeight(grey);
  Pix* page = pixCreate(width, height * lines, 8);
  for (int i = 0; i < lines; i++) pixRasterop(page, 0, i * height, width, height, PIX_SRC, grey, 0, 0);
  Pix* tilted =
      pixRotate(page, by.degrees * 3.14159265F / 180.0F, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, width, height * lines);
  Pix* turned = pixRotateOrth(tilted, by.quarters);
  l_uint8* bytes = nullptr;
  size_t size = 0;
  pixWriteMem(&bytes, &size, turned, IFF_BMP);
  std::string out(reinterpret_cast<const char*>(bytes), size);
  lept_free(bytes);
  for (Pix* pix : {picture, grey, page, tilted, turned}) pixDestroy(&pix);
  return out;
}

TEST(PicturePixels, LettersThatLieStandOnTheirHeadOrAreTilted) {
  struct Case {
    const char* name;
    int lines;
    TurnedBy by;
  };
  for (const Case& one : {Case{"a line on its right side", 1, {1, 0}}, Case{"on its head", 1, {2, 0}},
                          Case{"on its left side", 1, {3, 0}}, Case{"tilted to the right", 1, {0, 12}},
                          Case{"tilted to the left", 1, {0, -8}}, Case{"on its head and tilted", 1, {2, 12}},
                          Case{"a page on its head", 12, {2, 0}}, Case{"a page that is tilted", 12, {0, 11}},
                          Case{"a page on its side and tilted", 12, {1, 9}}}) {
    SCOPED_TRACE(one.name);
    const ExtractedText text = read_letters(turned_bitmap(one.lines, one.by), "a.bmp");
    EXPECT_EQ(where_is(text, kSentence), "image-text@");
    EXPECT_EQ(outcomes(text), ":complete");
  }
}

std::string bomb(std::uint32_t side) {
  std::string header;
  put_be(header, side, 4);
  put_be(header, side, 4);
  header += "\x08\0\0\0\0"s;
  const auto chunk = [](std::string_view kind, std::string_view data) {
    std::string out, checked(kind);
    put_be(out, data.size(), 4);
    checked += data;
    put_be(checked, crc32(0, reinterpret_cast<const Bytef*>(checked.data()), static_cast<uInt>(checked.size())), 4);
    return out + checked;
  };
  return "\x89PNG\r\n\x1A\n"s + chunk("IHDR", header) + chunk("IDAT", "x") + chunk("IEND", "");
}

TEST(PicturePixels, BombsAreRefusedByTheirHeader) {
  const std::string png = bomb(60'000);
  std::string gif = "GIF89a\1\0\1\0\0\0\0,\0\0\0\0\xFF\xFF\xFF\xFF\0\2\1\0\0;"s;
  for (const auto& [name, bytes, pixels] :
       {std::tuple{"a.png", png, "3600000000"}, std::tuple{"a.gif", gif, "4294836225"}}) {
    SCOPED_TRACE(name);
    for (const ExtractedText& text : {walk_document(bytes, name), read_letters(bytes, name)}) {
      EXPECT_EQ(outcomes(text), ":limit");
      EXPECT_EQ(text.parts[0].why, "pixels of the picture, "s + pixels + ", reached the limit (40000000)");
      EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
    }
  }
}

TEST(PicturePixels, WhatCannotBeDecodedIsNoSilence) {
  const ExtractedText text = read_letters(bomb(300), "a.png");
  EXPECT_EQ(outcomes(text), ":partial");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});
  // The fact is all that is said of a damaged picture whose letters nobody wants.
  const ExtractedText unwanted = walk_document(bomb(300), "a.png");
  EXPECT_EQ(outcomes(unwanted), ":complete");
  EXPECT_EQ(unwanted.parts[0].facts, std::vector<std::string>{"not-ocred"});
}

}  // namespace
}  // namespace postern::test
