#include "extractors/pdf/unseen.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>

#include <poppler/Annot.h>
#include <poppler/Catalog.h>
#include <poppler/Gfx.h>
#include <poppler/PDFDoc.h>
#include <poppler/Page.h>
#include <poppler/UTF.h>
#include <poppler/XRef.h>
#include <poppler/goo/gmem.h>

#include "extractors/pdf/text.h"
#include "extractors/pdf/text_device.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::pdf {

namespace {

constexpr size_t kHead = 1024;               // of an object: its type and box stand early
constexpr int kMostObjects = 400'000;        // as many as are walked (structure.h)
constexpr int kMostParents = 32;             // of a page or field
constexpr int kMostStates = 64;              // of an annotation; a check box has two
constexpr size_t kMostContent = 1 << 20;     // of an appearance, looked at for text
constexpr unsigned kNotShown = 0x02 | 0x20;  // Hidden, NoView: 12.5.3

bool is_name_end(char c) {
  return std::string_view("\0\t\n\f\r ()<>[]{}/%", 16).find(c) != std::string_view::npos;
}

bool has_name(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const size_t behind = at + name.size();
    if (behind == text.size() || is_name_end(text[behind])) return true;
  }
  return false;
}

bool is_page(const Object& object) {
  return object.isDict("Page") || object.isDict("Template");
}

bool is_other(const Object& object) {
  return object.isDict("Annot") || object.isDict("Filespec") ||
         (object.isStream() && object.getStream()->getDict()->is("EmbeddedFile"));
}

// Those that do not say so as well, as appearances need not.
bool is_form(const Object& object) {
  if (!object.isStream()) return false;
  Dict* dictionary = object.getStream()->getDict();
  return dictionary->hasKey("BBox") && !dictionary->hasKey("PatternType");
}

// The dictionary of the object that an entry says begins here; "" when none does, as behind a damaged table.
std::string_view head_of(std::string_view pdf, int number, Goffset offset) {
  if (offset < 0 || static_cast<size_t>(offset) >= pdf.size()) return {};
  std::string_view head = pdf.substr(static_cast<size_t>(offset), kHead);
  if (!head.starts_with(std::to_string(number))) return {};
  return head.substr(0, head.find("endobj"));
}

// Of a page, which takes what it lacks from above (7.7.3.4).
Object inherited(const Object& page, const char* key) {
  Object node = page.copy();
  for (int i = 0; node.isDict() && i < kMostParents; i++) {
    Object value = node.dictLookup(key);
    if (!value.isNull()) return value;
    node = node.dictLookup("Parent");
  }
  return Object(objNull);
}

// Draws content with its resources as a page of its own, so large that nothing lies outside.
std::string text_of(PDFDoc& document, Object content, const Object& resources, std::unordered_set<int>& drawn) {
  if (!content.isStream() && !content.isArray()) return {};
  Object none(new Dict(document.getXRef()));
  const PDFRectangle page(-kAround, -kAround, kAround, kAround);
  std::string text;
  {
    TextDevice device(text, Show::all, Order::drawn, 2 * kAround, 2 * kAround, 0);
    device.note_forms_in(&drawn);
    Gfx painter(&document, &device, 0, resources.isDict() ? resources.getDict() : none.getDict(), 72, 72, &page,
                nullptr, 0);
    painter.display(&content);
  }  // the text is there when the painter is gone
  return readable(text);
}

// Whether a stream may draw text: most appearances are lines and marks.
bool may_have_text(Stream& stream) {
  std::string content;
  stream.reset();
  for (int c = stream.getChar(); c != EOF && content.size() < kMostContent; c = stream.getChar()) {
    content += static_cast<char>(c);
  }
  stream.close();
  return content.size() >= kMostContent || content.find("BT") != std::string::npos ||
         content.find("Do") != std::string::npos;
}

std::string text_of_stream(PDFDoc& document, const Object& reference, std::unordered_set<int>& drawn) {
  Object stream = reference.fetch(document.getXRef());
  if (!stream.isStream()) return {};
  const Object resources = stream.streamGetDict()->lookup("Resources");
  return text_of(document, std::move(stream), resources, drawn);
}

void add_string(std::string& out, const Object& string) {
  if (!string.isString()) return;
  Unicode* characters = nullptr;
  const int count = TextStringToUCS4(string.getString()->toStr(), &characters);
  for (int i = 0; i < count; i++) append_utf8(out, characters[i]);
  gfree(characters);
  out += '\n';
}

std::string strings_of(const Object& annotation) {
  std::string out;
  const Object look = annotation.dictLookup("MK");
  for (const char* key : {"CA", "RC", "AC"}) {
    if (look.isDict()) add_string(out, look.dictLookup(key));
  }
  Object node = annotation.copy();
  for (int i = 0; node.isDict() && i < kMostParents; i++) {
    for (const char* key : {"Contents", "V", "DV"}) add_string(out, node.dictLookup(key));
    node = node.dictLookup("Parent");
  }
  return out;
}

bool is_flat(const PDFRectangle& box) {
  return std::abs(box.x2 - box.x1) < 1 || std::abs(box.y2 - box.y1) < 1;
}

// An appearance that is not seen, by itself or with its annotation.
struct Look {
  Object stream;  // a reference, or the stream
  bool hidden = false;
};

