#include "extractors/pdf/text_device.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <poppler/Gfx.h>
#include <poppler/GfxState.h>
#include <poppler/UTF.h>
#include <poppler/goo/gmem.h>
#include <unicode/uchar.h>

#include "extractors/pdf/columns.h"
#include "extractors/pdf/placed_lines.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::pdf {

namespace {

constexpr size_t kMaxFills = 256;      // dark areas kept apart
constexpr double kWhite = 0.98;        // of each colour's full strength
constexpr int kMaxPatterns = 3;        // one in another
constexpr int kRenderInvisible = 3;    // 9.3.6
constexpr size_t kFewCharacters = 20;  // too few to say that a font has no meaning
constexpr size_t kFewNumbers = 8;      // too few to be a word
constexpr double kBlank = 0.1;         // of the size of the font, between words
constexpr double kTiny = 1;            // points, and less
constexpr double kNext = 3;            // sizes of the font that lie between neighbours at most
constexpr double kSliver = 0.1;        // of a character, all that a clipping path leaves of what is not seen
constexpr double kNoOpacity = 0.01;

void append(void* out, const char* text, int size) {
  static_cast<std::string*>(out)->append(text, static_cast<size_t>(size));
}

// A text string of the format (7.9.2), as UTF-8.
void add_line(std::string& out, const std::string& coded) {
  Unicode* characters = nullptr;
  const int count = TextStringToUCS4(coded, &characters);
  for (int i = 0; i < count; i++) append_utf8(out, characters[i]);
  gfree(characters);
  out += '\n';
}

bool is_private(Unicode c) {
  return c == 0 || c == 0xFFFD || (c >= 0xE000 && c < 0xF900);
}

// Poppler's own way to copy a map of colours reads behind its tables when there are more than eight bits.
Samples samples(int width, int height, GfxImageColorMap* colors) {
  Object ranges(new Array(nullptr));
  for (int i = 0; i < colors->getNumPixelComps(); i++) {
    ranges.arrayAdd(Object(colors->getDecodeLow(i)));
    ranges.arrayAdd(Object(colors->getDecodeHigh(i)));
  }
  auto copied = std::make_shared<GfxImageColorMap>(colors->getBits(), &ranges, colors->getColorSpace()->copy());
  return copied->isOk() ? Samples{width, height, std::move(copied), false} : Samples{};
}

bool runs_leftwards(Unicode c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

bool runs_rightwards(Unicode c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_LEFT_TO_RIGHT || direction == U_EUROPEAN_NUMBER || direction == U_ARABIC_NUMBER;
}

// Characters stand in a word from left to right; those that are read from right to left are turned, as in all text.
void add_word(std::string& out, const TextWord& word) {
  std::vector<Unicode> characters(word.getChar(0), word.getChar(0) + word.getLength());
  auto begin = characters.begin();
  while (begin != characters.end()) {
    begin = std::find_if(begin, characters.end(), runs_leftwards);
    const auto end = std::find_if(begin, characters.end(), runs_rightwards);
    std::reverse(begin, end);
    begin = end;
  }
  for (const Unicode c : characters) append_utf8(out, c);
}

bool is_leftwards(const TextWord& word) {
  constexpr Unicode kFirst = 0x590;  // nothing below is read to the left
  const Unicode* characters = word.getChar(0);
  return std::any_of(characters, characters + word.getLength(),
                     [](Unicode c) { return c >= kFirst && runs_leftwards(c); });
}

void add_line(std::string& out, const std::vector<const TextWord*>& words, const std::vector<PlacedWord>& places,
              const std::vector<size_t>& line) {
  for (size_t i = 0; i < line.size(); i++) {
    if (i > 0) {
      const PlacedWord& before = places[line[i - 1]];
      const PlacedWord& word = places[line[i]];
      const double gap = std::max(word.left - before.right, before.left - word.right);
      if (gap > kBlank * before.size || words[std::min(line[i - 1], line[i])]->getSpaceAfter()) out += ' ';
    }
    add_word(out, *words[line[i]]);
  }
  out += '\n';
}

}  // namespace

int side_around(double page) {
  constexpr double kMostPage = 1e6;
  if (!(page > 0)) page = 0;  // no number, too
  return static_cast<int>(std::clamp(page, 0.0, kMostPage)) + 2 * kAround;
}

TextDevice::TextDevice(std::string& out, Show show, Order order, double width, double height, double shift)
    : TextOutputDev(&append, &out, false, 0, order == Order::drawn, false),
      show_(show),
      page_{shift, shift, shift + width, shift + height} {}

bool TextDevice::lacks_meaning() const {
  return numbers_ >= kFewNumbers || (count_ >= kFewCharacters && unmapped_ * 2 > count_);
}

// Characters of such a font are numbers of glyphs in its file (ISO 32000-1 9.7.5.2, Identity-H), and poppler gives the
// numbers out as Unicode where no map says what they mean.
bool TextDevice::has_numbers_only(const GfxFont* font) {
  if (font == numbered_of_) return numbers_only_;
  numbered_of_ = font;
  numbers_only_ = false;
  if (font == nullptr || !font->isCIDFont() || font->hasToUnicodeCMap()) return false;
  const GooString* const collection = static_cast<const GfxCIDFont*>(font)->getCollection();
  numbers_only_ = collection != nullptr && collection->cmp("Adobe-Identity") == 0;
  return numbers_only_;
}

TextDevice::OtherOrders TextDevice::other_orders() {
  const std::unique_ptr<TextWordList> list = makeWordList();
  if (!list) return {};
  std::vector<const TextWord*> words;
  std::vector<PlacedWord> places;
  words.reserve(static_cast<size_t>(list->getLength()));
  places.reserve(words.capacity());
  for (int i = 0; i < list->getLength(); i++) {
    const TextWord* word = list->get(i);
    if (word->getRotation() != 0 || word->getLength() == 0) continue;  // text from top to bottom is turned as well
    double left = 0, top = 0, right = 0, bottom = 0;
    word->getBBox(&left, &top, &right, &bottom);
    words.push_back(word);
    places.push_back({left, right, word->getBaseline(), word->getFontSize(), static_cast<size_t>(word->getLength()),
                      is_leftwards(*word)});
  }
  const auto text_of = [&](std::vector<std::vector<size_t>> lines) {
    std::string out;
    for (std::vector<size_t>& line : lines) {
      order_leftwards(places, line);
      add_line(out, words, places, line);
    }
    return out;
  };
  return {text_of(lines_by_column(places)), text_of(lines_leftwards(places)), text_of(lines_by_place(places))};
}

void TextDevice::drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                          CharCode code, int bytes, const Unicode* unicode, int length) {
  count_++;
  if (length == 0 || unicode == nullptr || is_private(unicode[0])) unmapped_++;
  if (has_numbers_only(state->getFont().get())) numbers_++;
  Stroke stroke{};
  state->transform(x, y, &stroke.x0, &stroke.y0);
  state->transform(x + dx, y + dy, &stroke.x1, &stroke.y1);
  stroke.size = state->getTransformedFontSize();
  const Seen seen = look(*state, stroke);
  outside_ += seen == Seen::outside ? 1 : 0;
  invisible_ += seen == Seen::invisible ? 1 : 0;
  white_ += seen == Seen::white ? 1 : 0;
  tiny_ += seen == Seen::tiny ? 1 : 0;
  const bool blank = length == 1 && unicode != nullptr && unicode[0] == ' ';
  if (!blank && seen != Seen::outside) note_neighbour(stroke, seen == Seen::yes);
  switch (show_) {
    case Show::all:
      break;
    case Show::hidden_only:
      if (seen == Seen::yes || seen == Seen::clipped) return;
      if ((seen == Seen::white && !white_counts_) || (seen == Seen::tiny && !tiny_counts_)) return;
      break;
    case Show::seen_only:
      if (seen != Seen::yes) return;
      break;
    case Show::seen_and_marks:
      if (seen == Seen::yes) break;
      const Unicode mark = kUnseenMark;
      TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, &mark, 1);
      return;
  }
  if (const Unicode named = names_.other(state->getFont(), code, unicode, length); named != 0) {
    contradicts_ = true;
    if (by_name_) {
      TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, &named, 1);
      return;
    }
  }
  TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, unicode, length);
}

