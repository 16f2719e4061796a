#include "extractors/metafile/emf_plus.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"

namespace postern::extract {

namespace {

constexpr size_t kRecordHeader = 12;  // type, flags, size, size of the data
constexpr size_t kMaxSaved = 4096;    // states kept by SaveGraphics

enum RecordType : unsigned {
  kObject = 0x4008,
  kDrawString = 0x401C,
  kSave = 0x4025,
  kRestore = 0x4026,
  kSetWorld = 0x402A,
  kResetWorld = 0x402B,
  kMultiplyWorld = 0x402C,
  kTranslateWorld = 0x402D,
  kScaleWorld = 0x402E,
  kDrawDriverString = 0x4036,
};

constexpr unsigned kAppended = 0x2000;  // a matrix works after the ones before it

double real(std::string_view data, size_t at) {
  return static_cast<double>(std::bit_cast<float>(le32(data, at)));
}

Transform matrix(std::string_view data, size_t at) {
  return {real(data, at),      real(data, at + 4),  real(data, at + 8),
          real(data, at + 12), real(data, at + 16), real(data, at + 20)};
}

}  // namespace

void EmfPlusReader::read(std::string_view records, Pictures& pictures) {
  while (records.size() >= kRecordHeader) {
    const unsigned type = le16(records, 0);
    const unsigned flags = le16(records, 2);
    const std::uint32_t size = le32(records, 4);
    if (size < kRecordHeader || size > records.size()) return;
    const std::string_view data =
        records.substr(kRecordHeader, std::min<size_t>(le32(records, 8), size - kRecordHeader));
    switch (type) {
      case kObject:
        read_object(flags, data, pictures);
        break;
      case kDrawString:
        draw_string(flags, data);
        break;
      case kDrawDriverString:
        draw_driver_string(flags, data);
        break;
      default:
        change_world(type, flags, data);
    }
    records.remove_prefix(size);
  }
}

// [MS-EMFPLUS] 2.3.5.1. In front of each piece of an object that goes on stands the size of the whole; some writers put
// it before the last piece as well.
void EmfPlusReader::read_object(unsigned flags, std::string_view data, Pictures& pictures) {
  constexpr unsigned kGoesOn = 0x8000;
  constexpr unsigned kImage = 5;
  constexpr unsigned kFont = 6;
  const unsigned kind = flags >> 8 & 0x7F;
  const size_t id = flags & 0xFF;
  if (kind == kFont && id < kObjects) font_heights_[id] = real(data, 4);
  if (kind != kImage) return;
  const unsigned object = flags & ~kGoesOn;
  if (pieces_ && pieces_->object != object) end(pictures);
  if ((flags & kGoesOn) == 0 && !pieces_) return pictures.add_plus_image(data);
  const std::uint32_t size = le32(data, 0);
  if (!pieces_) pieces_ = Pieces{object, size, {}};
  const bool has_size = (flags & kGoesOn) != 0 || size == pieces_->whole;
  pieces_->bytes += data.substr(has_size ? std::min<size_t>(data.size(), 4) : 0);
  if ((flags & kGoesOn) == 0 || pieces_->bytes.size() >= pieces_->whole) end(pictures);
}

void EmfPlusReader::end(Pictures& pictures) {
  if (!pieces_) return;
  if (pieces_->bytes.size() < pieces_->whole) pictures.leave_one();
  pictures.add_plus_image(pieces_->bytes);
  pieces_.reset();
}

void EmfPlusReader::draw_string(unsigned flags, std::string_view data) {
  constexpr size_t kTextAt = 28;  // brush, format, length, rectangle
  if (data.size() < kTextAt) return;
  std::string text;
  append_utf16le(text, data.substr(kTextAt, size_t{2} * std::min<size_t>(le32(data, 8), data.size())));
  const size_t id = flags & 0xFF;
  canvas_.draw(real(data, 12), real(data, 16), world_, {id < kObjects ? font_heights_[id] : 0, 0, 0}, DrawnAt::start,
               -1, text);
}

// Every letter has a place of its own; letters are drawn one by one.
void EmfPlusReader::draw_driver_string(unsigned flags, std::string_view data) {
  constexpr size_t kGlyphsAt = 16;  // brush, options, whether there is a matrix, count
  constexpr std::uint32_t kAreCharacters = 1;
  constexpr std::uint32_t kPlaceOfTheFirst = 4;
  const std::uint32_t options = le32(data, 4);
  const size_t room = data.size() > kGlyphsAt ? (data.size() - kGlyphsAt) / 2 : 0;
  const size_t count = std::min<size_t>(le32(data, 12), room);
  if ((options & kAreCharacters) == 0) {
    glyph_strings_ = glyph_strings_ || count > 0;
    return;
  }
  const size_t id = flags & 0xFF;
  const DrawnFont font{id < kObjects ? font_heights_[id] : 0, 0, 0};
  const size_t places_at = kGlyphsAt + 2 * count;
  const size_t places = (options & kPlaceOfTheFirst) != 0 ? std::min<size_t>(count, 1) : count;
  Transform world = world_;
  if (le32(data, 8) != 0) world = combine(matrix(data, places_at + 8 * places), world_);
  for (size_t i = 0; i < count;) {
    // The rest of the string where only the first place is told, and both halves of a pair.
    const unsigned unit = le16(data, kGlyphsAt + 2 * i);
    const size_t taken = places < count ? count : (unit >= 0xD800 && unit < 0xDC00 && i + 1 < count ? 2 : 1);
    std::string letter;
    append_utf16le(letter, data.substr(kGlyphsAt + 2 * i, 2 * taken));
    canvas_.draw(real(data, places_at + 8 * i), real(data, places_at + 8 * i + 4), world, font, DrawnAt::start, -1,
                 letter);
    i += taken;
  }
}

void EmfPlusReader::change_world(unsigned type, unsigned flags, std::string_view data) {
  Transform change;
  switch (type) {
    case kSave:
      if (saved_.size() < kMaxSaved) saved_[le32(data, 0)] = world_;
      return;
    case kRestore:
      if (const auto found = saved_.find(le32(data, 0)); found != saved_.end()) world_ = found->second;
      return;
    case kSetWorld:
      world_ = matrix(data, 0);
      return;
    case kResetWorld:
      world_ = {};
      return;
    case kMultiplyWorld:
      change = matrix(data, 0);
      break;
    case kTranslateWorld:
      change.dx = real(data, 0);
      change.dy = real(data, 4);
      break;
    case kScaleWorld:
      change.m11 = real(data, 0);
      change.m22 = real(data, 4);
      break;
    default:
      return;
  }
  world_ = (flags & kAppended) != 0 ? combine(world_, change) : combine(change, world_);
}

}  // namespace postern::extract
