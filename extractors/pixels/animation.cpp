#include "extractors/pixels/animation.h"

#include <algorithm>
#include <utility>

#include <allheaders.h>
#include <zlib.h>

#include "extractors/image/fields.h"
#include "extractors/pixels/gif_blocks.h"
#include "extractors/pixels/pixels.h"

namespace postern::extract::pixels {

namespace {

using image::be32;
using image::Order;
using image::slice;

constexpr l_uint32 kNothing = 0xFFFFFF00;  // white, fully transparent
constexpr l_uint32 kAlphaMask = 0xFF;
constexpr l_int32 kColours = 32;  // bits a pixel

void put(std::string& out, std::uint64_t value, unsigned bytes, Order order) {
  for (unsigned i = 0; i < bytes; i++) {
    out += static_cast<char>(value >> (order == Order::little ? i : bytes - 1 - i) * 8 & 0xFF);
  }
}

// Length, name, data, checksum (PNG 5.3).
void put_chunk(std::string& out, std::string_view name, std::string_view data) {
  put(out, data.size(), 4, Order::big);
  const size_t begin = out.size();
  out.append(name).append(data);
  const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + begin);
  put(out, ::crc32(0, bytes, static_cast<uInt>(out.size() - begin)), 4, Order::big);
}

l_uint32 blend(l_uint32 above, l_uint32 below) {
  const l_uint32 alpha = above & kAlphaMask;
  if (alpha == 0) return below;
  if (alpha == kAlphaMask || (below & kAlphaMask) == 0) return above;
  l_uint32 out = std::max(alpha, below & kAlphaMask);
  for (unsigned shift = 8; shift < 32; shift += 8) {
    const l_uint32 mixed = ((above >> shift & 0xFF) * alpha + (below >> shift & 0xFF) * (255 - alpha)) / 255;
    out |= mixed << shift;
  }
  return out;
}

// Four bytes a pixel; a palette's `transparent` colour and pictures without transparency are minded.
Picture in_colours(Pix& pixels, int transparent) {
  PIXCMAP* palette = pixGetColormap(&pixels);
  if (palette == nullptr) {
    Picture out(pixConvertTo32(&pixels));
    if (out && pixGetSpp(out.get()) != 4) {
      pixSetSpp(out.get(), 4);
      pixSetComponentArbitrary(out.get(), L_ALPHA_CHANNEL, 255);
    }
    return out;
  }
  const l_int32 width = pixGetWidth(&pixels), height = pixGetHeight(&pixels);
  Picture out(pixCreate(width, height, kColours));
  if (!out) return nullptr;
  pixSetSpp(out.get(), 4);
  std::vector<l_uint32> colours;
  for (l_int32 i = 0; i < pixcmapGetCount(palette); i++) {
    l_int32 red = 0, green = 0, blue = 0, alpha = 255;
    pixcmapGetRGBA(palette, i, &red, &green, &blue, &alpha);
    if (transparent >= 0) alpha = i == transparent ? 0 : 255;
    l_uint32 colour = 0;
    composeRGBAPixel(red, green, blue, alpha, &colour);
    colours.push_back(colour);
  }
  l_uint32* to = pixGetData(out.get());
  const l_int32 stride = pixGetWpl(out.get());
  for (l_int32 y = 0; y < height; y++) {
    for (l_int32 x = 0; x < width; x++) {
      l_uint32 index = 0;
      pixGetPixel(&pixels, x, y, &index);
      to[std::ptrdiff_t{y} * stride + x] = index < colours.size() ? colours[index] : kNothing;
    }
  }
  return out;
}

}  // namespace

std::optional<Animation> Animation::of(std::string_view bytes, std::string_view mime) {
  Animation out;
  if (mime == "image/gif") {
    out.read_gif(bytes);
  } else if (mime == "image/png") {
    out.read_png(bytes);
  } else if (mime == "image/webp") {
    out.read_webp(bytes);
  }
  if (out.frames_.size() < 2 || out.canvas_.pixels() == 0 || out.canvas_.pixels() > kMostCanvasPixels) {
    return std::nullopt;
  }
  return out;
}

void Animation::add(Frame frame) {
  // What reaches beyond the canvas makes it larger: some programs show it.
  const std::uint64_t width = frame.x + frame.size.width, height = frame.y + frame.size.height;
  constexpr std::uint64_t kMostSide = 65'535;
  if (width <= kMostSide && height <= kMostSide) {
    canvas_.width = std::max(canvas_.width, static_cast<unsigned>(width));
    canvas_.height = std::max(canvas_.height, static_cast<unsigned>(height));
  }
  frames_.push_back(std::move(frame));
}

