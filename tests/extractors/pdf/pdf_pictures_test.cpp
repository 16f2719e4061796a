// Pictures on the pages of a PDF, through the modules that read pixels.
#include <ZXing/BitMatrix.h>
#include <ZXing/MultiFormatWriter.h>
#include <zlib.h>

#include "extractors/pdf/picture_notes.h"
#include "extractors/pdf/tones.h"
#include "tests/extractors/image/picture_files.h"
#include "tests/support/pdf_builder.h"

namespace postern::test {
namespace {

constexpr char kText[] = "BT /F1 12 Tf 72 700 Td (Words on the page) Tj ET ";
constexpr char kDraw[] = "q 144 0 0 144 100 400 cm /I Do Q ";
constexpr char kCode[] = "Nightjar bid 4711";
constexpr char kSentence[] = "Project Nightjar closes on Friday";

ExtractedText read_letters(std::string_view bytes) {
  static const extract::Registry registry = extract::builtin_registry(extract::Modules(POSTERN_BIN), extract::Ocr::on);
  Budget budget(Limits{}, Spent{}, system_clock());
  extract::TextBuilder builder;
  const extract::Resume resume;
  extract::Walker(registry, budget, builder, resume).walk(extract::Root{bytes, "a.pdf", ""});
  return builder.take();
}

std::string packed(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  out.resize(size);
  return out;
}

// A code as pixels.
struct Code {
  size_t width = 0, height = 0;
  std::string grey;  // a byte a pixel

