#include "extractors/pdf/page_reader.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <poppler-global.h>
#include <poppler/Error.h>
#include <poppler/ErrorCodes.h>
#include <poppler/GlobalParams.h>
#include <poppler/OptionalContent.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>

#include "extractors/pdf/text.h"
#include "extractors/pdf/text_device.h"

namespace postern::extract::pdf {

namespace {

constexpr std::string_view kUnseenMarkUtf8 = "\xEF\xBF\xBE";

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

// The lines of `text` that do not stand in `known` as they are, which is short enough to be searched.
std::string lines_that_say_more(std::string_view text, std::string_view known) {
  constexpr size_t kSearched = 1 << 16;
  std::string besides = lines_besides(text, known);
  if (known.size() > kSearched) return besides;
  std::string out;
  for (std::string_view rest = besides; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    line = line.substr(0, line.find_last_not_of(' ') + 1);
    if (known.find(line) == std::string_view::npos) out.append(line).append(1, '\n');
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

// Where packed streams made no sense to poppler; `nowhere` where it did not say, or too often.
struct Damage {
  static constexpr size_t kMost = 1'000;
  std::vector<Goffset> places;
  bool nowhere = false;
};
thread_local Damage damage;

// "Unexpected end of file in flate stream", "Bad LZW stream - unexpected code" and the like.
void note_damage(std::string_view message, Goffset place) {
  const auto is_about = [&](std::string_view filter) { return message.find(filter) != std::string_view::npos; };
  if (!is_about("flate stream") && !is_about("LZW stream")) return;
  // Pages are read more than once.
  if (std::find(damage.places.begin(), damage.places.end(), place) != damage.places.end()) return;
  if (place < 0 || damage.places.size() >= Damage::kMost) {
    damage.nowhere = true;
  } else {
    damage.places.push_back(place);
  }
}

// The binding puts the place in front: "poppler/error (56223): Bad block header in flate stream".
void note_told_damage(const std::string& message) {
  const size_t place = message.find('(');
  const bool has_place =
      place < message.find(':') && place + 1 < message.size() && message[place + 1] >= '0' && message[place + 1] <= '9';
  note_damage(message, has_place ? std::strtoll(message.c_str() + place + 1, nullptr, 10) : -1);
}

// Some programs flush their streams (RFC 1951: an empty block that is stored) and never end them: nothing is missing.
bool ends_flushed(std::string_view pdf, size_t place) {
  constexpr std::string_view kFlushed("\0\0\xFF\xFF", 4);
  const std::string_view behind = pdf.substr(std::min(place, pdf.size()));
  const size_t word = behind.find_first_not_of("\r\n ");
  return pdf.substr(0, place).ends_with(kFlushed) && word != std::string_view::npos &&
         behind.substr(word).starts_with("endstream");
}

}  // namespace

void keep_library_ready() {
  static const GlobalParamsIniter shared(
      [](ErrorCategory, Goffset place, const char* message) { note_damage(message, place); });
  // The C++ binding, when it opens a document, puts its own function in the place of ours; both would otherwise write
  // to standard error what they dislike, content included.
  poppler::set_debug_error_function([](const std::string& message, void*) { note_told_damage(message); }, nullptr);
}

bool take_stream_damage(std::string_view pdf) {
  const Damage taken = std::exchange(damage, Damage());
  return taken.nowhere || std::any_of(taken.places.begin(), taken.places.end(),
                                      [&](Goffset place) { return !ends_flushed(pdf, static_cast<size_t>(place)); });
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

  // Drawn without what nobody sees, and with what its room parts put together, where that makes other lines.
  std::string seen_lines(int number, double width, double height, const std::string& shown) {
    std::string alone, marked;
    {
      TextDevice device(alone, Show::seen_only, Order::drawn, width, height, 0);
      draw(number, device);
      TextDevice closing(marked, Show::seen_and_marks, Order::drawn, width, height, 0);
      draw(number, closing);
    }
    std::string closed;
    for (std::string_view rest = marked; !rest.empty();) {
      const size_t mark = std::min(rest.find(kUnseenMarkUtf8), rest.size());
      closed += rest.substr(0, mark);
      rest.remove_prefix(std::min(mark + kUnseenMarkUtf8.size(), rest.size()));
    }
    std::string out = lines_that_say_more(readable(alone), shown);
    return out + lines_that_say_more(readable(closed), shown + '\n' + out);
  }

  void show_layers(OptionalContentGroup::State state) {
    for (OptionalContentGroup* layer : off) layer->setState(state);
  }

  const std::optional<GooString> words;
  PDFDoc file;
  std::vector<OptionalContentGroup*> off;
  std::optional<PictureNotes> notes;  // nothing: pictures are not noted
  std::unordered_set<int>* forms = nullptr;
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

void PageReader::note_pictures_of(int number) {
  document_->notes->begin_page(number);
}

std::uint64_t PageReader::identity(const NotedPicture& picture) const {
  constexpr std::uint64_t kInline = std::uint64_t{1} << 63;
  if (picture.object == 0) return kInline | std::hash<std::string>()(picture.pixels);
  const XRefEntry* const entry = document_->file.getXRef()->getEntry(picture.object, false);
  return entry == nullptr ? 0 : static_cast<std::uint64_t>(entry->offset);
}

void PageReader::note_forms(std::unordered_set<int>* drawn) {
  document_->forms = drawn;
}

PDFDoc& PageReader::document() {
  return document_->file;
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
  device.note_forms_in(document_->forms);
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
  device.note_forms_in(document_->forms);
  device.note_squares_in(&out.squares);
  document_->draw(number, device);
  out.shown = readable(text);
  out.unmapped = device.lacks_meaning();
  const TextDevice::OtherOrders orders = device.other_orders();
  out.columns = readable(orders.columns);
  out.leftwards = readable(orders.leftwards);
  out.placed = readable(orders.placed);
  out.type3 = device.type3() > 0;
  out.alternatives = readable(device.alternatives());
  if (device.replaced()) {
    std::string drawn;
    TextDevice glyphs(drawn, Show::all, Order::drawn, width, height, 0);
    glyphs.take_what_is_drawn();
    document_->draw(number, glyphs);
    out.drawn = lines_besides(readable(drawn), out.shown);
  }
  if (device.contradicts()) {
    std::string named;
    TextDevice names(named, Show::all, Order::drawn, width, height, 0);
    names.read_glyph_names();
    document_->draw(number, names);
    out.named = lines_besides(readable(named), out.shown);
  }
  if (device.mixes()) out.seen = document_->seen_lines(number, width, height, out.shown);
  const bool tiny = device.tiny() > 0 && device.tiny() < device.count();
  const bool white = device.white() > 0 && !may_have_background(*document_->file.getPage(number));
  if (device.invisible() == device.count() && device.outside() == 0) {
    out.layered = device.count() > 0;
    out.hidden = std::exchange(out.shown, {});
  } else if (device.invisible() + device.outside() > 0 || white || tiny) {
    std::string beside;
    TextDevice hidden(beside, Show::hidden_only, Order::drawn, width, height, kAround);
    if (white) hidden.let_white_count();
    if (tiny) hidden.let_tiny_count();
    document_->file.displayPageSlice(&hidden, number, 72, 72, 0, false, true, false, -kAround, -kAround,
                                     side_around(width), side_around(height));
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
