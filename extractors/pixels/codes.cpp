#include "extractors/pixels/codes.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <allheaders.h>

#define ZX_USE_UTF8 1
#include <ZXing/ReadBarcode.h>

namespace postern::extract::pixels {

namespace {

constexpr l_int32 kSmallest = 11;                  // the smallest Data Matrix has 10 modules a side
constexpr int kLeastContrast = 128;                // between the darkest and the lightest; less is spread
constexpr std::int64_t kMostForCodes = 4'000'000;  // larger pictures are made smaller: codes are not that fine

// Adds the codes of a picture whose bytes stand in their order to those that are known.
void add_codes(Pix& pixels, std::vector<Code>& out) {
  try {
    const ZXing::ImageView view(reinterpret_cast<const std::uint8_t*>(pixGetData(&pixels)), pixGetWidth(&pixels),
                                pixGetHeight(&pixels), ZXing::ImageFormat::Lum, pixGetWpl(&pixels) * 4);
    for (const ZXing::Result& result : ZXing::ReadBarcodes(view, ZXing::DecodeHints())) {
      Code code{ZXing::ToString(result.format()), result.text()};
      const bool known =
          std::any_of(out.begin(), out.end(), [&](const Code& other) { return other.text == code.text; });
      if (result.isValid() && !known) out.push_back(std::move(code));
    }
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return;  // what it took for a code is none
  }
}

}  // namespace

std::vector<Code> read_codes(Pix& grey) {
  const l_int32 width = pixGetWidth(&grey), height = pixGetHeight(&grey);
  if (width < kSmallest || height < kSmallest) return {};
  Picture pixels;
  l_float32 factor = 1.0F;
  while (static_cast<double>(factor) * static_cast<double>(factor) * width * height > kMostForCodes) factor *= 0.5F;
  pixels.reset(factor < 1.0F ? pixScaleAreaMap(&grey, factor, factor) : pixCopy(nullptr, &grey));
  if (!pixels) return {};
  // Yellow on white, which people still tell apart; the library wants more.
  if (const auto range = range_of(*pixels); range && range->second - range->first < kLeastContrast) {
    pixGammaTRC(pixels.get(), pixels.get(), 1.0F, range->first, range->second);
  }
  pixEndianByteSwap(pixels.get());  // to bytes in their order
  std::vector<Code> out;
  add_codes(*pixels, out);
  // Light on dark, which telephones read as well and the library does not.
  pixInvert(pixels.get(), pixels.get());
  add_codes(*pixels, out);
  return out;
}

}  // namespace postern::extract::pixels