TextDevice::Seen TextDevice::look(GfxState& state, const Stroke& stroke) {
  if (is_outside(stroke)) return Seen::outside;
  if (state.getRender() == kRenderInvisible || state.getFillOpacity() < kNoOpacity) return Seen::invisible;
  if (is_white(state) && !on_dark(stroke.x0, stroke.y0)) return Seen::white;
  const bool is_type3 = state.getFont() && state.getFont()->getType() == fontType3;
  type3_ += is_type3 ? 1 : 0;
  // The size of a Type 3 font says nothing without its matrix.
  if (!is_type3 && stroke.size <= kTiny) return Seen::tiny;
  double left = 0, top = 0, right = 0, bottom = 0;
  state.getClipBBox(&left, &top, &right, &bottom);
  const bool is_level = std::abs(stroke.y1 - stroke.y0) < kSliver;
  const double around = is_level ? 0 : stroke.size;
  const double x0 = std::min(stroke.x0, stroke.x1) - around, x1 = std::max(stroke.x0, stroke.x1) + around;
  const double y0 = std::min(stroke.y0, stroke.y1) - stroke.size, y1 = std::max(stroke.y0, stroke.y1) + stroke.size;
  const bool is_clipped = std::min(x1, right) - std::max(x0, left) < kSliver * (x1 - x0) ||
                          std::min(y1, bottom) - std::max(y0, top) < kSliver * (y1 - y0);
  return is_clipped && x1 > x0 ? Seen::clipped : Seen::yes;
}