  std::string bits() const {
    std::string out;
    for (size_t y = 0; y < height; y++) {
      for (size_t x = 0; x < width; x += 8) {
        unsigned byte = 0;
        for (size_t i = 0; i < 8; i++)
          byte = byte << 1U | (x + i >= width || grey[y * width + x + i] != '\0' ? 1U : 0U);
        out += static_cast<char>(static_cast<unsigned char>(byte));
      }
    }
    return out;
  }
  std::string keys(std::string_view more) const {
    return "/Type /XObject /Subtype /Image /Width " + std::to_string(width) + " /Height " + std::to_string(height) +
           " " + std::string(more);
  }
};

std::string inverted(std::string bytes) {
  for (char& c : bytes) c = static_cast<char>(~c);
  return bytes;
}

std::string twice(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) out.append(2, c);
  return out;
}

// `wanted`: pixels a side; 0 for a pixel for each dot.
Code code(int wanted = 120, std::string_view text = kCode) {
  const ZXing::BitMatrix matrix = ZXing::MultiFormatWriter(ZXing::BarcodeFormat::QRCode)
                                      .setMargin(wanted == 0 ? 0 : 4)
                                      .encode(std::string(text), wanted, wanted);
  Code out;
  out.width = static_cast<size_t>(matrix.width());
  out.height = static_cast<size_t>(matrix.height());
  for (int y = 0; y < matrix.height(); y++) {
    for (int x = 0; x < matrix.width(); x++) out.grey += matrix.get(x, y) ? '\0' : '\xFF';
  }
  return out;
}

// A page with text that draws the first of these objects.
std::string page_with(const std::vector<std::string>& objects, const std::string& content = kDraw) {
  PdfBuilder builder;
  builder.page(kText + content);
  builder.page_resources("/XObject << /I " + std::to_string(builder.extra_number()) + " 0 R >>");
  for (const std::string& object : objects) builder.extra(object);
  return builder.build();
}

// What stands in the one strip of a TIFF of ours (TIFF 6.0 section 2): little-endian, tags 273 and 279.
std::string strip(const std::string& tiff) {
  const auto number = [&](size_t at, size_t bytes) {
    size_t out = 0;
    for (size_t i = bytes; i-- > 0;) out = out << 8U | static_cast<unsigned char>(tiff.at(at + i));
    return out;
  };
  const size_t directory = number(4, 4);
  size_t offset = 0, count = 0;
  for (size_t i = 0; i < number(directory, 2); i++) {
    const size_t entry = directory + 2 + 12 * i;
    const size_t value = number(entry + 8, number(entry + 2, 2) == 3 ? 2 : 4);
    if (number(entry, 2) == 273) offset = value;
    if (number(entry, 2) == 279) count = value;
  }
  return tiff.substr(offset, count);
}

TEST(PdfPictures, CodesOfEveryFilterAndColour) {
  const Code grey = code();
  const Code bits = code(60);
  const Code dots = code(0);
  const std::string eight = "/ColorSpace /DeviceGray /BitsPerComponent 8 ";
  const std::string one = "/ColorSpace /DeviceGray /BitsPerComponent 1 ";
  std::string predicted;
  for (size_t y = 0; y < grey.height; y++) {
    predicted += '\1';
    for (size_t x = 0; x < grey.width; x++) {
      const char left = x == 0 ? '\0' : grey.grey[y * grey.width + x - 1];
      predicted += static_cast<char>(grey.grey[y * grey.width + x] - left);
    }
  }
  const struct {
    const char* name;
    std::vector<std::string> objects;
  } cases[] = {
      {"plain", {PdfBuilder::stream(grey.grey, grey.keys(eight))}},
      {"Flate", {PdfBuilder::stream(packed(grey.grey), grey.keys(eight + "/Filter /FlateDecode"))}},
      {"turned by Decode", {PdfBuilder::stream(inverted(grey.grey), grey.keys(eight + "/Decode [1 0]"))}},
      {"predictor of PNG",
       {PdfBuilder::stream(packed(predicted),
                           grey.keys(eight + "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns " +
                                     std::to_string(grey.width) + " >>"))}},
      {"sixteen bits",
       {PdfBuilder::stream(twice(grey.grey), grey.keys("/ColorSpace /DeviceGray /BitsPerComponent 16"))}},
      {"bits", {PdfBuilder::stream(bits.bits(), bits.keys(one))}},
      {"a pixel a dot", {PdfBuilder::stream(dots.bits(), dots.keys(one))}},
      {"stencil", {PdfBuilder::stream(bits.bits(), bits.keys("/ImageMask true /BitsPerComponent 1"))}},
      {"stencil turned",
       {PdfBuilder::stream(inverted(bits.bits()), bits.keys("/ImageMask true /BitsPerComponent 1 /Decode [1 0]"))}},
      {"palette",
       {PdfBuilder::stream(inverted(bits.bits()),
                           bits.keys("/ColorSpace [/Indexed /DeviceRGB 1 <FFFFFF000080>] /BitsPerComponent 1"))}},
      {"only its soft mask",
       {PdfBuilder::stream(std::string(grey.grey.size(), '\0'), grey.keys(eight + "/SMask 8 0 R")),
        PdfBuilder::stream(inverted(grey.grey), grey.keys(eight))}},
      {"only its mask",
       {PdfBuilder::stream(std::string(grey.grey.size(), '\0'), grey.keys(eight + "/Mask 8 0 R")),
        PdfBuilder::stream(grey.bits(), grey.keys("/ImageMask true /BitsPerComponent 1"))}},
      {"in a form",
       {PdfBuilder::stream(
            kDraw, "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /I 8 0 R >> >>"),
        PdfBuilder::stream(grey.grey, grey.keys(eight))}},
  };
  for (const auto& c : cases) {
    const ExtractedText text = walk_document(page_with(c.objects), "a.pdf");
    EXPECT_EQ(where_is(text, kCode), "barcode@p. 1, image 1, QRCode") << c.name;
    EXPECT_EQ(where_is(text, "Words on the page"), "page@p. 1") << c.name;
    EXPECT_EQ(outcomes(text), ":complete") << c.name;
    EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"}) << c.name;
  }
}

TEST(PdfPictures, CodesAsProgramsPackThem) {
  const struct {
    const char* file;
    const char* keys;
  } cases[] = {
      {"qr.jpg", "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"},
      {"qr.jp2", "/Filter /JPXDecode"},
      {"qr.tif",
       "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 111 "
       "/BlackIs1 false >>"},
  };
  for (const auto& c : cases) {
    const std::string file = corpus_picture(c.file);
    const std::string data = std::string_view(c.file).ends_with("tif") ? strip(file) : file;
    const std::string picture =
        PdfBuilder::stream(data, "/Type /XObject /Subtype /Image /Width 111 /Height 111 " + std::string(c.keys));
    const ExtractedText text = walk_document(page_with({picture}), "a.pdf");
    EXPECT_EQ(where_is(text, "https://nightjar.example/bid?sum=4711"), "barcode@p. 1, image 1, QRCode") << c.file;
  }
}

TEST(PdfPictures, InsideTheContentOfAPage) {
  const Code bits = code(60);
  std::string hex;
  for (const char c : bits.bits()) {
    for (const int shift : {4, 0}) hex += "0123456789ABCDEF"[static_cast<unsigned char>(c) >> shift & 15];
  }
  const std::string content = std::string(kText) + "q 144 0 0 144 100 400 cm BI /W " + std::to_string(bits.width) +
                              " /H " + std::to_string(bits.height) + " /CS /G /BPC 1 /F /AHx ID " + hex +
                              ">\nEI Q BT /F1 12 Tf 72 300 Td (and behind) Tj ET";
  const ExtractedText text = walk_document(PdfBuilder().page(content).build(), "a.pdf");
  EXPECT_EQ(where_is(text, kCode), "barcode@p. 1, image 1, QRCode");
  EXPECT_EQ(where_is(text, "and behind"), "page@p. 1");
}

TEST(PdfPictures, LargeOnesInsideTheContentAreLeftOut) {
  static_assert(extract::pdf::kMaxInlinePicture == 1'000'000);
  const auto read = [](size_t height) {
    const std::string content = std::string(kText) + "q 144 0 0 144 100 400 cm BI /W 1000 /H " +
                                std::to_string(height) + " /CS /G /BPC 8 ID " + std::string(1000 * height, '\0') +
                                " EI Q BT /F1 12 Tf 72 300 Td (and behind) Tj ET";
    return read_letters(PdfBuilder().page(content).build());
  };
  EXPECT_EQ(outcomes(read(1000)), ":complete");
  const ExtractedText text = read(1001);
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "pixels of a picture inside the text of its page reached the limit (1000000)");
  EXPECT_EQ(where_is(text, "and behind"), "page@p. 1");
}

