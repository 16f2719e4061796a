#include "extractors/image/containers.h"

#include <algorithm>
#include <map>

#include "extractors/image/fields.h"
#include "extractors/story/inflate.h"
#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract::image {

namespace {

using namespace std::string_view_literals;

constexpr size_t kNone = std::string_view::npos;
constexpr std::string_view kXmpMark = "http://ns.adobe.com/xap/1.0/\0"sv;
constexpr std::string_view kXmpMoreMark = "http://ns.adobe.com/xmp/extension/\0"sv;
constexpr std::string_view kPhotoshopMark = "Photoshop 3.0\0"sv;

std::string latin1(std::string_view bytes) {
  return is_utf8(bytes) ? std::string(bytes) : convert_to_utf8(bytes, "windows-1252").value_or("");
}

// What a JPEG spreads over several segments: put together at the end.
class JpegSegments {
 public:
  explicit JpegSegments(Metadata& out) : out_(out) {}

  void take(unsigned marker, std::string_view data) {
    if (marker == 0xFE) {
      out_.text(Place::comment, "COM", data);
    } else if (marker == 0xE1 && data.starts_with("Exif\0"sv)) {
      out_.exif(data);
    } else if (marker == 0xE1 && data.starts_with(kXmpMark)) {
      out_.xmp(data.substr(kXmpMark.size()));
    } else if (marker == 0xE1 && data.starts_with(kXmpMoreMark)) {
      more_xmp(data.substr(kXmpMoreMark.size()));
    } else if (marker == 0xED && data.starts_with(kPhotoshopMark)) {
      photoshop_ += data.substr(kPhotoshopMark.size());
    }
  }

  void finish() {
    for (const auto& [at, piece] : pieces_) xmp_ += piece;
    if (!xmp_.empty()) out_.xmp(xmp_);
    if (!photoshop_.empty()) out_.photoshop(photoshop_);
  }

 private:
  // XMP part 3, 1.1.3.1: a digest, the size of the whole, the offset of this piece.
  void more_xmp(std::string_view data) {
    constexpr size_t kDigest = 32, kHeader = kDigest + 8;
    if (data.size() > kHeader) pieces_.emplace(be32(data, kDigest + 4), data.substr(kHeader));
  }

  Metadata& out_;
  std::string photoshop_;
  std::string xmp_;
  std::map<std::uint32_t, std::string_view> pieces_;
};

// A key and a text of Latin-1, or of UTF-8 in iTXt.
class PngTexts {
 public:
  PngTexts(Metadata& out, Sink& sink) : out_(out), sink_(sink) {}

  void take(std::string_view kind, std::string_view data) {
    if (kind == "eXIf") {
      out_.exif(data);
      return;
    }
    const bool packed = kind == "zTXt", international = kind == "iTXt";
    if (kind != "tEXt" && !packed && !international) return;
    const size_t end = data.find('\0');
    if (end == kNone) return;
    const std::string key = latin1(data.substr(0, end));
    std::string_view rest = data.substr(end + 1);
    if (packed) {
      give(key, unpacked(slice(rest, 1, rest.size())));
    } else if (!international) {
      give(key, rest);
    } else if (rest.size() >= 2) {
      const bool deflated = rest[0] == '\1';
      rest.remove_prefix(2);
      std::string_view translated;
      for (int i = 0; i < 2; i++) {  // the language, then the key in it
        const size_t stop = rest.find('\0');
        if (stop == kNone) return;
        translated = rest.substr(0, stop);
        rest.remove_prefix(stop + 1);
      }
      if (translated != key) out_.text(Place::property, "PNG key", translated);
      give(key, deflated ? unpacked(rest) : rest);
    }
  }

 private:
  void give(const std::string& key, std::string_view text) {
    constexpr std::string_view kProfile = "Raw profile type ";
    if (key == "XML:com.adobe.xmp") {
      out_.xmp(text);
    } else if (key.starts_with(kProfile)) {
      profile(key.substr(kProfile.size()), text);
    } else {
      out_.text(key == "Comment" || key == "comment" ? Place::comment : Place::property, "PNG " + key, text);
    }
  }

