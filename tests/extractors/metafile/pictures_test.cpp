// The bitmaps that metafiles draw: each is a file to the readers of pictures.
#include "extractors/metafile/pictures.h"

#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

using extract::Pictures;

std::string le(std::uint64_t value, unsigned width) {
  std::string out;
  put_le(out, value, width);
  return out;
}

// BITMAPINFOHEADER; a negative height: from the top down.
std::string header(std::int32_t width, std::int32_t height, unsigned bits, unsigned compression = 0,
                   unsigned colours = 0) {
  return le(40, 4) + le(static_cast<std::uint32_t>(width), 4) + le(static_cast<std::uint32_t>(height), 4) + le(1, 2) +
         le(bits, 2) + le(compression, 4) + std::string(12, '\0') + le(colours, 4) + le(0, 4);
}
const std::string& pixels() {
  static const std::string kPixels(16 * 16 * 3, '\x55');
  return kPixels;
}
std::string bmp(const std::string& header, const std::string& pixels) {
  return "BM" + le(14 + header.size() + pixels.size(), 4) + le(0, 4) + le(14 + header.size(), 4) + header + pixels;
}

std::string emf(const std::string& records) {
  const auto record = [](unsigned type, const std::string& data) {
    return le(type, 4) + le(data.size() + 8, 4) + data;
  };
  return record(1, std::string(32, '\0') + " EMF" + le(0x10000, 4) + std::string(40, '\0')) + records +
         record(14, std::string(12, '\0'));
}
// A record that paints a bitmap: `places_at` counts from the beginning of the record, as in [MS-EMF].
std::string painting(unsigned type, size_t places_at, const std::string& header, const std::string& pixels) {
  const size_t fixed = places_at + 32;
  std::string out = le(type, 4) + le(fixed + header.size() + pixels.size(), 4) + std::string(places_at - 8, '\0');
  out += le(fixed, 4) + le(header.size(), 4) + le(fixed + header.size(), 4) + le(pixels.size(), 4);
  return out + std::string(16, '\0') + header + pixels;
}
std::string plus(const std::string& records) {
  const std::string data = "EMF+" + records;
  return le(70, 4) + le(12 + data.size(), 4) + le(data.size(), 4) + data;
}
std::string plus_object(unsigned flags, const std::string& data) {
  return le(0x4008, 2) + le(flags, 2) + le(data.size() + 12, 4) + le(data.size(), 4) + data;
}
std::string plus_bitmap(unsigned width, unsigned height, unsigned stride, std::uint32_t format, unsigned type,
                        const std::string& bytes) {
  return le(0xDBC01002, 4) + le(1, 4) + le(width, 4) + le(height, 4) + le(stride, 4) + le(format, 4) + le(type, 4) +
         bytes;
}
std::string wmf(unsigned function, size_t fixed, const std::string& dib) {
  std::string data = std::string(fixed, '\0') + dib;
  if (data.size() % 2 != 0) data += '\0';
  return "\x01\0\x09\0\0\x03"s + std::string(12, '\0') + le(data.size() / 2 + 3, 4) + le(function, 2) + data +
         "\x03\0\0\0\0\0"s;
}

constexpr std::uint32_t kRgb24 = 0x00021808;
constexpr std::uint32_t kIndexed8 = 0x00030803;
constexpr unsigned kImage = 0x0500;
const std::string kPng = "\x89PNG\r\n\x1A\n" + std::string(100, 'p');

struct PictureCase {
  const char* name;
  std::string metafile;
  std::vector<std::string> kinds;  // of the children
  bool left_some = false;
};

void PrintTo(const PictureCase& c, std::ostream* out) {
  *out << c.name;
}

