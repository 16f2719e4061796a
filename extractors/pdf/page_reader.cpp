#include "extractors/pdf/page_reader.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <poppler/Error.h>
#include <poppler/ErrorCodes.h>
#include <poppler/Gfx.h>
#include <poppler/GfxState.h>
#include <poppler/GlobalParams.h>
#include <poppler/OptionalContent.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>
#include <poppler/TextOutputDev.h>
#include <poppler/UTF.h>
#include <poppler/goo/gmem.h>

#include "extractors/pdf/text.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::pdf {

namespace {

constexpr int kAround = 20'000;        // how far outside the page text is looked for, in points: 7 m
constexpr size_t kMaxFills = 256;      // dark areas kept apart
constexpr double kWhite = 0.98;        // of each colour's full strength
constexpr int kMaxPatterns = 3;        // one in another
constexpr int kRenderInvisible = 3;    // 9.3.6
constexpr size_t kFewCharacters = 20;  // too few to say that a font has no meaning

enum class Show { all, hidden_only };
enum class Order { drawn, placed };

struct Box {
  double left, top, right, bottom;
  bool holds(double x, double y) const { return x >= left && x <= right && y >= top && y <= bottom; }
};

void append(void* out, const char* text, int size) {
  static_cast<std::string*>(out)->append(text, static_cast<size_t>(size));
}

// Of the slice around a page; those that claim to be larger than 350 m have nothing further out.
int side(double page) {
  constexpr double kMostPage = 1e6;
  return static_cast<int>(std::clamp(page, 0.0, kMostPage)) + 2 * kAround;
}

// A text string of the format (7.9.2), as UTF-8.
void add_line(std::string& out, const std::string& coded) {
  Unicode* characters = nullptr;
  const int count = TextStringToUCS4(coded, &characters);
  for (int i = 0; i < count; i++) append_utf8(out, characters[i]);
  gfree(characters);
  out += '\n';
}

class TextDevice final : public TextOutputDev {
 public:
  // `shift`: where the page's corner lies in the slice that is drawn.
  TextDevice(std::string& out, Show show, Order order, double width, double height, double shift)
      : TextOutputDev(&append, &out, false, 0, order == Order::drawn, false),
        show_(show),
        page_{shift, shift, shift + width, shift + height} {}

  void drawChar(GfxState* state, double x, double y, double dx, double dy, double origin_x, double origin_y,
                CharCode code, int bytes, const Unicode* unicode, int length) override {
    count_++;
    if (length == 0 || unicode == nullptr || is_private(unicode[0])) unmapped_++;
    const bool outside = is_outside(*state, x, y, dx, dy);
    const bool invisible = state->getRender() == kRenderInvisible;
    const bool white = !outside && !invisible && is_white(*state) && !on_dark(*state, x, y);
    outside_ += outside ? 1 : 0;
    invisible_ += invisible ? 1 : 0;
    white_ += white ? 1 : 0;
    if (show_ == Show::hidden_only && !outside && !invisible && !(white && white_counts_)) return;
    TextOutputDev::drawChar(state, x, y, dx, dy, origin_x, origin_y, code, bytes, unicode, length);
  }

  void updateFillColor(GfxState*) override { color_known_ = false; }
  void updateFillColorSpace(GfxState*) override { color_known_ = false; }
  void restoreState(GfxState* state) override {
    color_known_ = false;
    TextOutputDev::restoreState(state);
  }
  void fill(GfxState* state) override {
    note_fill(*state);
    TextOutputDev::fill(state);
  }
  void eoFill(GfxState* state) override {
    note_fill(*state);
    TextOutputDev::eoFill(state);
  }