  // ImageMagick's: the name, the size, then hexadecimal digits.
  void profile(std::string_view kind, std::string_view text) {
    const size_t name = text.find_first_not_of(" \n");
    const size_t size = name == kNone ? kNone : text.find('\n', name);
    const size_t digits = size == kNone ? kNone : text.find('\n', size + 1);
    if (digits == kNone) return;
    std::string bytes;
    int high = -1;
    for (const char c : text.substr(digits)) {
      const int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
      if (value < 0) continue;
      if (high >= 0) bytes += static_cast<char>(high << 4 | value);
      high = high >= 0 ? -1 : value;
    }
    if (kind == "xmp") {
      out_.xmp(bytes);
    } else if (kind == "iptc" || kind == "8bim") {
      if (bytes.starts_with("8BIM")) {
        out_.photoshop(bytes);
      } else {
        out_.iptc(bytes);
      }
    } else if (bytes.starts_with(kXmpMark)) {
      out_.xmp(std::string_view(bytes).substr(kXmpMark.size()));
    } else {
      out_.exif(bytes);
    }
  }

  std::string_view unpacked(std::string_view packed) {
    buffer_.clear();
    const auto text = inflate_child(packed, sink_.budget(), buffer_);
    if (!text && text.error().outcome == Outcome::limit) out_.reading().reached(text.error().why);
    if (!text && text.error().outcome != Outcome::limit) out_.reading().damaged("a text in it cannot be unpacked");
    return buffer_;
  }

  Metadata& out_;
  Sink& sink_;
  std::string buffer_;
};

// Sub-blocks joined; `at` moves behind them.
std::string sub_blocks(std::string_view bytes, size_t& at) {
  std::string out;
  while (at < bytes.size()) {
    const auto size = static_cast<size_t>(static_cast<unsigned char>(bytes[at]));
    out += slice(bytes, at + 1, size);
    at += 1 + size;
    if (size == 0) break;
  }
  return out;
}

size_t colour_table(std::string_view bytes, size_t at) {
  const auto flags = at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
  return (flags & 0x80U) != 0 ? size_t{3} << ((flags & 7U) + 1) : 0;
}

}  // namespace

void read_jpeg(std::string_view bytes, Metadata& out) {
  JpegSegments segments(out);
  size_t at = 2;
  while (at + 3 < bytes.size() && !out.full()) {
    if (bytes[at] != '\xFF') {  // coded data
      at = bytes.find('\xFF', at);
      if (at == kNone) break;
      continue;
    }
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (marker == 0xD9) break;
    if (marker < 0xC0 || marker == 0xFF || (marker >= 0xD0 && marker <= 0xD8)) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    const size_t size = be16(bytes, at + 2);
    if (size >= 2) segments.take(marker, slice(bytes, at + 4, size - 2));
    at += 2 + std::max<size_t>(size, 2);
  }
  segments.finish();
}

void read_png(std::string_view bytes, Metadata& out) {
  constexpr size_t kSignature = 8, kAround = 12;  // length, name, checksum
  PngTexts texts(out, out.reading().sink());
  size_t at = kSignature;
  while (at + kAround <= bytes.size() && !out.full()) {
    const size_t size = be32(bytes, at);
    const std::string_view kind = bytes.substr(at + 4, 4);
    if (kind == "IEND") return;
    texts.take(kind, slice(bytes, at + 8, size));
    if (size > bytes.size() - at - kAround) break;
    at += kAround + size;
  }
}