TEST(PdfPictures, OnALayerThatIsOff) {
  const Code grey = code();
  PdfBuilder builder;
  builder.page(std::string(kText) + "/OC /L BDC " + kDraw + "EMC");
  const std::string layer = std::to_string(builder.extra_number()) + " 0 R";
  builder
      .page_resources("/XObject << /I " + std::to_string(builder.extra_number() + 1) + " 0 R >> /Properties << /L " +
                      layer + " >>")
      .catalog("/OCProperties << /OCGs [" + layer + "] /D << /OFF [" + layer + "] /Order [] >> >>")
      .extra("<< /Type /OCG /Name (Draft) >>")
      .extra(PdfBuilder::stream(grey.grey, grey.keys("/ColorSpace /DeviceGray /BitsPerComponent 8")));
  EXPECT_EQ(where_is(walk_document(builder.build(), "a.pdf"), kCode), "barcode@p. 1, image 1, QRCode");
}

TEST(PdfPictures, EachOnceAndUnderItsPage) {
  const Code one = code(120, "first"), other = code(120, "second");
  const std::string keys = "/ColorSpace /DeviceGray /BitsPerComponent 8";
  PdfBuilder builder;
  builder.page(std::string(kText) + kDraw + kDraw).page(std::string(kText) + kDraw + "q 99 0 0 99 0 0 cm /J Do Q");
  const std::string first = std::to_string(builder.extra_number()), second = std::to_string(builder.extra_number() + 1);
  builder.page_resources("/XObject << /I " + first + " 0 R /J " + second + " 0 R >>")
      .extra(PdfBuilder::stream(one.grey, one.keys(keys)))
      .extra(PdfBuilder::stream(other.grey, other.keys(keys)));
  const ExtractedText text = walk_document(builder.build(), "a.pdf");
  EXPECT_EQ(where_is(text, "first"), "barcode@p. 1, image 1, QRCode");
  EXPECT_EQ(where_is(text, "second"), "barcode@p. 2, image 2, QRCode");
}

