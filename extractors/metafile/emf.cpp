#include "extractors/metafile/emf.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "extractors/archive/bytes.h"
#include "extractors/metafile/canvas.h"
#include "extractors/metafile/emf_plus.h"
#include "extractors/story/code_page.h"

namespace postern::extract {

namespace {

constexpr size_t kRecordHeader = 8;  // type, size
constexpr size_t kMaxSaved = 4096;   // states kept by SaveDC
constexpr std::uint32_t kAskEvery = 1024;

enum RecordType : std::uint32_t {
  kHeader = 1,
  kEndOfFile = 14,
  kSetTextAlign = 22,
  kMoveTo = 27,
  kSaveState = 33,
  kRestoreState = 34,
  kSetWorld = 35,
  kModifyWorld = 36,
  kSelectObject = 37,
  kDeleteObject = 40,
  kComment = 70,
  kBitBlt = 76,
  kParallelogram = 79,
  kSetBitsToDevice = 80,
  kStretchBits = 81,
  kCreateFont = 82,
  kTextA = 83,
  kTextW = 84,
  kPolyTextA = 96,
  kPolyTextW = 97,
  kSmallText = 108,
  kAlphaBlend = 114,
  kTransparentBlt = 116,
};

// Options of text records ([MS-EMF] 2.1.11).
constexpr std::uint32_t kGlyphs = 0x10;
constexpr std::uint32_t kNoRectangle = 0x100;
constexpr std::uint32_t kSmallLetters = 0x200;
constexpr std::uint32_t kPairs = 0x2000;  // distances in both directions

constexpr unsigned kUpdatePosition = 1;  // text alignment: strings begin where the one before ended

enum class Letters : std::uint8_t { bytes, units };

struct State {
  Transform world;
  DrawnFont font;
  unsigned align = 0;
  double x = 0;
  double y = 0;
};

class EmfReader {
 public:
  EmfReader(std::string_view bytes, const Sink& sink) : bytes_(bytes), sink_(sink) {}

  MetafileText read() {
    size_t at = 0;
    for (std::uint32_t n = 1; bytes_.size() - at >= kRecordHeader; n++) {
      if (n % kAskEvery == 0 && sink_.stopped()) break;
      const std::uint32_t type = le32(bytes_, at);
      const std::uint32_t size = le32(bytes_, at + 4);
      if (size < kRecordHeader) break;
      see(type, bytes_.substr(at, size));
      if (size > bytes_.size() - at) break;
      at += size;
      if (type == kEndOfFile) {
        ended_ = true;
        break;
      }
    }
    plus_.end(out_.pictures);
    out_.drawn = canvas_.take();
    out_.drawn_plus = plus_.take();
    out_.whole = ended_;
    if (plus_.has_glyph_strings() && out_.drawn.empty()) out_.glyph_strings++;
    return std::move(out_);
  }

 private:
  void see(std::uint32_t type, std::string_view record) {
    switch (type) {
      case kHeader:
        read_description(record);
        break;
      case kComment:
        read_comment(record);
        break;
      case kTextA:
        draw(record, 36, Letters::bytes);
        break;
      case kTextW:
        draw(record, 36, Letters::units);
        break;
      case kPolyTextA:
        draw_several(record, Letters::bytes);
        break;
      case kPolyTextW:
        draw_several(record, Letters::units);
        break;
      case kSmallText:
        draw_small(record);
        break;
      case kCreateFont:
        create_font(record);
        break;
      default:
        if ((type >= kBitBlt && type <= kStretchBits) || (type >= kAlphaBlend && type <= kTransparentBlt)) {
          read_bitmap(type, record);
        } else {
          change_state(type, record);
        }
    }
  }

  static double signed_at(std::string_view record, size_t at) { return std::bit_cast<std::int32_t>(le32(record, at)); }
  static double real_at(std::string_view record, size_t at) {
    return static_cast<double>(std::bit_cast<float>(le32(record, at)));
  }

  void change_state(std::uint32_t type, std::string_view record) {
    switch (type) {
      case kSetTextAlign:
        state_.align = le32(record, 8);
        break;
      case kMoveTo:
        state_.x = signed_at(record, 8);
        state_.y = signed_at(record, 12);
        break;
      case kSaveState:
        if (saved_.size() < kMaxSaved) saved_.push_back(state_);
        break;
      case kRestoreState:
        restore(std::bit_cast<std::int32_t>(le32(record, 8)));
        break;
      case kSetWorld:
        state_.world = matrix(record);
        break;
      case kModifyWorld:
        modify_world(record);
        break;
      case kSelectObject:
        if (const auto font = fonts_.find(le32(record, 8)); font != fonts_.end()) state_.font = font->second;
        break;
      case kDeleteObject:
        fonts_.erase(le32(record, 8));
        break;
      default:
        break;
    }
  }

