#include "extractors/pdf/picture_notes.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string_view>
#include <utility>

#include <poppler/GfxState.h>
#include <poppler/Object.h>
#include <poppler/Stream.h>
#include <poppler/XRef.h>
#include <zlib.h>

#include "extractors/pdf/tones.h"

namespace postern::extract::pdf {

namespace {

constexpr int kMaxWidth = 100'000;  // what one row may have: poppler ends the process when it gets no memory
constexpr int kRowsBetweenLooks = 64;
constexpr unsigned char kWhite = 255;

bool is_sound(const Samples& samples) {
  return samples.width > 0 && samples.width <= kMaxWidth && samples.height > 0;
}

// JPEGs have no next byte before they have a line.
bool gives_anything(Stream& stream) {
  if (stream.getKind() != strDCT) return stream.lookChar() != EOF;
  const bool out = stream.getChar() != EOF;
  stream.reset();
  return out;
}

// Fills `out`, of width times height bytes: colours as grey, stencils as what is painted (white) and what is not.
bool decode(Stream& stream, const Samples& samples, std::string& out, const std::function<bool()>& stopped) {
  const auto width = static_cast<size_t>(samples.width);
  GfxImageColorMap* const colors = samples.colors.get();
  ImageStream lines(&stream, samples.width, colors == nullptr ? 1 : colors->getNumPixelComps(),
                    colors == nullptr ? 1 : colors->getBits());
  lines.reset();
  bool whole = gives_anything(stream);
  out.resize(static_cast<size_t>(samples.pixels()));
  for (int row = 0; whole && row < samples.height; row++) {
    if (row % kRowsBetweenLooks == 0 && stopped()) whole = false;
    unsigned char* const line = lines.getLine();
    if (line == nullptr) whole = false;
    if (!whole) break;
    auto* const to = reinterpret_cast<unsigned char*>(out.data()) + static_cast<size_t>(row) * width;
    if (colors != nullptr) {
      colors->getGrayLine(line, to, samples.width);
    } else {
      std::transform(line, line + width, to,
                     [&](unsigned char bit) { return (bit != 0) == samples.invert ? kWhite : 0; });
    }
  }
  lines.close();
  return whole;
}

void skip(Stream& stream, const Samples& samples) {
  const std::uint64_t bits =
      samples.colors ? static_cast<std::uint64_t>(samples.colors->getNumPixelComps() * samples.colors->getBits()) : 1;
  const std::uint64_t bytes =
      (static_cast<std::uint64_t>(samples.width) * bits + 7) / 8 * static_cast<std::uint64_t>(samples.height);
  stream.reset();
  for (std::uint64_t i = 0; i < bytes && stream.getChar() != EOF; i++) {
  }
  stream.close();
}

// What is seen of a picture on white paper through its mask.
void blend(std::string& pixels, const Samples& base, const std::string& mask, const Samples& of_mask) {
  for (int y = 0; y < base.height; y++) {
    const auto mask_row = static_cast<size_t>(std::int64_t{y} * of_mask.height / base.height);
    for (int x = 0; x < base.width; x++) {
      const auto mask_column = static_cast<size_t>(std::int64_t{x} * of_mask.width / base.width);
      const auto opacity =
          static_cast<unsigned char>(mask[mask_row * static_cast<size_t>(of_mask.width) + mask_column]);
      char& pixel = pixels[static_cast<size_t>(y) * static_cast<size_t>(base.width) + static_cast<size_t>(x)];
      const unsigned ink = (kWhite - static_cast<unsigned char>(pixel)) * unsigned{opacity} / kWhite;
      pixel = static_cast<char>(kWhite - ink);
    }
  }
}

bool is_plain(GfxColorSpace& space) {
  const GfxColorSpaceMode mode = space.getMode();
  return mode == csDeviceGray || mode == csCalGray || mode == csDeviceRGB || mode == csCalRGB || mode == csICCBased;
}

// At most `size` bytes of what a Flate stream holds (RFC 1950), filled up with white. Its checksum is not asked for.
std::string inflated(const std::string& packed, size_t size) {
  constexpr size_t kHeader = 2;
  std::string out(size, static_cast<char>(kWhite));
  if (packed.size() <= kHeader) return out;
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data())) + kHeader;
  stream.avail_in = static_cast<uInt>(packed.size() - kHeader);
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(size);
  static_cast<void>(::inflate(&stream, Z_FINISH));
  inflateEnd(&stream);
  return out;
}