  // Pictures are noted; shadings stay undrawn as in all extraction of text.
  void note_in(PictureNotes* notes) { notes_ = notes; }
  bool needNonText() override { return notes_ != nullptr; }
  bool useTilingPatternFill() override { return true; }
  // One cell, in the middle of what is filled: patterns may hold text and pictures. The library does not give out what
  // the sanitizer would check the type of the pattern by.
  __attribute__((no_sanitize("vptr"))) bool tilingPatternFill(GfxState*, Gfx* painter, Catalog*,
                                                              GfxTilingPattern* pattern, const double* matrix, int x0,
                                                              int y0, int x1, int y1, double x_step,
                                                              double y_step) override {
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
  bool useShadedFills(int) override { return true; }
  bool functionShadedFill(GfxState*, GfxFunctionShading*) override { return true; }
  bool axialShadedFill(GfxState*, GfxAxialShading*, double, double) override { return true; }
  bool radialShadedFill(GfxState*, GfxRadialShading*, double, double) override { return true; }
  bool gouraudTriangleShadedFill(GfxState*, GfxGouraudTriangleShading*) override { return true; }
  bool patchMeshShadedFill(GfxState*, GfxPatchMeshShading*) override { return true; }

  void drawImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors, bool,
                 const int*, bool is_inline) override {
    notes_->picture(*state, is_inline ? nullptr : ref, *stream, samples(width, height, colors));
  }
  void drawMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height, GfxImageColorMap* colors,
                       bool, Stream*, int mask_width, int mask_height, bool mask_invert, bool) override {
    notes_->picture(*state, ref, *stream, samples(width, height, colors),
                    {mask_width, mask_height, nullptr, mask_invert});
  }
  void drawSoftMaskedImage(GfxState* state, Object* ref, Stream* stream, int width, int height,
                           GfxImageColorMap* colors, bool, Stream*, int mask_width, int mask_height,
                           GfxImageColorMap* mask_colors, bool) override {
    notes_->picture(*state, ref, *stream, samples(width, height, colors),
                    samples(mask_width, mask_height, mask_colors));
  }
  void drawImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert, bool,
                     bool is_inline) override {
    notes_->stencil(*state, is_inline ? nullptr : ref, *stream, {width, height, nullptr, invert});
  }
  void setSoftMaskFromImageMask(GfxState* state, Object* ref, Stream* stream, int width, int height, bool invert,
                                bool is_inline, double*) override {
    notes_->stencil(*state, is_inline ? nullptr : ref, *stream, {width, height, nullptr, invert});
  }

  // Replacements (14.9.4) are what poppler takes for the text, whatever is drawn.
  void take_what_is_drawn() { replaces_ = false; }
  void beginActualText(GfxState* state, const GooString* replacement) override {
    replaced_ = true;
    if (replaces_) TextOutputDev::beginActualText(state, replacement);
  }
  void endActualText(GfxState* state) override {
    if (replaces_) TextOutputDev::endActualText(state);
  }
  // Alternatives and expansions inside the content (14.9.3, 14.9.5).
  void beginMarkedContent(const char*, Dict* properties) override {
    if (properties == nullptr) return;
    for (const char* key : {"Alt", "E"}) {
      const Object words = properties->lookup(key);
      if (words.isString()) add_line(alternatives_, words.getString()->toStr());
    }
  }

  bool replaced() const { return replaced_; }
  const std::string& alternatives() const { return alternatives_; }
  void let_white_count() { white_counts_ = true; }
  size_t count() const { return count_; }
  size_t outside() const { return outside_; }
  size_t invisible() const { return invisible_; }
  size_t white() const { return white_; }
  bool mostly_unmapped() const { return count_ >= kFewCharacters && unmapped_ * 2 > count_; }

 private:
  // Poppler's own way to copy a map of colours reads behind its tables when there are more than eight bits.
  static Samples samples(int width, int height, GfxImageColorMap* colors) {
    Object ranges(new Array(nullptr));
    for (int i = 0; i < colors->getNumPixelComps(); i++) {
      ranges.arrayAdd(Object(colors->getDecodeLow(i)));
      ranges.arrayAdd(Object(colors->getDecodeHigh(i)));
    }
    auto copied = std::make_shared<GfxImageColorMap>(colors->getBits(), &ranges, colors->getColorSpace()->copy());
    return copied->isOk() ? Samples{width, height, std::move(copied), false} : Samples{};
  }
  static bool is_private(Unicode c) { return c == 0 || c == 0xFFFD || (c >= 0xE000 && c < 0xF900); }

  bool is_outside(const GfxState& state, double x, double y, double dx, double dy) const {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    state.transform(x, y, &x0, &y0);
    state.transform(x + dx, y + dy, &x1, &y1);
    return std::max(x0, x1) < page_.left || std::min(x0, x1) > page_.right || std::max(y0, y1) < page_.top ||
           std::min(y0, y1) > page_.bottom;
  }

  bool is_white(GfxState& state) {
    if (!color_known_) {
      GfxRGB color{};
      state.getFillRGB(&color);
      white_now_ = colToDbl(color.r) >= kWhite && colToDbl(color.g) >= kWhite && colToDbl(color.b) >= kWhite;
      color_known_ = true;
    }
    return white_now_;
  }

  bool on_dark(const GfxState& state, double x, double y) const {
    double at_x = 0, at_y = 0;
    state.transform(x, y, &at_x, &at_y);
    return std::any_of(dark_.begin(), dark_.end(), [&](const Box& box) { return box.holds(at_x, at_y); });
  }

  void note_fill(GfxState& state) {
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

  const Show show_;
  const Box page_;
  PictureNotes* notes_ = nullptr;  // null: pictures and patterns are passed over
  int patterns_ = 0;               // that are drawn, one in another
  bool replaces_ = true, replaced_ = false;
  std::string alternatives_;
  std::vector<Box> dark_;
  bool color_known_ = false;
  bool white_now_ = false;
  bool white_counts_ = false;
  size_t count_ = 0, outside_ = 0, invisible_ = 0, white_ = 0, unmapped_ = 0;
};

