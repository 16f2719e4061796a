// Exif and TIFF: directories of tags that point at their values.
#include <algorithm>
#include <array>
#include <optional>
#include <unordered_set>
#include <vector>

#include "extractors/image/fields.h"
#include "extractors/image/metadata.h"
#include "extractors/text/charset.h"

namespace postern::extract::image {

namespace {

using namespace std::string_view_literals;

struct Tag {
  unsigned number;
  std::string_view name;
  Place place = Place::property;
};

constexpr std::array kTags = {
    Tag{0x010D, "DocumentName"},
    Tag{0x010E, "ImageDescription"},
    Tag{0x010F, "Make"},
    Tag{0x0110, "Model"},
    Tag{0x011D, "PageName"},
    Tag{0x0131, "Software"},
    Tag{0x0132, "DateTime"},
    Tag{0x013B, "Artist"},
    Tag{0x013C, "HostComputer"},
    Tag{0x0151, "TargetPrinter"},
    Tag{0x8298, "Copyright"},
    Tag{0x9003, "DateTimeOriginal"},
    Tag{0x9004, "DateTimeDigitized"},
    Tag{0x9286, "UserComment", Place::comment},
    Tag{0x9C9B, "XPTitle"},
    Tag{0x9C9C, "XPComment", Place::comment},
    Tag{0x9C9D, "XPAuthor"},
    Tag{0x9C9E, "XPKeywords"},
    Tag{0x9C9F, "XPSubject"},
    Tag{0xA430, "CameraOwnerName"},
    Tag{0xA431, "BodySerialNumber"},
    Tag{0xA433, "LensMake"},
    Tag{0xA434, "LensModel"},
    Tag{0xA435, "LensSerialNumber"},
    Tag{0xA420, "ImageUniqueID"},
};

enum class Directory : std::uint8_t { main, gps };

constexpr unsigned kAscii = 2, kUndefined = 7, kUtf8 = 129;

unsigned width_of(unsigned type) {
  constexpr std::array<unsigned, 19> kWidths = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  if (type == kUtf8) return 1;
  return type < kWidths.size() ? kWidths[type] : 0;
}

class TagReader {
 public:
  TagReader(std::string_view bytes, Metadata& out) : bytes_(bytes), out_(out) {}

  void run() {
    if (bytes_.size() < 8) return;
    order_ = bytes_.starts_with("MM") ? Order::big : Order::little;
    big_ = number(2, 2) == 43;
    if (big_ && number(4, 2) != 8) return;
    visit({big_ ? number(8, 8) : number(4, 4), Directory::main});
    while (!todo_.empty() && !out_.full()) {
      const Pending next = todo_.back();
      todo_.pop_back();
      directory(next);
    }
  }

 private:
  struct Pending {
    std::uint64_t at;
    Directory kind;
  };

  std::uint64_t number(std::uint64_t at, unsigned width) const { return field(bytes_, at, width, order_); }

  void visit(Pending next) {
    if (next.at == 0 || next.at >= bytes_.size()) return;
    if (seen_.insert(next.at).second) todo_.push_back(next);
  }

  void directory(Pending here) {
    const std::uint64_t count = number(here.at, big_ ? 8 : 2);
    const unsigned step = big_ ? 20 : 12;
    std::uint64_t at = here.at + (big_ ? 8 : 2);
    for (std::uint64_t i = 0; i < count && at + step <= bytes_.size(); i++, at += step) {
      if (!out_.take_tag()) return;
      tag(at, here.kind);
      if (out_.full()) return;
    }
    visit({number(at, big_ ? 8 : 4), Directory::main});
  }

