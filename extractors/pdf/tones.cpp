#include "extractors/pdf/tones.h"

#include <algorithm>

namespace postern::extract::pdf {

namespace {

constexpr unsigned kLeastContrast = 40;  // of 255; readers of codes need about as much
// Percent: between the tones, where pixels of an edge are, and at least of each tone.
constexpr size_t kMostBetween = 45, kLeastOfEach = 5;

unsigned tone(char pixel) {
  return static_cast<unsigned char>(pixel);
}

bool is_sharp(std::string_view pixels, size_t width, size_t left, size_t columns, size_t rows) {
  unsigned darkest = 255, lightest = 0;
  for (size_t y = 0; y < rows; y++) {
    for (const char pixel : pixels.substr(y * width + left, columns)) {
      darkest = std::min(darkest, tone(pixel));
      lightest = std::max(lightest, tone(pixel));
    }
  }
  const unsigned contrast = lightest - darkest;
  if (contrast < kLeastContrast) return false;
  const unsigned dark = darkest + contrast / 4, light = lightest - contrast / 4;
  size_t darks = 0, lights = 0;
  for (size_t y = 0; y < rows; y++) {
    for (const char pixel : pixels.substr(y * width + left, columns)) {
      darks += tone(pixel) <= dark ? 1U : 0U;
      lights += tone(pixel) >= light ? 1U : 0U;
    }
  }
  const size_t all = columns * rows;
  return (all - darks - lights) * 100 <= all * kMostBetween && darks * 100 >= all * kLeastOfEach &&
         lights * 100 >= all * kLeastOfEach;
}

}  // namespace

bool has_two_tones(std::string_view pixels) {
  if (pixels.empty()) return true;
  const char one = pixels.front();
  char other = one;
  return std::all_of(pixels.begin(), pixels.end(), [&](char pixel) {
    if (pixel == one || pixel == other) return true;
    if (other != one) return false;
    other = pixel;
    return true;
  });
}

bool has_sharp_patch(std::string_view pixels, size_t width, size_t side) {
  if (width == 0 || side == 0) return false;
  const size_t height = pixels.size() / width;
  const size_t columns = std::min(side, width), rows = std::min(side, height);
  // The last squares overlap the ones before, for strips of few pixels are sharp by chance.
  for (size_t y = 0; y < height; y += side) {
    const std::string_view band = pixels.substr(std::min(y, height - rows) * width);
    for (size_t x = 0; x < width; x += side) {
      if (is_sharp(band, width, std::min(x, width - columns), columns, rows)) return true;
    }
  }
  return false;
}

}  // namespace postern::extract::pdf