TEST(PdfPictures, OfEarlierRevisions) {
  const Code one = code(120, "first"), other = code(120, "second");
  const std::string keys = "/ColorSpace /DeviceGray /BitsPerComponent 8";
  const std::string picture = PdfBuilder::stream(one.grey, one.keys(keys));
  const std::string plain = PdfBuilder::stream(kText);
  const std::string first = page_with({picture});
  // Drawn no more, and replaced.
  EXPECT_EQ(where_is(walk_document(updated_pdf(first, 6, plain), "a.pdf"), "first"),
            "barcode@revision 1, p. 1, image 1, QRCode");
  const ExtractedText replaced =
      walk_document(updated_pdf(first, 7, PdfBuilder::stream(other.grey, other.keys(keys))), "a.pdf");
  EXPECT_EQ(where_is(replaced, "first"), "barcode@revision 1, p. 1, image 1, QRCode");
  EXPECT_EQ(where_is(replaced, "second"), "barcode@p. 1, image 1, QRCode");
  // Drawn as before, beside another text.
  EXPECT_EQ(
      where_is(walk_document(updated_pdf(first, 6, PdfBuilder::stream(std::string(kDraw) + kText)), "a.pdf"), "first"),
      "barcode@p. 1, image 1, QRCode");
}

std::string letters() {
  return PdfBuilder::stream(corpus_picture("letters.jpg"),
                            "/Type /XObject /Subtype /Image /Width 377 /Height 52 /ColorSpace /DeviceGray "
                            "/BitsPerComponent 8 /Filter /DCTDecode");
}

TEST(PdfPictures, LettersBesideText) {
  const std::string pdf = page_with({letters()});
  const ExtractedText read = read_letters(pdf);
  EXPECT_EQ(where_is(read, kSentence), "image-text@p. 1, image 1");
  EXPECT_EQ(where_is(read, "Words on the page"), "page@p. 1");
  EXPECT_EQ(outcomes(read), ":complete");
  EXPECT_TRUE(read.parts[0].facts.empty());

  const ExtractedText not_read = walk_document(pdf, "a.pdf");
  EXPECT_EQ(where_is(not_read, "Nightjar"), "");
  EXPECT_EQ(outcomes(not_read), ":complete");
  EXPECT_EQ(not_read.parts[0].facts, std::vector<std::string>{"not-ocred"});
}