// Whether a picture of plain Flate bytes has no sharp patch among every fourth of its pixels in every fourth row.
// Poppler unpacks Flate ten times slower than zlib, which would be felt with many a PDF; what is sharp at this glance
// is decoded as all others are.
bool is_blunt_at_a_glance(Stream& stream, const NotedPicture& picture) {
  constexpr std::uint64_t kWorthIt = 10'000;
  constexpr size_t kStep = 4;
  GfxImageColorMap* const colors = picture.base.colors.get();
  if (colors == nullptr || colors->getBits() != 8 || !is_plain(*colors->getColorSpace()) || picture.mask.width != 0 ||
      picture.base.pixels() < kWorthIt || stream.getKind() != strFlate) {
    return false;
  }
  const Dict& dictionary = *stream.getDict();
  if (dictionary.hasKey("DecodeParms") || dictionary.hasKey("DP")) return false;
  Stream* const packed = stream.getNextStream();
  if (packed == nullptr || packed->getNextStream() != nullptr) return false;
  const auto width = static_cast<size_t>(picture.base.width), height = static_cast<size_t>(picture.base.height);
  const auto components = static_cast<size_t>(colors->getNumPixelComps());
  std::string bytes;
  packed->fillString(bytes);
  bytes = inflated(bytes, width * height * components);
  std::string glance;
  glance.reserve((width / kStep) * (height / kStep));
  for (size_t y = 0; y < height / kStep * kStep; y += kStep) {
    for (size_t x = 0; x < width / kStep * kStep; x += kStep) {
      const char* const pixel = bytes.data() + (y * width + x) * components;
      unsigned sum = 0;
      for (size_t i = 0; i < components; i++) sum += static_cast<unsigned char>(pixel[i]);
      glance += static_cast<char>(static_cast<unsigned char>(sum / components));
    }
  }
  return !has_sharp_patch(glance, width / kStep, kSideOfPatch / 2);
}

// How often pixels are repeated in each direction.
struct Enlargement {
  int across = 1;
  int down = 1;
};

// Codes stand in pictures with a pixel for each of their dots, or with one row for all of their height.
Enlargement enlargement(const NotedPicture& picture) {
  constexpr int kSmall = 256, kWanted = 384;
  const int larger = std::max(picture.base.width, picture.base.height);
  if (larger > kSmall) return {};
  const int times = (kWanted + larger - 1) / larger;
  const double stretched = std::clamp(picture.stretched, 1.0 / kWanted, 1.0 * kWanted);
  Enlargement out{times, times};
  if (stretched > 1.5) out.down = std::min(times * static_cast<int>(stretched), 2 * kWanted / picture.base.height);
  if (stretched < 0.7) out.across = std::min(times * static_cast<int>(1 / stretched), 2 * kWanted / picture.base.width);
  return out;
}

std::string framed(const std::string& pixels, const Samples& size, Enlargement times) {
  constexpr int kLeastBorder = 16, kMostBorder = 64;
  const int inner_width = size.width * times.across, inner_height = size.height * times.down;
  const int border = std::clamp(std::min(inner_width, inner_height) / 8, kLeastBorder, kMostBorder);
  const auto width = static_cast<size_t>(inner_width) + 2 * static_cast<size_t>(border);
  const auto height = static_cast<size_t>(inner_height) + 2 * static_cast<size_t>(border);
  std::string out = "P5 " + std::to_string(width) + " " + std::to_string(height) + " 255\n";
  out.reserve(out.size() + width * height);
  const auto white = [&out](size_t count) { out.append(count, static_cast<char>(kWhite)); };
  white(static_cast<size_t>(border) * width);
  for (int y = 0; y < size.height; y++) {
    const std::string_view row =
        std::string_view(pixels).substr(static_cast<size_t>(y) * static_cast<size_t>(size.width));
    for (int again = 0; again < times.down; again++) {
      white(static_cast<size_t>(border));
      if (times.across == 1) {
        out.append(row.substr(0, static_cast<size_t>(size.width)));
      } else {
        for (size_t x = 0; x < static_cast<size_t>(size.width); x++)
          out.append(static_cast<size_t>(times.across), row[x]);
      }
      white(static_cast<size_t>(border));
    }
  }
  white(static_cast<size_t>(border) * width);
  return out;
}

}  // namespace