// The streams of an annotation, the one that the page shows aside.
std::vector<Look> looks_of(const Annot& annotation, std::unordered_set<int>& seen) {
  std::vector<Look> out;
  const Object& object = annotation.getAnnotObj();
  const Object looks = object.dictLookup("AP");
  if (!looks.isDict()) return out;
  const bool hidden = (annotation.getFlags() & kNotShown) != 0 || is_flat(annotation.getRect());
  const Object chosen = object.dictLookup("AS");
  const std::string_view state = chosen.isName() ? chosen.getName() : "Off";
  const auto add = [&](const Object& stream, bool is_shown) {
    if (stream.isRef() && !seen.insert(stream.getRefNum()).second) return;
    if (!is_shown) out.push_back({stream.copy(), hidden});
  };
  for (const char* kind : {"N", "R", "D"}) {
    const bool is_normal = *kind == 'N';
    const Object states = looks.dictLookup(kind);
    if (!states.isDict()) {
      add(looks.dictLookupNF(kind), is_normal && !hidden);
      continue;
    }
    // What is shown first: another state may have the same stream.
    for (const bool shown : {true, false}) {
      for (int i = 0; i < std::min(states.dictGetLength(), kMostStates); i++) {
        const bool is_shown = is_normal && !hidden && state == states.dictGetKey(i);
        if (is_shown == shown) add(states.dictGetValNF(i), shown);
      }
    }
  }
  return out;
}

}  // namespace

Strays find_strays(PDFDoc& document, std::string_view pdf) {
  Strays out;
  XRef* objects = document.getXRef();
  Catalog* catalog = document.getCatalog();
  std::unordered_set<int> listed;
  for (int i = 1; i <= document.getNumPages(); i++) {
    const Ref* page = catalog->getPageRef(i);
    if (page == nullptr) break;
    listed.insert(page->num);
  }
  // Objects inside streams of objects, by stream: the library unpacks one at a time.
  std::vector<std::tuple<Goffset, int, int>> packed;
  const int count = std::min(objects->getNumObjects(), kMostObjects);
  for (int number = 0; number < count; number++) {
    const XRefEntry* entry = objects->getEntry(number, false);
    if (entry == nullptr) continue;
    if (entry->type == xrefEntryCompressed) {
      if (!listed.contains(number)) packed.emplace_back(entry->offset, entry->gen, number);
      continue;
    }
    if (entry->type != xrefEntryUncompressed) continue;
    const std::string_view head = head_of(pdf, number, entry->offset);
    const bool may_be_form = head.empty() || has_name(head, "/BBox");
    const bool may_be_page = head.empty() || has_name(head, "/Page") || has_name(head, "/Template");
    const bool may_be_other =
        head.empty() || has_name(head, "/Annot") || has_name(head, "/Filespec") || has_name(head, "/EmbeddedFile");
    if (!may_be_form && !may_be_other && !(may_be_page && !listed.contains(number))) continue;
    const Object object = objects->fetch(number, entry->gen);
    if (is_form(object)) out.forms.push_back(number);
    if (is_other(object)) out.others.push_back(number);
    if (!listed.contains(number) && is_page(object)) out.pages.push_back(number);
  }
  std::sort(packed.begin(), packed.end());
  for (const auto& [stream, place, number] : packed) {
    const Object object = objects->fetch(number, 0);
    if (is_page(object)) out.pages.push_back(number);
    if (is_other(object)) out.others.push_back(number);
  }
  std::sort(out.others.begin(), out.others.end());
  std::sort(out.pages.begin(), out.pages.end());
  return out;
}

std::vector<Appearance> unseen_appearances(PDFDoc& document, int page, std::unordered_set<int>& seen,
                                           const std::function<bool()>& stopped) {
  std::vector<Appearance> out;
  Page* shown = document.getPage(page);
  if (shown == nullptr || !shown->getAnnotsObject().isArray()) return out;
  std::vector<std::pair<const Annot*, Look>> looks;
  for (const Annot* annotation : shown->getAnnots()->getAnnots()) {
    for (Look& look : looks_of(*annotation, seen)) looks.emplace_back(annotation, std::move(look));
  }
  for (const auto& [annotation, look] : looks) {
    if (stopped()) break;
    Object stream = look.stream.fetch(document.getXRef());
    if (!stream.isStream() || !may_have_text(*stream.getStream())) continue;
    Appearance found{look.hidden, text_of_stream(document, look.stream, seen), {}};
    if (found.text.empty()) continue;
    found.said = strings_of(annotation->getAnnotObj());
    out.push_back(std::move(found));
  }
  return out;
}

std::string text_of_page(PDFDoc& document, int object, std::unordered_set<int>& drawn) {
  XRef* objects = document.getXRef();
  const XRefEntry* entry = objects->getEntry(object, false);
  if (entry == nullptr) return {};
  const Object page = objects->fetch(object, entry->type == xrefEntryCompressed ? 0 : entry->gen);
  if (!page.isDict()) return {};
  return text_of(document, page.dictLookup("Contents"), inherited(page, "Resources"), drawn);
}

std::string text_of_form(PDFDoc& document, int object, std::unordered_set<int>& drawn) {
  const XRefEntry* entry = document.getXRef()->getEntry(object, false);
  if (entry == nullptr) return {};
  return text_of_stream(document, Object(Ref{object, entry->gen}), drawn);
}

bool says_more(std::string_view text, std::string_view known) {
  const auto squeezed = [](std::string_view from) {
    std::string out;
    std::copy_if(from.begin(), from.end(), std::back_inserter(out), [](char c) { return c != ' ' && c != '\n'; });
    return out;
  };
  const std::string words = squeezed(text);
  // Letters and digits; marks and arrows begin with E2 in UTF-8.
  const auto legible = std::count_if(words.begin(), words.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (byte > 0xC2 && byte != 0xE2);
  });
  return legible > 1 && squeezed(known).find(words) == std::string::npos;
}

}  // namespace postern::extract::pdf