TEST(PdfPictures, UnderInvisibleText) {
  PdfBuilder builder;
  builder.page(std::string(kDraw) + "BT 3 Tr /F1 12 Tf 72 700 Td (of the scanner) Tj ET");
  builder.page_resources("/XObject << /I " + std::to_string(builder.extra_number()) + " 0 R >>").extra(letters());
  const ExtractedText text = read_letters(builder.build());
  EXPECT_EQ(where_is(text, kSentence), "image-text@p. 1, image 1");
  EXPECT_EQ(where_is(text, "of the scanner"), "hidden-text@p. 1");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(PdfPictures, IconsAreNoPictures) {
  std::string shades;
  for (int i = 0; i < 32 * 32; i++) shades += static_cast<char>(i % 251);
  const std::string icon = PdfBuilder::stream(
      shades, "/Type /XObject /Subtype /Image /Width 32 /Height 32 /ColorSpace /DeviceGray /BitsPerComponent 8");
  for (const ExtractedText& text : {walk_document(page_with({icon}), "a.pdf"), read_letters(page_with({icon}))}) {
    EXPECT_EQ(outcomes(text), ":complete");
    EXPECT_TRUE(text.parts[0].facts.empty());
  }
}

TEST(PdfPictures, WhatIsNotReadIsSaid) {
  const struct {
    const char* name;
    std::string picture;
    const char* outcome;  // with letters; without, `not-ocred` says it
    const char* why;
  } cases[] = {
      {"too many pixels",
       PdfBuilder::stream("x",
                          "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceGray "
                          "/BitsPerComponent 1"),
       ":limit", "pixels of a picture, 3600000000, reached the limit (40000000)"},
      {"as wide as the sea",
       PdfBuilder::stream("x",
                          "/Type /XObject /Subtype /Image /Width 2000000000 /Height 1 /ColorSpace /DeviceGray "
                          "/BitsPerComponent 1"),
       ":limit", "pixels of a picture, 2000000000, reached the limit (40000000)"},
      {"JPEG 2000 of more pixels than are decoded",
       PdfBuilder::stream("x", "/Type /XObject /Subtype /Image /Width 4000 /Height 3001 /Filter /JPXDecode"), ":limit",
       "pixels of a picture, 12004000, reached the limit (12000000)"},
      {"a row too wide",
       PdfBuilder::stream("x",
                          "/Type /XObject /Subtype /Image /Width 30000000 /Height 1 /ColorSpace /DeviceGray "
                          "/BitsPerComponent 1"),
       ":partial", "a picture on its page 1 cannot be decoded"},
      {"no JPEG",
       PdfBuilder::stream("x",
                          "/Type /XObject /Subtype /Image /Width 100 /Height 100 /ColorSpace /DeviceGray "
                          "/BitsPerComponent 8 /Filter /DCTDecode"),
       ":partial", "a picture on its page 1 cannot be decoded"},
  };
  for (const auto& c : cases) {
    const ExtractedText without = walk_document(page_with({c.picture}), "a.pdf");
    EXPECT_EQ(outcomes(without), ":complete") << c.name;
    EXPECT_EQ(without.parts[0].facts, std::vector<std::string>{"not-ocred"}) << c.name;
    const ExtractedText with = read_letters(page_with({c.picture}));
    EXPECT_EQ(outcomes(with), c.outcome) << c.name;
    EXPECT_EQ(with.parts[0].why, c.why) << c.name;
    EXPECT_EQ(with.parts[0].facts, std::vector<std::string>{"not-ocred"}) << c.name;
    EXPECT_EQ(where_is(with, "Words on the page"), "page@p. 1") << c.name;
  }
}

TEST(PdfPictures, MoreThanAreLookedAt) {
  PdfBuilder builder;
  std::string content = kText;
  for (size_t i = 0; i <= extract::pdf::kMaxPictures; i++) content += "/I" + std::to_string(i) + " Do ";
  builder.page(content);
  std::string names;
  for (size_t i = 0; i <= extract::pdf::kMaxPictures; i++) {
    names += "/I" + std::to_string(i) + " " + std::to_string(builder.extra_number() + i) + " 0 R ";
  }
  builder.page_resources("/XObject << " + names + ">>");
  // Icons, so that reading them takes no time.
  std::string shades;
  for (char c = 'a'; shades.size() < extract::pdf::kSmallestPicture; c++) shades += c;
  for (size_t i = 0; i <= extract::pdf::kMaxPictures; i++) {
    builder.extra(PdfBuilder::stream(
        shades, "/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8"));
  }
  const ExtractedText text = read_letters(builder.build());
  EXPECT_EQ(outcomes(text), ":limit");
  EXPECT_EQ(text.parts[0].why, "pictures reached the limit (1000)");
}

// Pixels between, as a camera or a scaler makes them: the mean of a square around each.
std::string blurred(const Code& code, int radius) {
  std::string out = code.grey;
  const auto width = static_cast<int>(code.width), height = static_cast<int>(code.height);
  for (int y = 0; y < height; y++) {
    for (int x = 0; x < width; x++) {
      int sum = 0, count = 0;
      for (int dy = -radius; dy <= radius; dy++) {
        for (int dx = -radius; dx <= radius; dx++) {
          if (x + dx < 0 || x + dx >= width || y + dy < 0 || y + dy >= height) continue;
          sum += static_cast<unsigned char>(code.grey[static_cast<size_t>((y + dy) * width + x + dx)]);
          count++;
        }
      }
      out[static_cast<size_t>(y * width + x)] = static_cast<char>(static_cast<unsigned char>(sum / count));
    }
  }
  return out;
}

// Flate is looked at in part before all of it is decoded.
TEST(PdfPictures, LargeOnesOfFlate) {
  std::string noise;
  std::uint32_t seed = 1;
  for (size_t i = 0; i < 200 * 200 * 3; i++) {
    seed = seed * 1103515245 + 12345;
    noise += static_cast<char>(static_cast<unsigned char>(seed >> 16U));
  }
  const std::string keys =
      "/Type /XObject /Subtype /Image /Width 200 /Height 200 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
      "/Filter /FlateDecode";
  const ExtractedText text = walk_document(page_with({PdfBuilder::stream(packed(noise), keys)}), "a.pdf");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].facts, std::vector<std::string>{"not-ocred"});

  // A code in the corner of it.
  const Code grey = code(100);
  for (size_t y = 0; y < grey.height; y++) {
    for (size_t x = 0; x < grey.width; x++) {
      for (size_t i = 0; i < 3; i++) noise[((y + 90) * 200 + x + 90) * 3 + i] = grey.grey[y * grey.width + x];
    }
  }
  EXPECT_EQ(where_is(walk_document(page_with({PdfBuilder::stream(packed(noise), keys)}), "a.pdf"), kCode),
            "barcode@p. 1, image 1, QRCode");
}