void TextDevice::note_neighbour(const Stroke& stroke, bool seen) {
  if (seen != last_seen_) {
    const double far = kNext * std::max(stroke.size, last_.size);
    mixes_ = mixes_ || (std::abs(stroke.x0 - last_.x1) < far && std::abs(stroke.y0 - last_.y1) < far);
  }
  last_seen_ = seen;
  last_ = stroke;
}

void TextDevice::restoreState(GfxState* state) {
  color_known_ = false;
  TextOutputDev::restoreState(state);
}

void TextDevice::fill(GfxState* state) {
  note_fill(*state);
  TextOutputDev::fill(state);
}

void TextDevice::eoFill(GfxState* state) {
  note_fill(*state);
  TextOutputDev::eoFill(state);
}

void TextDevice::beginForm(Ref id) {
  if (forms_ != nullptr) forms_->insert(id.num);
}

// One cell, in the middle of what is filled: patterns may hold text and pictures. The library does not give out what
// the sanitizer would check the type of the pattern by.
__attribute__((no_sanitize("vptr"))) bool TextDevice::tilingPatternFill(GfxState*, Gfx* painter, Catalog*,
                                                                        GfxTilingPattern* pattern, const double* matrix,
                                                                        int x0, int y0, int x1, int y1, double x_step,
                                                                        double y_step) {
  if (patterns_ >= kMaxPatterns) return true;
  const double across = std::floor((double{1} * x0 + x1) / 2) * x_step;
  const double up = std::floor((double{1} * y0 + y1) / 2) * y_step;
  const double placed[6] = {matrix[0],
                            matrix[1],
                            matrix[2],
                            matrix[3],
                            matrix[4] + across * matrix[0] + up * matrix[2],
                            matrix[5] + across * matrix[1] + up * matrix[3]};
  patterns_++;
  painter->drawForm(pattern->getContentStream(), pattern->getResDict(), placed, pattern->getBBox());
  patterns_--;
  return true;
}

void TextDevice::drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                           GfxImageColorMap* colors, bool, const int*, bool is_inline) {
  notes_->picture(*state, is_inline ? nullptr : ref, *stream, samples(width, height, colors));
}

void TextDevice::drawMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                                 GfxImageColorMap* colors, bool, Stream*, int mask_width, int mask_height,
                                 bool mask_invert, bool) {
  notes_->picture(*state, ref, *stream, samples(width, height, colors),
                  {mask_width, mask_height, nullptr, mask_invert});
}