void Animation::read_gif(std::string_view bytes) {
  constexpr size_t kHeader = 13, kDescriptor = 10;
  size_t at = kHeader + gif_colours(bytes, 10);
  const std::string_view head = slice(bytes, 0, at);
  if (bytes.size() < kHeader) return;
  canvas_ = {le16(bytes, 6), le16(bytes, 8)};
  Frame next;
  while (at < bytes.size() && frames_.size() <= kMostPages) {
    const size_t begin = at;
    if (bytes[at] == ',') {
      at += kDescriptor + gif_colours(bytes, at + 9) + 1;
      skip_sub_blocks(bytes, at);
      const std::string_view image = slice(bytes, begin, at - begin);
      if (image.size() < kDescriptor) return;
      next.x = le16(image, 1);
      next.y = le16(image, 3);
      next.size = {le16(image, 5), le16(image, 7)};
      // The frame alone on a canvas of its own size.
      next.still = head;
      next.still.replace(6, 4, image.substr(5, 4));
      next.still.append(image.substr(0, 1)).append(4, '\0').append(image.substr(5)) += ';';
      add(std::exchange(next, {}));
    } else if (bytes[at] == '!') {
      const std::string_view control = slice(bytes, at, 8);
      if (control.size() == 8 && control[1] == '\xF9' && control[2] == '\4') {
        const auto flags = static_cast<unsigned char>(control[3]);
        if ((flags & 1U) != 0) next.transparent = static_cast<unsigned char>(control[6]);
        const unsigned then = flags >> 2 & 7U;
        next.then = then == 2 ? Frame::Then::is_cleared : then == 3 ? Frame::Then::is_taken_back : Frame::Then::stays;
      }
      at += 2;
      skip_sub_blocks(bytes, at);
    } else {
      return;
    }
  }
}

void Animation::read_png(std::string_view bytes) {
  constexpr size_t kSignature = 8, kChunk = 12, kControl = 26, kHead = 13;
  if (bytes.find("acTL") == std::string_view::npos) return;
  constexpr size_t kMostPalette = 256 * 3, kMostTransparent = 256;
  std::string head;
  std::string_view palette, transparent;  // of all frames
  std::optional<Frame> open;  // the frame whose data come, or nothing: a still picture in front that is no frame
  std::string data;
  const auto finish = [&] {
    if (data.empty() || head.size() != kHead) return;
    Frame frame = open ? *open : Frame{0, 0, canvas_, Frame::Then::is_cleared, false, -1, {}};
    std::string own = head;
    own.replace(0, 8, "");
    std::string sizes;
    put(sizes, frame.size.width, 4, Order::big);
    put(sizes, frame.size.height, 4, Order::big);
    frame.still = bytes.substr(0, kSignature);
    put_chunk(frame.still, "IHDR", sizes + own);
    if (!palette.empty()) put_chunk(frame.still, "PLTE", palette);
    if (!transparent.empty()) put_chunk(frame.still, "tRNS", transparent);
    put_chunk(frame.still, "IDAT", data);
    put_chunk(frame.still, "IEND", "");
    data.clear();
    add(std::move(frame));
  };
  for (size_t at = kSignature; at + kChunk <= bytes.size() && frames_.size() <= kMostPages;) {
    const std::uint64_t size = be32(bytes, at);
    const std::string_view name = bytes.substr(at + 4, 4), content = slice(bytes, at + 8, size);
    if (name == "IHDR" && content.size() == kHead) {
      head = content;
      canvas_ = {be32(content, 0), be32(content, 4)};
    } else if (name == "PLTE" && palette.empty() && content.size() <= kMostPalette) {
      palette = content;
    } else if (name == "tRNS" && transparent.empty() && content.size() <= kMostTransparent) {
      transparent = content;
    } else if (name == "fcTL" && content.size() == kControl) {
      finish();
      open.emplace();
      open->size = {be32(content, 4), be32(content, 8)};
      open->x = be32(content, 12);
      open->y = be32(content, 16);
      open->then = content[24] == 1   ? Frame::Then::is_cleared
                   : content[24] == 2 ? Frame::Then::is_taken_back
                                      : Frame::Then::stays;
      open->over = content[25] == 1;
    } else if (name == "IDAT") {
      data += content;
    } else if (name == "fdAT" && content.size() > 4) {
      data += content.substr(4);
    } else if (name == "IEND") {
      break;
    }
    at += kChunk + size;
  }
  finish();
}