  void restore(std::int32_t which) {  // negative: so many back
    while (which < 0 && !saved_.empty()) {
      state_ = saved_.back();
      saved_.pop_back();
      which++;
    }
  }

  static Transform matrix(std::string_view record) {
    return {real_at(record, 8),  real_at(record, 12), real_at(record, 16),
            real_at(record, 20), real_at(record, 24), real_at(record, 28)};
  }

  void modify_world(std::string_view record) {
    switch (le32(record, 32)) {  // [MS-EMF] 2.1.24
      case 1:
        state_.world = {};
        break;
      case 2:
        state_.world = combine(matrix(record), state_.world);
        break;
      case 3:
        state_.world = combine(state_.world, matrix(record));
        break;
      case 4:
        state_.world = matrix(record);
        break;
      default:
        break;
    }
  }

  void create_font(std::string_view record) {
    constexpr size_t kAngleAt = 20;
    constexpr size_t kCharsetAt = 35;
    if (record.size() <= kCharsetAt) return;
    fonts_[le32(record, 8)] = {signed_at(record, 12), signed_at(record, kAngleAt) * std::numbers::pi / 1800,
                               static_cast<unsigned char>(record[kCharsetAt])};
  }

  // Where header and pixels of the source stand in the record; without them the record paints an area.
  void read_bitmap(std::uint32_t type, std::string_view record) {
    const size_t places_at = type == kSetBitsToDevice || type == kStretchBits ? 48 : type == kParallelogram ? 96 : 84;
    const auto piece = [record](size_t at) {
      const size_t begin = le32(record, at);
      return begin < record.size() ? record.substr(begin, le32(record, at + 4)) : std::string_view();
    };
    out_.pictures.add_dib(piece(places_at), piece(places_at + 8));
  }

  void read_description(std::string_view record) {
    const std::uint64_t letters = le32(record, 60);
    const std::uint64_t at = le32(record, 64);
    if (letters == 0 || at < 88 || at >= record.size()) return;
    std::string text;
    append_utf16le(text, record.substr(static_cast<size_t>(at),
                                       static_cast<size_t>(std::min<std::uint64_t>(2 * letters, record.size() - at))));
    // The program's name, a zero, the picture's title, two zeros.
    std::replace(text.begin(), text.end(), '\0', '\n');
    while (!text.empty() && text.back() == '\n') text.pop_back();
    if (!text.empty()) out_.description += text + "\n";
  }

  void read_comment(std::string_view record) {
    constexpr std::uint32_t kPlus = 0x2B464D45;    // "EMF+"
    constexpr std::uint32_t kPublic = 0x43494447;  // "GDIC"
    constexpr std::uint32_t kBeginGroup = 2, kFormats = 0x40000004;
    const std::uint32_t kind = le32(record, 12);
    if (kind == kPlus) {
      const size_t size = le32(record, 8);
      if (record.size() > 16 && size > 4) plus_.read(record.substr(16, size - 4), out_.pictures);
    } else if (kind == kPublic && le32(record, 16) == kBeginGroup && record.size() > 40) {
      std::string name;
      append_utf16le(name, record.substr(40, size_t{2} * std::min<size_t>(le32(record, 36), record.size())));
      name.erase(std::find(name.begin(), name.end(), '\0'), name.end());
      if (!name.empty()) out_.description += name + "\n";
    } else if (kind == kPublic && le32(record, 16) == kFormats) {
      read_formats(record);
    }
  }

  // The picture in other formats ([MS-EMF] 2.3.3.4.3), as Office on a Mac writes it: signature, version, size, place.
  void read_formats(std::string_view record) {
    constexpr size_t kIdentifier = 12, kFirst = 40, kEntry = 16;
    const std::uint32_t count = le32(record, 36);
    for (size_t i = 0, at = kFirst; i < count && at + kEntry <= record.size(); i++, at += kEntry) {
      const size_t begin = kIdentifier + size_t{le32(record, at + 12)};
      if (begin < record.size()) out_.formats.emplace_back(record.substr(begin, le32(record, at + 8)));
    }
  }

