// Pictures that move, kinds with readers of their own, and what is transparent in a picture.
#include "tests/extractors/image/picture_files.h"
#include "tests/extractors/image/read_letters.h"

namespace postern::test {
namespace {

// Frames are read as they are seen, though the files keep only what each changes.
TEST(PicturePixels, EveryFrameOfPicturesThatMove) {
  for (const char* file : {"moving.gif", "moving.png", "moving.webp"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = read_letters(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, kSentence), "image-text@p. 1");
    EXPECT_EQ(where_is(text, "second page Kestrel"), "image-text@p. 2");
    EXPECT_EQ(where_is(text, "https://nightjar.example/bid?sum=4711"), "barcode@p. 3, QRCode");
    EXPECT_EQ(outcomes(text), ":complete");
    const ExtractedText codes = walk_document(corpus_picture(file), file);
    EXPECT_EQ(where_is(codes, "https://nightjar.example/bid?sum=4711"), "barcode@p. 3, QRCode");
  }
}

// What is cut off inside a frame: the frames in front of it stay read.
TEST(PicturePixels, FramesInFrontOfDamageAreRead) {
  for (const char* file : {"moving.gif", "moving.png", "moving.webp"}) {
    SCOPED_TRACE(file);
    const std::string whole = corpus_picture(file);
    const ExtractedText text = read_letters(whole.substr(0, whole.size() * 4 / 5), file);
    EXPECT_EQ(where_is(text, kSentence), "image-text@p. 1");
  }
}

// A palette has 768 bytes at most: what calls itself one is not put into each frame.
TEST(PicturePixels, AHugePaletteIsNotCarriedIntoEveryFrame) {
  constexpr size_t kBehindHead = 8 + 25, kHuge = size_t{8} << 20;
  std::string bytes = corpus_picture("moving.png");
  bytes.insert(kBehindHead, std::string({0, char(kHuge >> 16), 0, 0}) + "PLTE" + std::string(kHuge + 4, 'p'));
  EXPECT_EQ(where_is(walk_document(bytes, "a.png"), "https://nightjar.example/bid?sum=4711"), "barcode@p. 3, QRCode");
}

TEST(PicturePixels, KindsThatHaveReadersOfTheirOwn) {
  for (const char* file : {"letters.psd", "letters-cmyk.psd", "letters.pcx", "letters-palette.pcx"}) {
    SCOPED_TRACE(file);
    const ExtractedText text = read_letters(corpus_picture(file), file);
    EXPECT_EQ(where_is(text, kSentence), "image-text@");
    EXPECT_EQ(outcomes(text), ":complete");
  }
  // It says that it begins at the bottom, and ImageMagick wrote it from the top.
  EXPECT_EQ(where_is(read_letters(corpus_picture("letters.tga"), "a.tga"), kSentence), "image-text@p. 2");
  EXPECT_EQ(where_is(walk_document(corpus_picture("qr.ico"), "a.ico"), "https://nightjar.example/bid?sum=4711"),
            "barcode@QRCode");
}

// Cut anywhere they end, with what is there read.
TEST(PicturePixels, CutPicturesOfTheseKindsEnd) {
  for (const char* file : {"letters.psd", "letters-cmyk.psd", "letters.pcx", "qr.ico"}) {
    const std::string whole = corpus_picture(file);
    for (const size_t size : {size_t{20}, size_t{40}, size_t{150}, whole.size() / 2}) {
      const ExtractedText text = walk_document(whole.substr(0, size), file);
      EXPECT_EQ(text.parts[0].outcome, Outcome::complete) << file << " " << size;
    }
  }
}

TEST(PicturePixels, GreyOnATransparentShade) {
  EXPECT_EQ(where_is(read_letters(corpus_picture("shade.png"), "a.png"), kSentence), "image-text@");
}

}  // namespace
}  // namespace postern::test