// Pictures, patterns and shadings may lie under white text; they are not drawn here.
bool may_have_background(Page& page) {
  Dict* resources = page.getResourceDict();
  if (resources == nullptr) return false;
  if (resources->hasKey("Pattern") || resources->hasKey("Shading")) return true;
  const Object objects = resources->lookup("XObject");
  return objects.isDict() && objects.getDict()->getLength() > 0;
}

// Whether an object stands at the same place in both revisions.
bool is_same_object(XRef& older, XRef& newer, int number) {
  for (int step = 0; step < 2; step++) {  // an object may stand in a stream of objects
    const XRefEntry* one = older.getEntry(number, false);
    const XRefEntry* other = newer.getEntry(number, false);
    if (one->type != other->type || one->offset != other->offset || one->gen != other->gen) return false;
    if (one->type != xrefEntryCompressed) return true;
    number = static_cast<int>(one->offset);
  }
  return false;
}

// The objects that a page is drawn from: its own, its content, the pictures and forms in it.
std::vector<int> objects_of_page(XRef& table, const Ref& page) {
  std::vector<int> out{page.num};
  const auto add = [&out](const Object& object) {
    if (object.isRef()) out.push_back(object.getRefNum());
  };
  const Object dictionary = table.fetch(page);
  if (!dictionary.isDict()) return out;
  const Object& content = dictionary.dictLookupNF("Contents");
  add(content);
  const Object parts = dictionary.dictLookup("Contents");
  if (parts.isArray()) {
    for (int i = 0; i < parts.arrayGetLength(); i++) add(parts.arrayGetNF(i));
  }
  add(dictionary.dictLookupNF("Resources"));
  const Object resources = dictionary.dictLookup("Resources");
  if (!resources.isDict()) return out;
  add(resources.dictLookupNF("XObject"));
  const Object forms = resources.dictLookup("XObject");
  for (int i = 0; forms.isDict() && i < forms.dictGetLength(); i++) add(forms.dictGetValNF(i));
  return out;
}

// The lines of `text` that `known` has not.
std::string lines_besides(std::string_view text, std::string_view known) {
  std::unordered_set<std::string_view> seen;
  const auto each = [](std::string_view lines, auto take) {
    while (!lines.empty()) {
      const size_t end = std::min(lines.find('\n'), lines.size());
      take(lines.substr(0, end));
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
  };
  each(known, [&](std::string_view line) { seen.insert(line); });
  std::string out;
  each(text, [&](std::string_view line) {
    if (!seen.contains(line)) out.append(line).append(1, '\n');
  });
  return out;
}

}  // namespace

void keep_library_ready() {
  static const GlobalParamsIniter shared([](ErrorCategory, Goffset, const char*) {});
}

struct PageReader::Document {
  Document(std::string_view bytes, const std::string& password)
      : words(password),
        file(new MemStream(bytes.data(), 0, static_cast<Goffset>(bytes.size()), Object(objNull)), words, words) {
    if (!file.isOk()) return;
    OCGs* layers = file.getOptContentConfig();
    if (layers == nullptr || !layers->hasOCGs()) return;
    for (const auto& [reference, layer] : layers->getOCGs()) {
      if (layer->getState() == OptionalContentGroup::Off) off.push_back(layer.get());
    }
  }

  void draw(int number, TextDevice& device) { file.displayPage(&device, number, 72, 72, 0, false, true, false); }

  // Draws the page as it is; nothing when there is no such page.
  std::optional<std::pair<double, double>> size_of(int number) {
    Page* page = file.getPage(number);
    if (page == nullptr) return std::nullopt;
    std::pair<double, double> size(page->getCropWidth(), page->getCropHeight());
    if (page->getRotate() % 180 != 0) std::swap(size.first, size.second);
    return size;
  }