  // An EmrText at `at` ([MS-EMF] 2.2.5): place, letters, where they stand in the record, options, rectangle, where the
  // distances stand.
  void draw(std::string_view record, size_t at, Letters letters) {
    const size_t unit = letters == Letters::units ? 2 : 1;
    const std::uint32_t count = le32(record, at + 8);
    const std::uint32_t text_at = le32(record, at + 12);
    const std::uint32_t options = le32(record, at + 16);
    if (count == 0 || text_at >= record.size()) return;
    const size_t taken = std::min<size_t>(count, (record.size() - text_at) / unit);
    const std::uint32_t distances_at = le32(record, at + 36);
    draw_text(signed_at(record, at), signed_at(record, at + 4), options, record.substr(text_at, taken * unit), letters,
              width_of(record, distances_at, taken, options));
  }

  static double width_of(std::string_view record, std::uint64_t at, size_t count, std::uint32_t options) {
    const size_t step = (options & kPairs) != 0 ? 8 : 4;
    if (at == 0 || at + step * count > record.size()) return -1;
    double width = 0;
    for (size_t i = 0; i < count; i++) width += le32(record, at + step * i);
    return width;
  }

  void draw_text(double x, double y, std::uint32_t options, std::string_view raw, Letters letters, double width) {
    if ((options & kGlyphs) != 0) {
      out_.glyph_strings++;
      return;
    }
    std::string text;
    if (letters == Letters::units) {
      append_utf16le(text, raw);
    } else {
      append_code_page(text, raw, code_page());
    }
    std::replace(text.begin(), text.end(), '\0', ' ');
    const bool goes_on = (state_.align & kUpdatePosition) != 0;
    const unsigned side = state_.align & 6;
    const DrawnAt at = side == 6 ? DrawnAt::middle : side == 2 ? DrawnAt::end : DrawnAt::start;
    canvas_.draw(goes_on ? state_.x : x, goes_on ? state_.y : y, state_.world, state_.font, at, width, text);
    if (goes_on && width > 0) {
      state_.x += width * std::cos(state_.font.angle);
      state_.y -= width * std::sin(state_.font.angle);
    }
  }

  std::uint32_t code_page() const {
    const std::uint32_t page = code_page_of_font(state_.font.charset);
    return page != 0 ? page : kCodePageAnsi;
  }

  void draw_several(std::string_view record, Letters letters) {
    constexpr size_t kStringsAt = 40;
    constexpr size_t kEntry = 40;
    const size_t room = record.size() > kStringsAt ? (record.size() - kStringsAt) / kEntry : 0;
    const size_t count = std::min<size_t>(le32(record, 36), room);
    size_t letters_left = record.size();  // entries that share their letters would multiply them
    for (size_t i = 0; i < count; i++) {
      const size_t at = kStringsAt + kEntry * i;
      if (le32(record, at + 8) > letters_left) return;
      letters_left -= le32(record, at + 8);
      draw(record, at, letters);
    }
  }

  void draw_small(std::string_view record) {
    const std::uint32_t options = le32(record, 20);
    const size_t text_at = (options & kNoRectangle) != 0 ? 36 : 52;
    if (record.size() <= text_at) return;
    const Letters letters = (options & kSmallLetters) != 0 ? Letters::bytes : Letters::units;
    const size_t unit = letters == Letters::units ? 2 : 1;
    const size_t count = std::min<size_t>(le32(record, 16), (record.size() - text_at) / unit);
    // Small letters are the low bytes of UTF-16, not of a code page.
    std::string wide;
    if (letters == Letters::bytes) {
      wide.reserve(2 * count);
      for (const char c : record.substr(text_at, count)) wide.append(1, c).append(1, '\0');
    } else {
      wide = record.substr(text_at, 2 * count);
    }
    draw_text(signed_at(record, 8), signed_at(record, 12), options, wide, Letters::units, -1);
  }

  std::string_view bytes_;
  const Sink& sink_;
  MetafileText out_;
  Canvas canvas_;
  EmfPlusReader plus_;
  State state_;
  std::vector<State> saved_;
  std::map<std::uint32_t, DrawnFont> fonts_;
  bool ended_ = false;
};

}  // namespace

MetafileText read_emf(std::string_view bytes, const Sink& sink) {
  return EmfReader(bytes, sink).read();
}

}  // namespace postern::extract