TEST(PdfTones, CodesHaveSharpPatchesAndNoiseHasNone) {
  const auto has_sharp_patch = [](std::string_view pixels, size_t width) {
    return extract::pdf::has_sharp_patch(pixels, width, extract::pdf::kSideOfPatch);
  };
  // 25 dots and the margin: from 1.8 to 18 pixels a dot, the last one blurred over a third of a dot.
  for (const auto& [side, radius] : {std::pair{60, 0}, std::pair{100, 0}, std::pair{132, 1}, std::pair{600, 3}}) {
    const Code sharp = code(side);
    EXPECT_TRUE(has_sharp_patch(blurred(sharp, radius), sharp.width)) << side;
  }
  std::string noise, gradient;
  std::uint32_t seed = 1;
  for (int i = 0; i < 200 * 200; i++) {
    unsigned sum = 0;
    for (int channel = 0; channel < 3; channel++) {
      seed = seed * 1103515245 + 12345;
      sum += seed >> 16U & 255U;
    }
    noise += static_cast<char>(static_cast<unsigned char>(sum / 3));
    gradient += static_cast<char>(static_cast<unsigned char>(i % 200));
  }
  EXPECT_FALSE(has_sharp_patch(noise, 200));
  EXPECT_FALSE(has_sharp_patch(std::string_view(noise).substr(0, 129 * 177), 129));
  EXPECT_FALSE(has_sharp_patch(gradient, 200));
  EXPECT_FALSE(has_sharp_patch("", 0));
}

TEST(PdfTones, Two) {
  using extract::pdf::has_two_tones;
  EXPECT_TRUE(has_two_tones(""));
  EXPECT_TRUE(has_two_tones("aaaa"));
  EXPECT_TRUE(has_two_tones("aabbab"));
  EXPECT_FALSE(has_two_tones("aabbabc"));
}

}  // namespace
}  // namespace postern::test
