#include "extractors/metafile/wmf.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "extractors/archive/bytes.h"
#include "extractors/metafile/canvas.h"
#include "extractors/story/code_page.h"

namespace postern::extract {

namespace {

constexpr size_t kPlaceableHeader = 22;
constexpr size_t kHeader = 18;
constexpr size_t kRecordHeader = 6;  // size in words, function
constexpr size_t kMaxSaved = 4096;
constexpr size_t kMaxObjects = 65'536;
constexpr std::uint32_t kAskEvery = 1024;

enum Function : unsigned {
  kEndOfFile = 0x0000,
  kSaveState = 0x001E,
  kRestoreState = 0x0127,
  kSelectObject = 0x012D,
  kSetTextAlign = 0x012E,
  kDeleteObject = 0x01F0,
  kMoveTo = 0x0214,
  kCreatePatternBrushOfDib = 0x0142,
  kCreatePalette = 0x00F7,
  kCreatePatternBrush = 0x01F9,
  kCreatePen = 0x02FA,
  kCreateFont = 0x02FB,
  kCreateBrush = 0x02FC,
  kTextOut = 0x0521,
  kEscape = 0x0626,
  kCreateRegion = 0x06FF,
  kBitBltOfDib = 0x0940,
  kExtTextOut = 0x0A32,
  kStretchBltOfDib = 0x0B41,
  kSetDibToDevice = 0x0D33,
  kStretchDib = 0x0F43,
};

constexpr unsigned kOpaque = 2;
constexpr unsigned kClipped = 4;
constexpr unsigned kGlyphs = 0x10;
constexpr unsigned kUpdatePosition = 1;

struct State {
  DrawnFont font;
  unsigned align = 0;
  double x = 0;
  double y = 0;
};

class WmfReader {
 public:
  WmfReader(std::string_view bytes, const Sink& sink) : bytes_(bytes), sink_(sink) {}

  MetafileText read() {
    size_t at = bytes_.starts_with("\xD7\xCD\xC6\x9A") ? kPlaceableHeader + kHeader : kHeader;
    bool ended = false;
    for (std::uint32_t n = 1; at < bytes_.size() && bytes_.size() - at >= kRecordHeader; n++) {
      if (n % kAskEvery == 0 && sink_.stopped()) break;
      const std::uint64_t size = std::uint64_t{2} * le32(bytes_, at);
      const unsigned function = le16(bytes_, at + 4);
      if (function == kEndOfFile) {
        ended = true;
        break;
      }
      if (size < kRecordHeader) break;
      const auto taken = static_cast<size_t>(std::min<std::uint64_t>(size, bytes_.size() - at));
      see(function, bytes_.substr(at + kRecordHeader, taken - kRecordHeader));
      at += taken;
      if (taken < size) break;
    }
    out_.drawn = canvas_.take();
    out_.whole = ended;
    return std::move(out_);
  }

 private:
  static double signed_at(std::string_view data, size_t at) { return std::bit_cast<std::int16_t>(le16(data, at)); }

  void see(unsigned function, std::string_view data) {
    switch (function) {
      case kTextOut:
        draw_plain(data);
        break;
      case kExtTextOut:
        draw(data);
        break;
      case kEscape:
        read_escape(data);
        break;
      case kCreateFont:
        create_font(data);
        break;
      case kCreatePen:
      case kCreateBrush:
      case kCreatePalette:
      case kCreateRegion:
      case kCreatePatternBrush:
      case kCreatePatternBrushOfDib:
        add_object(std::nullopt);
        break;
      // Behind the numbers that say what is painted where stands the bitmap; without one an area is painted.
      case kBitBltOfDib:
        out_.pictures.add_packed_dib(data.substr(std::min<size_t>(data.size(), 16)));
        break;
      case kStretchBltOfDib:
        out_.pictures.add_packed_dib(data.substr(std::min<size_t>(data.size(), 20)));
        break;
      case kSetDibToDevice:
        out_.pictures.add_packed_dib(data.substr(std::min<size_t>(data.size(), 18)));
        break;
      case kStretchDib:
        out_.pictures.add_packed_dib(data.substr(std::min<size_t>(data.size(), 22)));
        break;
      default:
        change_state(function, data);
    }
  }