  void tag(std::uint64_t at, Directory kind) {
    const auto tag = static_cast<unsigned>(number(at, 2));
    const auto type = static_cast<unsigned>(number(at + 2, 2));
    const unsigned room = big_ ? 8 : 4;
    const std::uint64_t count = std::min<std::uint64_t>(number(at + 4, room), bytes_.size());
    const unsigned width = width_of(type);
    if (width == 0 || count == 0) return;
    const std::uint64_t size = count * width;
    const std::uint64_t place = size <= room ? at + 4 + room : number(at + 4 + room, room);
    const std::string_view value = slice(bytes_, place, size);
    if (value.empty()) return;
    const auto first = static_cast<std::uint64_t>(number(place, width));

    if (kind == Directory::gps) {
      if (tag == 0x1B || tag == 0x1C)
        coded(Place::property, tag == 0x1B ? "GPSProcessingMethod" : "GPSAreaInformation", value);
      return;
    }
    switch (tag) {
      case 0x8769:  // Exif
        visit({first, Directory::main});
        return;
      case 0x8825:
        visit({first, Directory::gps});
        return;
      case 0x014A:  // further pictures
        for (std::uint64_t i = 0; i < count && out_.take_tag(); i++) {
          visit({number(place + i * width, width), Directory::main});
        }
        return;
      case 0x02BC:
        out_.xmp(value);
        return;
      case 0x83BB:
        out_.iptc(value);
        return;
      case 0x8649:
        out_.photoshop(value);
        return;
      default:
        break;
    }
    const Tag* known = nullptr;
    for (const Tag& one : kTags) {
      if (one.number == tag) known = &one;
    }
    const std::string name = known != nullptr ? std::string(known->name) : "tag " + std::to_string(tag);
    const Place where = known != nullptr ? known->place : Place::property;
    if (tag == 0x9286) {
      coded(where, name, value);
    } else if (tag >= 0x9C9B && tag <= 0x9C9F) {
      out_.text(where, name, utf16(value, Order::little));
    } else if (type == kAscii || type == kUtf8) {
      // Several strings of one tag stand behind each other, a NUL after each.
      std::string lines(value.substr(0, value.find_last_not_of('\0') + 1));
      for (char& c : lines) {
        if (c == '\0') c = '\n';
      }
      if (lines.size() > 1 || known != nullptr) out_.text(where, name, lines);
    } else if (known != nullptr && type == kUndefined) {
      out_.text(where, name, value);
    }
  }

  // Exif 4.6.5: eight bytes name the character code.
  void coded(Place where, const std::string& name, std::string_view value) {
    constexpr size_t kCode = 8;
    const std::string_view code = value.substr(0, kCode), text = slice(value, kCode, value.size());
    if (code == "UNICODE\0"sv) {
      // Programs disagree about the byte order; letters of most scripts have a small high byte.
      const bool swapped = text.size() > 1 && text[0] == '\0' && text[1] != '\0';
      const bool plain = text.size() > 1 && text[1] == '\0' && text[0] != '\0';
      out_.text(where, name, utf16(text, swapped ? Order::big : plain ? Order::little : order_));
    } else if (code == "JIS\0\0\0\0\0"sv) {
      const std::string reading =
          convert_to_utf8("\x1B$B" + std::string(text.substr(0, text.find('\0'))), "ISO-2022-JP").value_or("");
      out_.text(where, name, text.find('\x1B') == std::string_view::npos ? std::string_view(reading) : text);
    } else {
      const bool named = code.starts_with("ASCII") || code.find_first_not_of('\0') == std::string_view::npos;
      out_.text(where, name, named ? text.substr(0, text.find('\0')) : value);
    }
  }

  std::string_view bytes_;
  Metadata& out_;
  Order order_ = Order::little;
  bool big_ = false;
  std::vector<Pending> todo_;
  std::unordered_set<std::uint64_t> seen_;
};

}  // namespace

void Metadata::exif(std::string_view tiff) {
  constexpr int kDeepest = 4;
  if (nesting_ >= kDeepest) return;
  nesting_++;
  if (tiff.starts_with("Exif\0\0"sv)) tiff.remove_prefix(6);
  if (tiff.starts_with("II") || tiff.starts_with("MM")) TagReader(tiff, *this).run();
  nesting_--;
}

}  // namespace postern::extract::image