std::vector<PictureCase> cases() {
  const std::string rgb = header(16, 16, 24);
  const std::string whole = plus_bitmap(16, 16, 0, 0, 1, kPng);
  std::string many;
  for (unsigned i = 0; i < Pictures::kMost + 1; i++) many += painting(81, 48, rgb, pixels() + le(i, 4));
  return {
      {"bit_blt", emf(painting(76, 84, rgb, pixels())), {"image/bmp"}},
      {"stretch_blt", emf(painting(77, 84, rgb, pixels())), {"image/bmp"}},
      {"mask_blt", emf(painting(78, 84, rgb, pixels())), {"image/bmp"}},
      {"parallelogram", emf(painting(79, 96, rgb, pixels())), {"image/bmp"}},
      {"set_bits_to_device", emf(painting(80, 48, rgb, pixels())), {"image/bmp"}},
      {"stretch_bits", emf(painting(81, 48, rgb, pixels())), {"image/bmp"}},
      {"alpha_blend", emf(painting(114, 84, rgb, pixels())), {"image/bmp"}},
      {"transparent_blt", emf(painting(116, 84, rgb, pixels())), {"image/bmp"}},
      {"a_png_in_a_bitmap", emf(painting(81, 48, header(16, 16, 0, 5), kPng)), {"image/png"}},
      {"twice_the_same", emf(painting(76, 84, rgb, pixels()) + painting(81, 48, rgb, pixels())), {"image/bmp"}},
      {"a_strip_too_low_for_letters", emf(painting(81, 48, header(900, 7, 24), pixels())), {}, true},
      {"a_strip", emf(painting(81, 48, header(900, 8, 24), pixels())), {"image/bmp"}},
      {"a_line", emf(painting(81, 48, header(63, 1, 24), pixels())), {}},
      {"an_icon", emf(painting(81, 48, header(15, 15, 24), pixels())), {}},
      {"an_area_without_a_bitmap", emf(painting(76, 84, "", "")), {}},
      {"no_header", emf(painting(81, 48, std::string(40, '\x01'), pixels())), {}, true},
      {"more_than_are_looked_at", emf(many), std::vector<std::string>(Pictures::kMost, "image/bmp"), true},
      {"plus_file", emf(plus(plus_object(kImage, whole))), {"image/png"}},
      {"plus_pixels", emf(plus(plus_object(kImage, plus_bitmap(16, 16, 48, kRgb24, 0, pixels())))), {"image/bmp"}},
      {"plus_pixels_of_a_palette",
       emf(plus(plus_object(kImage, plus_bitmap(16, 16, 16, kIndexed8, 0, pixels())))),
       {},
       true},
      {"plus_metafile",
       emf(plus(plus_object(kImage, le(0xDBC01002, 4) + le(2, 4) + le(3, 4) + le(emf("").size(), 4) + emf("")))),
       {"image/emf"}},
      {"plus_in_pieces",
       emf(plus(plus_object(kImage | 0x8000, le(whole.size(), 4) + whole.substr(0, 50)) +
                plus_object(kImage, whole.substr(50)))),
       {"image/png"}},
      {"plus_in_pieces_all_with_the_size",
       emf(plus(plus_object(kImage | 0x8000, le(whole.size(), 4) + whole.substr(0, 50))) +
           plus(plus_object(kImage, le(whole.size(), 4) + whole.substr(50)))),
       {"image/png"}},
      {"plus_in_pieces_that_all_go_on",
       emf(plus(plus_object(kImage | 0x8000, le(whole.size(), 4) + whole.substr(0, 50)) +
                plus_object(kImage | 0x8000, le(whole.size(), 4) + whole.substr(50)))),
       {"image/png"}},
      {"plus_in_pieces_without_the_last",
       emf(plus(plus_object(kImage | 0x8000, le(whole.size(), 4) + whole.substr(0, 60)))),
       {"image/png"},
       true},
      {"plus_behind_a_piece_of_another",
       emf(plus(plus_object(kImage | 0x8001, le(9, 4) + "x") + plus_object(kImage, whole))),
       {"image/png"},
       true},
      {"plus_of_an_unknown_kind", emf(plus(plus_object(kImage, le(0, 4) + le(9, 4) + std::string(40, 'x')))), {}, true},
      {"wmf_area", wmf(0x0940, 18, ""), {}},
      {"wmf_area_of_a_stretch", wmf(0x0B41, 22, ""), {}},
      {"wmf_packed_png", wmf(0x0F43, 22, header(16, 16, 0, 5) + kPng), {"image/png"}},
      {"wmf_stretch_dib", wmf(0x0F43, 22, rgb + pixels()), {"image/bmp"}},
      {"wmf_set_dib_to_device", wmf(0x0D33, 18, rgb + pixels()), {"image/bmp"}},
      {"wmf_stretch_blt", wmf(0x0B41, 20, rgb + pixels()), {"image/bmp"}},
      {"wmf_bit_blt", wmf(0x0940, 16, rgb + pixels()), {"image/bmp"}},
      {"wmf_without_pixels", wmf(0x0F43, 22, rgb), {}, true},
  };
}

class MetafilePicture : public testing::TestWithParam<PictureCase> {};

TEST_P(MetafilePicture, IsAChild) {
  const ExtractedText found = walk_document(GetParam().metafile, "a");
  std::vector<std::string> kinds;
  for (size_t i = 1; i < found.parts.size(); i++) {
    kinds.push_back(found.parts[i].type);
  }
  EXPECT_EQ(kinds, GetParam().kinds);
  const std::vector<std::string>& facts = found.parts[0].facts;
  EXPECT_EQ(std::count(facts.begin(), facts.end(), "not-ocred") != 0, GetParam().left_some);
}

INSTANTIATE_TEST_SUITE_P(Cases, MetafilePicture, testing::ValuesIn(cases()),
                         [](const auto& c) { return c.param.name; });

struct PackedCase {
  const char* name;
  std::string header, colours;
};

TEST(MetafilePictures, ColoursStandBetweenHeaderAndPixels) {
  const std::string core = le(12, 4) + le(16, 2) + le(16, 2) + le(1, 2);
  const PackedCase cases[] = {
      {"none", header(16, 16, 24), ""},
      {"from the top down", header(16, -16, 32), ""},
      {"sixteen", header(16, 16, 4), std::string(64, 'c')},
      {"as many as are said", header(16, 16, 8, 0, 3), std::string(12, 'c')},
      {"masks", header(16, 16, 16, 3), std::string(12, 'm')},
      {"of a core header", core + le(1, 2), std::string(6, 'c')},
      {"none of a core header", core + le(24, 2), ""},
  };
  for (const PackedCase& c : cases) {
    Pictures pictures;
    pictures.add_packed_dib(c.header + c.colours + pixels());
    EXPECT_EQ(pictures.take(), std::vector<std::string>{bmp(c.header + c.colours, pixels())}) << c.name;
  }
}

TEST(MetafilePictures, SixtyFourAreKeptAndMoreAreSaid) {
  Pictures pictures;
  for (char i = 0; i < 64; i++) pictures.add_packed_dib(header(16, 16, 24) + std::string(pixels().size(), i));
  EXPECT_FALSE(pictures.left_some());
  pictures.add_packed_dib(header(16, 16, 24) + std::string(pixels().size(), '\x7F'));
  EXPECT_TRUE(pictures.left_some());
  EXPECT_EQ(pictures.take().size(), 64U);
}

TEST(MetafilePictures, PixelsOfEmfPlusBecomeABitmapFromTheTopDown) {
  Pictures pictures;
  pictures.add_plus_image(plus_bitmap(16, 16, 48, kRgb24, 0, pixels()));
  EXPECT_EQ(pictures.take(), std::vector<std::string>{bmp(header(16, -16, 24), pixels())});
}

}  // namespace
}  // namespace postern::test