  void show_layers(OptionalContentGroup::State state) {
    for (OptionalContentGroup* layer : off) layer->setState(state);
  }

  const std::optional<GooString> words;
  PDFDoc file;
  std::vector<OptionalContentGroup*> off;
  std::optional<PictureNotes> notes;  // nothing: pictures are not noted
};

PageReader::PageReader(std::string_view bytes, const std::string& password)
    : document_(std::make_unique<Document>(bytes, password)) {}

PageReader::~PageReader() = default;

PageReader::Access PageReader::access() const {
  if (document_->file.isOk()) return Access::open;
  return document_->file.getErrorCode() == errEncrypted ? Access::locked : Access::broken;
}

int PageReader::pages() const {
  return document_->file.isOk() ? std::max(document_->file.getNumPages(), 0) : 0;
}

bool PageReader::has_page(int number) {
  return pages() > 0 && document_->size_of(number).has_value();
}

void PageReader::note_pictures() {
  document_->notes.emplace();
}

const PictureNotes& PageReader::pictures() const {
  return *document_->notes;
}

GreyPicture PageReader::decode_picture(const NotedPicture& picture, Wanted wanted,
                                       const std::function<bool()>& stopped) {
  return pdf::decode_picture(picture, *document_->file.getXRef(), wanted, stopped);
}

bool PageReader::read_shown(int number, std::string& out) {
  const auto size = document_->size_of(number);
  if (!size) return false;
  std::string text;
  TextDevice device(text, Show::all, Order::drawn, size->first, size->second, 0);
  if (document_->notes) device.note_in(&*document_->notes);
  document_->draw(number, device);
  out = readable(text);
  return true;
}

bool PageReader::read(int number, PageText& out) {
  out = {};
  const auto size = document_->size_of(number);
  if (!size) return false;
  const auto [width, height] = *size;
  std::string text;
  TextDevice device(text, Show::all, Order::drawn, width, height, 0);
  if (document_->notes) {
    document_->notes->begin_page(number);
    device.note_in(&*document_->notes);
  }
  document_->draw(number, device);
  out.shown = readable(text);
  out.unmapped = device.mostly_unmapped();
  out.alternatives = readable(device.alternatives());
  if (device.replaced()) {
    std::string drawn;
    TextDevice glyphs(drawn, Show::all, Order::drawn, width, height, 0);
    glyphs.take_what_is_drawn();
    document_->draw(number, glyphs);
    out.drawn = lines_besides(readable(drawn), out.shown);
  }
  const bool white = device.white() > 0 && !may_have_background(*document_->file.getPage(number));
  if (device.invisible() == device.count() && device.outside() == 0) {
    out.layered = device.count() > 0;
    out.hidden = std::exchange(out.shown, {});
  } else if (device.invisible() + device.outside() > 0 || white) {
    std::string beside;
    TextDevice hidden(beside, Show::hidden_only, Order::drawn, width, height, kAround);
    if (white) hidden.let_white_count();
    document_->file.displayPageSlice(&hidden, number, 72, 72, 0, false, true, false, -kAround, -kAround, side(width),
                                     side(height));
    out.hidden = readable(beside);
  }
  if (!document_->off.empty()) {
    document_->show_layers(OptionalContentGroup::On);
    std::string with_layers;
    const bool drawn = read_shown(number, with_layers);
    document_->show_layers(OptionalContentGroup::Off);
    if (drawn) out.hidden += lines_besides(with_layers, out.shown);
  }
  return true;
}

bool PageReader::is_same_in(const PageReader& newer, int number) const {
  PDFDoc& mine = document_->file;
  PDFDoc& other = newer.document_->file;
  const Ref* page = mine.getCatalog()->getPageRef(number);
  if (page == nullptr || other.findPage(*page) == 0) return false;
  const std::vector<int> objects = objects_of_page(*mine.getXRef(), *page);
  return std::all_of(objects.begin(), objects.end(),
                     [&](int object) { return is_same_object(*mine.getXRef(), *other.getXRef(), object); });
}

std::string PageReader::by_place(int number) {
  const auto size = document_->size_of(number);
  if (!size) return {};
  std::string text;
  TextDevice device(text, Show::all, Order::placed, size->first, size->second, 0);
  document_->draw(number, device);
  return readable(text);
}

}  // namespace postern::extract::pdf
