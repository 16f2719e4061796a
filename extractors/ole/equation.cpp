#include "extractors/ole/equation.h"

#include "extractors/archive/bytes.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::ole {

namespace {

enum Record : unsigned {
  kEnd,
  kLine,
  kChar,
  kTemplate,
  kPile,
  kMatrix,
  kEmbellishment,
  kRuler,
  kFont,  // of version 5 the style of a font
  kSize,
  kLastSize = 14,
  kColour,
  kColourDefinition,
  kFontDefinition,
  kPreferences,
  kEncoding,
  kFuture = 100,
};

// Options of records; those of a kind mean something else than those of another.
constexpr unsigned kNudge = 0x8;
constexpr unsigned kNullLine = 0x1, kLineSpacing = 0x4;
constexpr unsigned kEmbellished = 0x1, kEmbellishedOf3 = 0x2;
constexpr unsigned kPosition8 = 0x4, kPosition16 = 0x10, kNoCode = 0x20;
constexpr unsigned kCmyk = 0x1, kNamed = 0x4;

// Records follow each other: lists of what is inside another are no blocks with a size, they end at an END. A reader of
// signs alone needs no tree, it counts the lists that are open; behind the end of the first programs leave anything.
class Reader {
 public:
  Reader(std::string_view bytes, unsigned version) : bytes_(bytes), version_(version) {}

  Equation read() {
    while (at_ < bytes_.size() && out_.whole && open_lists_ > 0) {
      const unsigned tag = byte();
      const unsigned type = version_ == 5 ? tag : tag & 0xF;
      unsigned options = tag >> 4;
      if (version_ == 5) options = (type >= kLine && type <= kEmbellishment) || type == kColourDefinition ? byte() : 0;
      record(type, options);
      if (at_ > bytes_.size()) out_.whole = false;
    }
    return std::move(out_);
  }

 private:
  unsigned byte() {
    const size_t at = at_++;
    return at < bytes_.size() ? static_cast<unsigned char>(bytes_[at]) : 0;
  }
  unsigned word() {
    at_ += 2;
    return le16(bytes_, at_ - 2);
  }
  void skip_name() {
    while (at_ < bytes_.size() && byte() != 0) {
    }
  }
  // A number of one byte, or of two behind 255.
  void skip_number() {
    if (byte() == 255) at_ += 2;
  }
  void skip_nudge(unsigned options) {
    if ((options & kNudge) == 0) return;
    constexpr unsigned kLong = 128;
    const unsigned dx = byte(), dy = byte();
    if (dx == kLong && dy == kLong) at_ += 4;
  }
  // Sizes in half bytes, each up to a half of ones.
  void skip_sizes() {
    unsigned left = byte();
    while (left > 0 && at_ < bytes_.size()) {
      const unsigned both = byte();
      if (both >> 4 == 0xF) left--;
      if (left > 0 && (both & 0xF) == 0xF) left--;
    }
  }
  void blank() {
    if (!out_.text.empty() && out_.text.back() != ' ') out_.text += ' ';
  }
  void sign(char32_t c) {
    if (c >= 0xE000 && c <= 0xF8FF) c = ' ';  // MathType's own: blanks of every width, signs that no font shows
    if (c < 0x20 || (c >= 0xD800 && c <= 0xDFFF)) return;
    if (c == ' ') {
      blank();
    } else {
      append_utf8(out_.text, c);
    }
  }

  void record(unsigned type, unsigned options) {
    switch (type) {
      case kEnd:
        open_lists_--;
        return;
      case kLine:
        blank();
        if ((options & kNullLine) == 0) open_lists_++;
        skip_nudge(options);
        if ((options & kLineSpacing) != 0) at_ += version_ == 5 ? 2 : 1;
        return;  // its ruler is a record
      case kChar:
        if ((options & (version_ == 5 ? kEmbellished : kEmbellishedOf3)) != 0) open_lists_++;
        skip_nudge(options);
        version_ == 5 ? skip_number() : static_cast<void>(byte());
        if (version_ != 5 || (options & kNoCode) == 0) sign(word());
        if (version_ == 5 && (options & kPosition8) != 0) at_ += 1;
        if (version_ == 5 && (options & kPosition16) != 0) at_ += 2;
        return;  // what embellishes it are records
      case kTemplate:
        open_lists_++;
        skip_nudge(options);
        byte();
        if ((byte() & 0x80) != 0 && version_ == 5) byte();
        byte();
        return;
      case kPile:
        open_lists_++;
        skip_nudge(options);
        at_ += 2;
        return;
      case kMatrix: {
        open_lists_++;
        skip_nudge(options);
        at_ += 3;
        const unsigned rows = byte(), columns = byte();
        at_ += (rows + 1 + 3) / 4 + (columns + 1 + 3) / 4;
        return;
      }
      case kEmbellishment:
        skip_nudge(options);
        byte();
        return;
      case kRuler:
        at_ += size_t{byte()} * 3;
        return;
      case kFont:
        version_ == 5 ? skip_number() : static_cast<void>(byte());
        byte();
        if (version_ != 5) skip_name();
        return;
      case kSize: {
        constexpr unsigned kInPoints = 101, kBoth = 100;
        const unsigned kind = byte();
        at_ += kind == kInPoints ? 2 : kind == kBoth ? 3 : 1;
        return;
      }
      default:
        if (type <= kLastSize) return;
        version_ == 5 ? definition(type, options) : static_cast<void>(out_.whole = false);
    }
  }

  void definition(unsigned type, unsigned options) {
    switch (type) {
      case kColour:
        skip_number();
        return;
      case kColourDefinition:
        at_ += (options & kCmyk) != 0 ? 8 : 6;
        if ((options & kNamed) != 0) skip_name();
        return;
      case kFontDefinition:
        skip_number();
        skip_name();
        return;
      case kPreferences:
        byte();
        skip_sizes();
        skip_sizes();
        for (unsigned styles = byte(); styles > 0 && at_ < bytes_.size(); styles--) {
          if (byte() != 0) byte();
        }
        return;
      case kEncoding:
        skip_name();
        return;
      default:
        if (type < kFuture) {
          out_.whole = false;
          return;
        }
        const unsigned size = byte();
        const unsigned skipped = size == 255 ? word() : size;
        at_ += skipped;
    }
  }

  const std::string_view bytes_;
  const unsigned version_;
  size_t at_ = 0;
  size_t open_lists_ = 1;
  Equation out_;
};

}  // namespace

std::optional<Equation> read_equation(std::string_view stream) {
  const size_t head = le16(stream, 0), size = le32(stream, 8);
  if (head >= stream.size()) return std::nullopt;
  std::string_view bytes = stream.substr(head);
  const bool whole = size <= bytes.size();
  bytes = bytes.substr(0, size);
  constexpr size_t kVersionFields = 5;
  if (bytes.size() < kVersionFields) return std::nullopt;
  const auto version = static_cast<unsigned char>(bytes[0]);
  size_t begin = kVersionFields;
  if (version == 5) {
    begin = bytes.find('\0', begin);  // the program's key, then options of the equation
    if (begin == std::string_view::npos || begin + 2 > bytes.size()) return std::nullopt;
    begin += 2;
  } else if (version != 3) {
    return std::nullopt;
  }
  Equation out = Reader(bytes.substr(begin), version).read();
  out.whole = out.whole && whole;
  return out;
}

}  // namespace postern::extract::ole