void TextDevice::drawSoftMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                                     GfxImageColorMap* colors, bool, Stream*, int mask_width, int mask_height,
                                     GfxImageColorMap* mask_colors, bool) {
  notes_->picture(*state, ref, *stream, samples(width, height, colors), samples(mask_width, mask_height, mask_colors));
}

void TextDevice::drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert, bool,
                               bool is_inline) {
  notes_->stencil(*state, is_inline ? nullptr : ref, *stream, {width, height, nullptr, invert});
}

void TextDevice::setSoftMaskFromImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height,
                                          bool invert, bool is_inline, double*) {
  notes_->stencil(*state, is_inline ? nullptr : ref, *stream, {width, height, nullptr, invert});
}

void TextDevice::beginActualText(GfxState* state, const GooString* replacement) {
  replaced_ = true;
  if (replaces_) TextOutputDev::beginActualText(state, replacement);
}

void TextDevice::endActualText(GfxState* state) {
  if (replaces_) TextOutputDev::endActualText(state);
}

void TextDevice::beginMarkedContent(const char*, Dict* properties) {
  if (properties == nullptr) return;
  for (const char* key : {"Alt", "E"}) {
    const Object words = properties->lookup(key);
    if (words.isString()) add_line(alternatives_, words.getString()->toStr());
  }
}

bool TextDevice::is_outside(const Stroke& stroke) const {
  return std::max(stroke.x0, stroke.x1) < page_.left || std::min(stroke.x0, stroke.x1) > page_.right ||
         std::max(stroke.y0, stroke.y1) < page_.top || std::min(stroke.y0, stroke.y1) > page_.bottom;
}

bool TextDevice::is_white(GfxState& state) {
  if (!color_known_) {
    GfxRGB color{};
    state.getFillRGB(&color);
    white_now_ = colToDbl(color.r) >= kWhite && colToDbl(color.g) >= kWhite && colToDbl(color.b) >= kWhite;
    color_known_ = true;
  }
  return white_now_;
}

bool TextDevice::on_dark(double x, double y) const {
  return std::any_of(dark_.begin(), dark_.end(), [&](const Box& box) { return box.holds(x, y); });
}

void TextDevice::note_squares(GfxState& state) {
  const bool is_dark = !is_white(state);
  const GfxPath* path = state.getPath();
  for (int i = 0; i < path->getNumSubpaths(); i++) {
    const GfxSubpath* part = path->getSubpath(i);
    double left = 0, top = 0, right = 0, bottom = 0;
    for (int j = 0; j < part->getNumPoints(); j++) {
      double x = 0, y = 0;
      state.transform(part->getX(j), part->getY(j), &x, &y);
      left = j == 0 ? x : std::min(left, x);
      right = j == 0 ? x : std::max(right, x);
      top = j == 0 ? y : std::min(top, y);
      bottom = j == 0 ? y : std::max(bottom, y);
    }
    squares_->fill(static_cast<float>(left), static_cast<float>(top), static_cast<float>(right),
                   static_cast<float>(bottom), is_dark);
  }
}

void TextDevice::note_fill(GfxState& state) {
  if (squares_ != nullptr) note_squares(state);
  if (is_white(state)) return;
  double left = 0, top = 0, right = 0, bottom = 0;
  bool first = true;
  const GfxPath* path = state.getPath();
  for (int i = 0; i < path->getNumSubpaths(); i++) {
    const GfxSubpath* part = path->getSubpath(i);
    for (int j = 0; j < part->getNumPoints(); j++) {
      double x = 0, y = 0;
      state.transform(part->getX(j), part->getY(j), &x, &y);
      left = first ? x : std::min(left, x);
      right = first ? x : std::max(right, x);
      top = first ? y : std::min(top, y);
      bottom = first ? y : std::max(bottom, y);
      first = false;
    }
  }
  if (first) return;
  const Box box{left, top, right, bottom};
  if (dark_.size() < kMaxFills) {
    dark_.push_back(box);
    return;
  }
  Box& last = dark_.back();
  last = {std::min(last.left, box.left), std::min(last.top, box.top), std::max(last.right, box.right),
          std::max(last.bottom, box.bottom)};
}

}  // namespace postern::extract::pdf
