#include "extractors/pixels/heif.h"

#include <algorithm>
#include <memory>
#include <vector>

#include <allheaders.h>
#include <libheif/heif.h>

#include "extractors/pixels/pixels.h"

namespace postern::extract::pixels {

namespace {

template <auto Release>
struct Releaser {
  template <typename T>
  void operator()(T* one) const {
    Release(one);
  }
};
using Context = std::unique_ptr<heif_context, Releaser<heif_context_free>>;
using Handle = std::unique_ptr<heif_image_handle, Releaser<heif_image_handle_release>>;
using Image = std::unique_ptr<heif_image, Releaser<heif_image_release>>;
using Options = std::unique_ptr<heif_decoding_options, Releaser<heif_decoding_options_free>>;

// A page with the file that it belongs to: it goes first.
struct Page {
  Context context;
  Handle handle;
};

Page open(std::string_view bytes, unsigned page) {
  Page out{Context(heif_context_alloc()), nullptr};
  if (!out.context) return {};
  heif_context_set_max_decoding_threads(out.context.get(), 0);
  if (heif_context_read_from_memory_without_copy(out.context.get(), bytes.data(), bytes.size(), nullptr).code !=
      heif_error_Ok) {
    return {};
  }
  std::vector<heif_item_id> ids(static_cast<size_t>(heif_context_get_number_of_top_level_images(out.context.get())));
  heif_context_get_list_of_top_level_image_IDs(out.context.get(), ids.data(), static_cast<int>(ids.size()));
  heif_item_id main = 0;
  if (heif_context_get_primary_image_ID(out.context.get(), &main).code == heif_error_Ok) {
    const auto at = std::find(ids.begin(), ids.end(), main);
    if (at != ids.end()) std::rotate(ids.begin(), at, at + 1);
  }
  if (page >= ids.size()) return {};
  heif_image_handle* handle = nullptr;
  if (heif_context_get_image_handle(out.context.get(), ids[page], &handle).code != heif_error_Ok) return {};
  out.handle.reset(handle);
  return out;
}

// In the colours that it is stored in, so that nothing is computed but what is looked at.
Image pixels_of(const heif_image_handle& handle, const char* decoder) {
  const Options options(heif_decoding_options_alloc());
  if (!options) return nullptr;
  options->decoder_id = decoder;
  heif_image* image = nullptr;
  const heif_error error =
      heif_decode_image(&handle, &image, heif_colorspace_undefined, heif_chroma_undefined, options.get());
  Image out(image);
  return error.code == heif_error_Ok ? std::move(out) : nullptr;
}

// One plane of a byte or, of deeper pictures, two a pixel in the order of the machine; `alpha`, when there is, lays it
// on white.
struct Plane {
  const std::uint8_t* bytes = nullptr;
  int stride = 0;
  int bits = 0;

  Plane(const heif_image& image, heif_channel channel) {
    if (heif_image_has_channel(&image, channel) == 0) return;
    bytes = heif_image_get_plane_readonly(&image, channel, &stride);
    bits = heif_image_get_bits_per_pixel_range(&image, channel);
    if (bits < 8 || bits > 16) bytes = nullptr;
  }
  unsigned at(int x, int y) const {
    const std::uint8_t* row = bytes + static_cast<std::ptrdiff_t>(y) * stride;
    if (bits == 8) return row[x];
    return reinterpret_cast<const std::uint16_t*>(row)[x] >> (bits - 8) & 0xFFU;
  }
};

}  // namespace

bool is_heif(std::string_view mime) {
  return mime == "image/heic" || mime == "image/heif" || mime == "image/avif";
}

std::optional<Size> size_of_heif(std::string_view bytes, unsigned page) {
  const Page one = open(bytes, page);
  if (!one.handle) return std::nullopt;
  const int width = heif_image_handle_get_width(one.handle.get());
  const int height = heif_image_handle_get_height(one.handle.get());
  if (width <= 0 || height <= 0) return std::nullopt;
  return Size{static_cast<unsigned>(width), static_cast<unsigned>(height)};
}

Picture decode_heif(std::string_view bytes, unsigned page) {
  const Page one = open(bytes, page);
  if (!one.handle) return nullptr;
  // The decoder of AV1 that is asked by default starts a thread a core of the machine.
  const Image image = pixels_of(*one.handle, "aom");
  if (!image) return nullptr;
  const bool colours = heif_image_get_colorspace(image.get()) == heif_colorspace_RGB;
  const heif_channel light_of = colours ? heif_channel_G : heif_channel_Y;
  const Plane light(*image, light_of), alpha(*image, heif_channel_Alpha);
  const Plane red(*image, heif_channel_R), blue(*image, heif_channel_B);
  if (light.bytes == nullptr || (colours && (red.bytes == nullptr || blue.bytes == nullptr))) return nullptr;
  const int width = heif_image_get_width(image.get(), light_of), height = heif_image_get_height(image.get(), light_of);
  const bool blended = alpha.bytes != nullptr && heif_image_get_width(image.get(), heif_channel_Alpha) == width &&
                       heif_image_get_height(image.get(), heif_channel_Alpha) == height;
  if (width <= 0 || height <= 0 || std::uint64_t(width) * std::uint64_t(height) > kMostPixels) return nullptr;
  Picture out(pixCreateNoInit(width, height, 8));
  if (!out) return nullptr;
  const auto stride = static_cast<std::ptrdiff_t>(pixGetWpl(out.get())) * 4;
  auto* const to = reinterpret_cast<std::uint8_t*>(pixGetData(out.get()));
  for (int y = 0; y < height; y++) {
    std::uint8_t* const row = to + y * stride;
    for (int x = 0; x < width; x++) {
      // ITU-R BT.601: what the eye makes of the three.
      const unsigned green = light.at(x, y);
      const unsigned value = colours ? (77 * red.at(x, y) + 150 * green + 29 * blue.at(x, y)) >> 8 : green;
      row[x] =
          static_cast<std::uint8_t>(blended ? (value * alpha.at(x, y) + 255 * (255 - alpha.at(x, y))) / 255 : value);
    }
  }
  pixEndianByteSwap(out.get());
  return out;
}

}  // namespace postern::extract::pixels