void Animation::read_webp(std::string_view bytes) {
  constexpr size_t kHead = 12, kChunk = 8, kFrame = 16, kCanvasAt = 24;
  if (bytes.size() < kCanvasAt + 6 || bytes.substr(kHead, 4) != "VP8X") return;
  const auto number = [](std::string_view from, size_t at) { return static_cast<unsigned>(le_at(from, at, 3)); };
  canvas_ = {number(bytes, kCanvasAt) + 1, number(bytes, kCanvasAt + 3) + 1};
  for (size_t at = kHead; at + kChunk <= bytes.size() && frames_.size() <= kMostPages;) {
    const std::uint64_t size = le32(bytes, at + 4);
    const std::string_view content = slice(bytes, at + kChunk, size);
    if (bytes.substr(at, 4) == "ANMF" && content.size() > kFrame + kChunk) {
      Frame frame;
      frame.x = std::uint64_t{number(content, 0)} * 2;
      frame.y = std::uint64_t{number(content, 3)} * 2;
      frame.size = {number(content, 6) + 1, number(content, 9) + 1};
      frame.over = (static_cast<unsigned char>(content[15]) & 2U) == 0;
      if ((static_cast<unsigned char>(content[15]) & 1U) != 0) frame.then = Frame::Then::is_cleared;
      const std::string_view picture = content.substr(kFrame);
      std::string chunks = "WEBP";
      if (picture.starts_with("ALPH")) {  // only beside a chunk that announces it
        chunks += "VP8X";
        put(chunks, 10, 4, Order::little);
        put(chunks, 0x10, 4, Order::little);
        put(chunks, frame.size.width - 1, 3, Order::little);
        put(chunks, frame.size.height - 1, 3, Order::little);
      }
      chunks += picture;
      frame.still = "RIFF";
      put(frame.still, chunks.size(), 4, Order::little);
      frame.still += chunks;
      add(std::move(frame));
    }
    at += kChunk + size + size % 2;
  }
}

void Animation::draw(Pix& pixels, const Frame& frame) {
  const Picture from = in_colours(pixels, frame.transparent);
  if (!from) return;
  const auto width = static_cast<std::uint64_t>(pixGetWidth(from.get())),
             height = static_cast<std::uint64_t>(pixGetHeight(from.get()));
  for (std::uint64_t y = 0; y < height && frame.y + y < canvas_.height; y++) {
    const l_uint32* row = pixGetData(from.get()) + y * static_cast<std::uint64_t>(pixGetWpl(from.get()));
    l_uint32* to = pixGetData(drawn_.get()) + (frame.y + y) * static_cast<std::uint64_t>(pixGetWpl(drawn_.get()));
    for (std::uint64_t x = 0; x < width && frame.x + x < canvas_.width; x++) {
      l_uint32& pixel = to[frame.x + x];
      pixel = frame.over ? blend(row[x], pixel) : row[x];
    }
  }
}

void Animation::settle(const Frame& frame) {
  if (frame.then == Frame::Then::is_taken_back && before_) {
    drawn_ = std::move(before_);
  } else if (frame.then == Frame::Then::is_cleared) {
    for (std::uint64_t y = frame.y; y < frame.y + frame.size.height && y < canvas_.height; y++) {
      l_uint32* row = pixGetData(drawn_.get()) + y * static_cast<std::uint64_t>(pixGetWpl(drawn_.get()));
      for (std::uint64_t x = frame.x; x < frame.x + frame.size.width && x < canvas_.width; x++) row[x] = kNothing;
    }
  }
}

Picture Animation::next(const std::function<Picture(const std::string& still)>& decode) {
  const Frame& frame = frames_[next_];
  if (!drawn_) {
    drawn_.reset(pixCreate(static_cast<l_int32>(canvas_.width), static_cast<l_int32>(canvas_.height), kColours));
    if (!drawn_) return nullptr;
    pixSetSpp(drawn_.get(), 4);
    pixSetAllArbitrary(drawn_.get(), kNothing);
  } else {
    settle(frames_[next_ - 1]);
  }
  next_++;
  before_.reset(frame.then == Frame::Then::is_taken_back ? pixCopy(nullptr, drawn_.get()) : nullptr);
  const Picture pixels = frame.size.pixels() <= kMostPixels ? decode(frame.still) : nullptr;
  if (!pixels) return nullptr;
  draw(*pixels, frame);
  return Picture(pixCopy(nullptr, drawn_.get()));
}

}  // namespace postern::extract::pixels