void PictureNotes::begin_page(int number) {
  page_ = number;
  on_page_ = 0;
  on_this_page_.clear();
}

void PictureNotes::picture(const GfxState& state, const Object* ref, Stream& stream, Samples base, Samples mask) {
  NotedPicture picture;
  picture.base = std::move(base);
  picture.mask = std::move(mask);
  note(state, ref, stream, std::move(picture));
}

void PictureNotes::stencil(GfxState& state, const Object* ref, Stream& stream, Samples base) {
  NotedPicture picture;
  picture.base = std::move(base);
  if (state.getFillColorSpace()->getMode() != csPattern) {
    constexpr double kLight = 0.75;
    GfxGray grey{};
    state.getFillGray(&grey);
    picture.light = colToDbl(grey) > kLight;
  }
  note(state, ref, stream, std::move(picture));
}

void PictureNotes::note(const GfxState& state, const Object* ref, Stream& stream, NotedPicture picture) {
  const bool is_inline = ref == nullptr || !ref->isRef();
  if (picture.base.width <= 0 || picture.base.height <= 0) return;
  const bool too_large = is_inline && (picture.base.pixels() > kMaxInlinePicture || !is_sound(picture.base));
  if (picture.base.pixels() < kSmallestPicture || full_ || too_large) {
    if (is_inline) skip(stream, picture.base);
    skipped_ = skipped_ || too_large;
    return;
  }
  picture.page = page_;
  picture.jpeg_2000 = stream.getKind() == strJPX;
  if (is_inline) {
    if (!decode(stream, picture.base, picture.pixels, [] { return false; })) return;
    on_page_++;
    if (!inline_.insert(std::hash<std::string>()(picture.pixels)).second) return;
  } else {
    const Ref object = ref->getRef();
    const auto key = static_cast<std::uint64_t>(object.num) << 32U | static_cast<std::uint32_t>(object.gen);
    if (!on_this_page_.insert(key).second) return;
    on_page_++;
    if (!objects_.insert(key).second) return;
    picture.object = object.num;
    picture.generation = object.gen;
  }
  picture.number = on_page_;
  const double* const ctm = state.getCTM();
  const double across = std::hypot(ctm[0], ctm[1]) / picture.base.width;
  const double down = std::hypot(ctm[2], ctm[3]) / picture.base.height;
  if (across > 0 && down > 0) picture.stretched = down / across;
  full_ = all_.size() == kMaxPictures;
  if (!full_) all_.push_back(std::move(picture));
}

GreyPicture decode_picture(const NotedPicture& picture, XRef& objects, Wanted wanted,
                           const std::function<bool()>& stopped) {
  GreyPicture out;
  std::string pixels = picture.pixels;
  if (picture.object != 0) {
    const Object object = objects.fetch(picture.object, picture.generation);
    if (!object.isStream() || !is_sound(picture.base)) return out;
    Stream& stream = *object.getStream();
    if (wanted == Wanted::codes && is_blunt_at_a_glance(stream, picture)) {
      out.decoded = true;
      return out;
    }
    if (!decode(stream, picture.base, pixels, stopped)) return out;
    const Object mask = object.streamGetDict()->lookup(picture.mask.colors ? "SMask" : "Mask");
    std::string opacity;
    if (is_sound(picture.mask) && mask.isStream() && decode(*mask.getStream(), picture.mask, opacity, stopped)) {
      blend(pixels, picture.base, opacity, picture.mask);
    }
  }
  if (!picture.base.colors && !picture.light) {
    // Painted is dark.
    std::transform(pixels.begin(), pixels.end(), pixels.begin(), [](char pixel) { return static_cast<char>(~pixel); });
  }
  out.decoded = true;
  out.two_tones = has_two_tones(pixels);
  const bool may_hold_code =
      out.two_tones || has_sharp_patch(pixels, static_cast<size_t>(picture.base.width), kSideOfPatch);
  if (wanted == Wanted::codes && !may_hold_code) return out;
  out.bytes = framed(pixels, picture.base, out.two_tones ? enlargement(picture) : Enlargement{});
  return out;
}

}  // namespace postern::extract::pdf