void read_gif(std::string_view bytes, Metadata& out) {
  constexpr size_t kHeader = 13, kDescriptor = 9, kXmpTrailer = 258;
  size_t at = kHeader + colour_table(bytes, 10);
  while (at < bytes.size() && !out.full()) {
    const char kind = bytes[at++];
    if (kind == ';') return;
    if (kind == ',') {
      at += kDescriptor + colour_table(bytes, at + kDescriptor - 1) + 1;  // and the size of its codes
      sub_blocks(bytes, at);
      continue;
    }
    if (kind != '!' || at >= bytes.size()) break;
    const auto label = static_cast<unsigned char>(bytes[at++]);
    if (label == 0xFE) {
      out.text(Place::comment, "GIF comment", sub_blocks(bytes, at));
    } else if (label == 0x01) {
      const std::string text = sub_blocks(bytes, at);
      out.text(Place::image_text, "GIF text", slice(text, 12, text.size()));
    } else {
      const size_t begin = at + 12;
      const bool xmp = label == 0xFF && slice(bytes, at + 1, 11) == "XMP DataXMP";
      sub_blocks(bytes, at);
      // The packet stands there as it is, with a trailer that leads readers of sub-blocks to its end.
      if (xmp && at > begin + kXmpTrailer) out.xmp(slice(bytes, begin, at - begin - kXmpTrailer));
    }
  }
}

void read_webp(std::string_view bytes, Metadata& out) {
  constexpr size_t kHeader = 12;
  for (size_t at = kHeader; at + 8 <= bytes.size() && !out.full();) {
    const std::string_view kind = bytes.substr(at, 4);
    const size_t size = le32(bytes, at + 4);
    const std::string_view data = slice(bytes, at + 8, size);
    if (kind == "EXIF") out.exif(data);
    if (kind == "XMP ") out.xmp(data);
    at += 8 + size + (size & 1U);
  }
}

void read_photoshop(std::string_view bytes, Metadata& out) {
  constexpr size_t kHeader = 26;
  size_t at = kHeader;
  at += 4 + size_t{be32(bytes, at)};  // colours
  out.photoshop(slice(bytes, at + 4, be32(bytes, at)));
  // Text layers: a descriptor with the text under the key "Txt ". Names of layers: a block of their own.
  constexpr std::string_view kText = "Txt TEXT", kName = "8BIMluni";
  for (size_t found = bytes.find(kText); found != kNone && !out.full(); found = bytes.find(kText, found + 1)) {
    const size_t units = be32(bytes, found + kText.size());
    out.text(Place::image_text, "text layer", utf16(slice(bytes, found + kText.size() + 4, units * 2), Order::big));
  }
  for (size_t found = bytes.find(kName); found != kNone && !out.full(); found = bytes.find(kName, found + 1)) {
    const size_t units = be32(bytes, found + kName.size() + 4);
    out.text(Place::attribute, "layer", utf16(slice(bytes, found + kName.size() + 8, units * 2), Order::big));
  }
}

void read_by_marks(std::string_view bytes, Metadata& out) {
  constexpr std::string_view kExif = "Exif\0\0"sv, kBegin = "<x:xmpmeta", kEnd = "</x:xmpmeta>";
  for (size_t at = bytes.find(kExif); at != kNone && !out.full(); at = bytes.find(kExif, at + 1))
    out.exif(bytes.substr(at));
  // AVIF and JPEG 2000 have no mark in front: the head of a TIFF whose directory follows.
  for (const std::string_view head : {"II*\0\x08\0\0\0"sv, "MM\0*\0\0\0\x08"sv}) {
    for (size_t at = bytes.find(head); at != kNone && !out.full(); at = bytes.find(head, at + 1)) {
      if (!bytes.substr(0, at).ends_with(kExif)) out.exif(bytes.substr(at));
    }
  }
  for (size_t at = bytes.find(kBegin); at != kNone && !out.full();) {
    const size_t end = bytes.find(kEnd, at);
    if (end == kNone) break;
    out.xmp(bytes.substr(at, end + kEnd.size() - at));
    at = bytes.find(kBegin, end);
  }
}

}  // namespace postern::extract::image