  void change_state(unsigned function, std::string_view data) {
    switch (function) {
      case kSetTextAlign:
        state_.align = le16(data, 0);
        break;
      case kMoveTo:
        state_.y = signed_at(data, 0);
        state_.x = signed_at(data, 2);
        break;
      case kSelectObject:
        if (const size_t index = le16(data, 0); index < objects_.size() && objects_[index].font)
          state_.font = *objects_[index].font;
        break;
      case kDeleteObject:
        if (const size_t index = le16(data, 0); index < objects_.size()) {
          objects_[index] = {};
          first_free_ = std::min(first_free_, index);
        }
        break;
      case kSaveState:
        if (saved_.size() < kMaxSaved) saved_.push_back(state_);
        break;
      case kRestoreState:
        if (!saved_.empty()) {
          state_ = saved_.back();
          saved_.pop_back();
        }
        break;
      default:
        break;
    }
  }

  // A new object has the lowest index that is free ([MS-WMF] 3.1.4.1).
  void add_object(std::optional<DrawnFont> font) {
    while (first_free_ < objects_.size() && objects_[first_free_].used) first_free_++;
    if (first_free_ >= kMaxObjects) return;
    if (first_free_ == objects_.size()) objects_.emplace_back();
    objects_[first_free_] = {true, font};
  }

  void create_font(std::string_view data) {
    constexpr size_t kCharsetAt = 13;
    if (data.size() <= kCharsetAt) return add_object(DrawnFont{});
    add_object(DrawnFont{signed_at(data, 0), signed_at(data, 4) * std::numbers::pi / 1800,
                         static_cast<unsigned char>(data[kCharsetAt])});
  }

  void draw_plain(std::string_view data) {
    const size_t count = le16(data, 0);
    const size_t place_at = 2 + count + count % 2;
    if (data.size() < 2) return;
    draw_text(signed_at(data, place_at + 2), signed_at(data, place_at), data.substr(2, count), -1);
  }

  void draw(std::string_view data) {
    constexpr size_t kFixed = 8;
    if (data.size() < kFixed) return;
    const size_t count = le16(data, 4);
    const unsigned options = le16(data, 6);
    const size_t text_at = kFixed + ((options & (kOpaque | kClipped)) != 0 ? 8 : 0);
    if (count == 0 || data.size() <= text_at) return;
    if ((options & kGlyphs) != 0) {
      out_.glyph_strings++;
      return;
    }
    const size_t distances_at = text_at + count + count % 2;
    double width = -1;
    if (distances_at + 2 * count <= data.size()) {
      width = 0;
      for (size_t i = 0; i < count; i++) width += signed_at(data, distances_at + 2 * i);
    }
    draw_text(signed_at(data, 2), signed_at(data, 0), data.substr(text_at, count), width);
  }

  void draw_text(double x, double y, std::string_view raw, double width) {
    const std::uint32_t page = code_page_of_font(state_.font.charset);
    std::string text;
    append_code_page(text, raw, page != 0 ? page : kCodePageAnsi);
    std::replace(text.begin(), text.end(), '\0', ' ');
    const bool goes_on = (state_.align & kUpdatePosition) != 0;
    const unsigned side = state_.align & 6;
    const DrawnAt at = side == 6 ? DrawnAt::middle : side == 2 ? DrawnAt::end : DrawnAt::start;
    canvas_.draw(goes_on ? state_.x : x, goes_on ? state_.y : y, {}, state_.font, at, width, text);
    if (goes_on && width > 0) {
      state_.x += width * std::cos(state_.font.angle);
      state_.y -= width * std::sin(state_.font.angle);
    }
  }

  // An EMF in pieces ([MS-WMF] 2.3.6.1): behind the escape's number and length a comment's id, type, version,
  // checksum, flags, how many pieces, the size of this one, how much is to come, the size of the whole.
  void read_escape(std::string_view data) {
    constexpr unsigned kComment = 0x000F;
    constexpr std::uint32_t kEnhanced = 0x43464D57;  // "WMFC"
    constexpr size_t kPieceAt = 38;
    if (le16(data, 0) != kComment || le32(data, 4) != kEnhanced || data.size() <= kPieceAt) return;
    out_.enhanced += data.substr(kPieceAt, le32(data, 26));
  }

  struct Object {
    bool used = false;
    std::optional<DrawnFont> font;
  };

  std::string_view bytes_;
  const Sink& sink_;
  MetafileText out_;
  Canvas canvas_;
  State state_;
  std::vector<State> saved_;
  std::vector<Object> objects_;
  size_t first_free_ = 0;
};

}  // namespace

MetafileText read_wmf(std::string_view bytes, const Sink& sink) {
  return WmfReader(bytes, sink).read();
}

}  // namespace postern::extract
