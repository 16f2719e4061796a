#include "extractors/pdf/structure.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <new>
#include <set>
#include <stdexcept>
#include <utility>
#include <vector>

#include <qpdf/Pipeline.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>

namespace postern::extract::pdf {

namespace {

using Kind = StructureKind;

constexpr std::size_t kMaxPagesWalked = 20'000;

// Keeps what a filter gives, up to a bound.
class Bounded final : public Pipeline {
 public:
  Bounded(std::string& out, std::size_t most) : Pipeline("", nullptr), out_(out), most_(most) {}
  void write(unsigned char const* data, size_t size) override {
    const std::size_t room = most_ - out_.size();
    out_.append(reinterpret_cast<const char*>(data), std::min(size, room));
    if (size <= room) return;
    full_ = true;
    throw std::runtime_error("more than is taken");
  }
  void finish() override {}
  bool full() const { return full_; }

 private:
  std::string& out_;
  const std::size_t most_;
  bool full_ = false;
};

// Entries that hold no text for people, or lead back to where the walk came from.
constexpr std::string_view kSkipped[] = {
    // other objects: pages, parents, what is walked by itself
    "/Annots", "/Dest", "/Dests", "/IDTree", "/Last", "/Parent", "/ParentTree", "/Pg", "/PgArray", "/Prev", "/SE",
    "/XFA",
    // drawing
    "/AP", "/AS", "/BBox", "/BS", "/Border", "/C", "/CL", "/ColorSpace", "/DA", "/DR", "/DS", "/Decode", "/ExtGState",
    "/Font", "/H", "/IC", "/InkList", "/Matrix", "/MediaBox", "/Pattern", "/QuadPoints", "/Rect", "/Resources",
    "/Shading", "/Thumb", "/TrimBox", "/Vertices",
    // numbers, digests, identifiers, dates, types
    "/ByteRange", "/Cert", "/CheckSum", "/CreationDate", "/DecodeParms", "/Ff", "/Filter", "/ID", "/IT",
    "/LastModified", "/Length", "/ModDate", "/NM", "/StructParent", "/StructParents", "/SubFilter", "/Subtype",
    "/Type"};

bool is_skipped(const std::string& key) {
  return std::find(std::begin(kSkipped), std::end(kSkipped), key) != std::end(kSkipped);
}

bool is_one_of(const std::string& word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::string name_in(QPDFObjectHandle dictionary, const char* key) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isName() ? value.getName() : std::string();
}

std::string string_in(QPDFObjectHandle dictionary, const char* key) {
  QPDFObjectHandle value = dictionary.getKey(key);
  return value.isString() ? value.getUTF8Value() : std::string();
}

// Whether bytes are digests, keys and the like rather than words.
bool is_binary(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\b';
  });
}

class StructureWalk {
 public:
  StructureWalk(QPDF& document, StructureVisitor& visitor, const LooseObjects& loose)
      : document_(document), visitor_(visitor), loose_(loose) {}

  StructureEnding run() {
    StructureEnding out;
    out.opened = true;
    try {
      walk_all();
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      not_readable_ = "its objects are damaged";
    }
    flush();
    out.left_out = left_out_;
    out.not_readable = not_readable_;
    return out;
  }

 private:
  struct Task {
    QPDFObjectHandle object;
    Kind kind = Kind::property;
    std::string at;
    std::string key;  // under which the object stands
  };

  void walk_all() {
    QPDFObjectHandle catalog = document_.getRoot();
    mark(catalog);
    form(catalog.getKey("/AcroForm"));
    if (QPDFObjectHandle data = catalog.getKey("/FDF"); data.isDictionary()) {  // 12.7.7
      form(data);
      walk({data.getKey("/Annots"), Kind::annotation, "", "/Annots"});
    }
    pages(catalog.getKey("/Pages"));
    unlisted_pages();
    for (const std::string& key : catalog.getKeys()) {
      if (is_one_of(key, {"/AcroForm", "/FDF", "/Pages", "/Metadata", "/StructTreeRoot", "/Outlines"})) continue;
      walk({catalog.getKey(key), Kind::property, "", key});
    }
    bookmarks(catalog.getKey("/Outlines"));
    walk({catalog.getKey("/StructTreeRoot"), Kind::alt_text, "", "/StructTreeRoot"});
    other_objects();
  }

  bool over() {
    if (done_) return true;
    if (looked_ % 64 == 0 && visitor_.stopped()) done_ = true;
    if (looked_ >= kMaxStructureObjects) {
      left_out_ = "objects besides pages reached the limit (" + std::to_string(kMaxStructureObjects) + ")";
      done_ = true;
    }
    return done_;
  }

  // False when it was seen before.
  bool mark(const QPDFObjectHandle& object) { return !object.isIndirect() || seen_.insert(object.getObjGen()).second; }

  void say(Kind kind, const std::string& at, const std::string& text) {
    if (text.empty() || is_binary(text)) return;
    if (kind != kind_ || at != at_) flush();
    kind_ = kind;
    at_ = at;
    lines_ += text;
    lines_ += '\n';
    if (lines_.size() > kMaxStructureStream) flush();
  }

  void flush() {
    if (!lines_.empty() && !visitor_.text(kind_, at_, lines_)) done_ = true;
    lines_.clear();
  }

  void xml(Kind kind, const std::string& at, const std::string& bytes) {
    flush();
    if (!bytes.empty() && !visitor_.xml(kind, at, bytes)) done_ = true;
  }

  // True when all of it was had. What is only cut off the library takes for whole, with a warning.
  bool unpack(QPDFObjectHandle stream, std::size_t most, std::string& out, bool& full) {
    Bounded end(out, most);
    bool filtered = false;
    const size_t warnings = document_.numWarnings();
    const bool well = stream.pipeStreamData(&end, &filtered, 0, qpdf_dl_generalized, false, false);
    full = end.full();
    return well && !full && document_.numWarnings() == warnings;
  }

  std::string stream_text(const QPDFObjectHandle& stream) {
    std::string out;
    bool full = false;
    if (!unpack(stream, kMaxStructureStream, out, full)) {
      if (full) {
        left_out_ =
            "a script, form or piece of metadata reached the limit (" + std::to_string(kMaxStructureStream) + " bytes)";
      } else {
        not_readable_ = "a stream of it cannot be unpacked";
      }
    }
    return out;
  }

  // Text streams are coded as text strings are (7.9.2).
  std::string stream_string(const QPDFObjectHandle& stream) {
    return QPDFObjectHandle::newString(stream_text(stream)).getUTF8Value();
  }

  void form(QPDFObjectHandle form) {
    if (!form.isDictionary()) return;
    mark(form);
    walk({form.getKey("/Fields"), Kind::form_field, "", "/Fields"});
    for (const std::string& key : form.getKeys()) {
      if (key != "/Fields" && !is_skipped(key)) walk({form.getKey(key), Kind::form_field, "", key});
    }
    QPDFObjectHandle packets = form.getKey("/XFA");
    std::string bytes;
    if (packets.isStream()) {
      bytes = stream_text(packets);
    } else if (packets.isArray()) {
      // Names and packets by turns; together they are one document.
      for (QPDFObjectHandle packet : packets.getArrayAsVector()) {
        if (packet.isStream() && bytes.size() < kMaxStructureStream) bytes += stream_text(packet);
      }
    }
    xml(Kind::form_field, kFormsAt, bytes);
  }

  void pages(const QPDFObjectHandle& root) {
    std::vector<QPDFObjectHandle> open{root};
    std::size_t number = 0;
    while (!open.empty() && !over()) {
      QPDFObjectHandle node = open.back();
      open.pop_back();
      if (!node.isDictionary() || !mark(node)) continue;
      looked_++;
      QPDFObjectHandle kids = node.getKey("/Kids");
      if (kids.isArray()) {
        // More than are walked would only be put aside.
        int left = std::min(kids.getArrayNItems(), static_cast<int>(kMaxPagesWalked) + 1);
        while (left-- > 0) open.push_back(kids.getArrayItem(left));
      } else {
        if (++number > kMaxPagesWalked) return;  // told by the reader of pages
        page(node, "p. " + std::to_string(number));
      }
    }
  }

  void unlisted_pages() {
    for (std::size_t i = 0; i < loose_.unlisted.size() && !over(); i++) {
      QPDFObjectHandle node = document_.getObjectByID(loose_.unlisted[i], 0);
      if (node.isDictionary() && mark(node)) page(node, "unlisted page " + std::to_string(i + 1));
    }
  }

  // What is left when everything that is referred to has been marked.
  void other_objects() {
    std::vector<QPDFObjectHandle> files;
    for (std::size_t i = 0; i < loose_.others.size() && !over(); i++) {
      QPDFObjectHandle object = document_.getObjectByID(loose_.others[i], 0);
      if (object.isStream()) files.push_back(object);
      if (object.isDictionary()) walk({object, Kind::annotation, "not on any page", "/Annots"});
    }
    flush();
    for (const QPDFObjectHandle& file : files) embedded(file, "");  // those that no specification names
  }

  void page(QPDFObjectHandle page, const std::string& at) {
    QPDFObjectHandle annotations = page.getKey("/Annots");
    if (annotations.isArray()) walk({annotations, Kind::annotation, at, "/Annots"});
    for (const char* key : {"/AA", "/AF", "/Metadata", "/PieceInfo"}) {
      if (page.hasKey(key)) walk({page.getKey(key), Kind::property, at, key});
    }
    resources(page.getKey("/Resources"), at);
  }

  // Titles in the order in which they are listed, then where they lead.
  void bookmarks(const QPDFObjectHandle& outlines) {
    std::string titles;
    std::vector<QPDFObjectHandle> open{outlines}, items;
    while (!open.empty() && !over()) {
      QPDFObjectHandle item = open.back();
      open.pop_back();
      if (!item.isDictionary() || !mark(item)) continue;
      looked_++;
      const std::string title = string_in(item, "/Title");
      if (!title.empty() && !is_binary(title)) titles.append(title).append(1, '\n');
      open.push_back(item.getKey("/Next"));
      open.push_back(item.getKey("/First"));
      items.push_back(item);
    }
    flush();
    if (!titles.empty() && !visitor_.text(Kind::bookmark, "", titles)) done_ = true;
    for (const QPDFObjectHandle& item : items) {
      if (over()) return;
      entries(item, Kind::link, "");
      walk_tasks();
    }
  }

  // Metadata and attached files of pictures and forms, property lists of marked content.
  void resources(const QPDFObjectHandle& first, const std::string& at) {
    std::vector<QPDFObjectHandle> open{first};
    while (!open.empty() && !over()) {
      QPDFObjectHandle resources = open.back();
      open.pop_back();
      if (!resources.isDictionary() || !mark(resources)) continue;
      if (resources.hasKey("/Properties")) walk({resources.getKey("/Properties"), Kind::alt_text, at, "/Properties"});
      QPDFObjectHandle objects = resources.getKey("/XObject");
      if (!objects.isDictionary() || !mark(objects)) continue;
      for (const std::string& name : objects.getKeys()) {
        QPDFObjectHandle object = objects.getKey(name);
        if (!object.isStream() || !mark(object)) continue;
        looked_++;
        QPDFObjectHandle dictionary = object.getDict();
        for (const char* key : {"/AF", "/Metadata", "/PieceInfo"}) {
          if (dictionary.hasKey(key)) walk({dictionary.getKey(key), Kind::property, at, key});
        }
        if (dictionary.hasKey("/Resources")) open.push_back(dictionary.getKey("/Resources"));
      }
    }
  }

  // Everything below an object, in the order in which it stands.
  void walk(Task first) {
    tasks_.push_back(std::move(first));
    walk_tasks();
  }

  void walk_tasks() {
    while (!tasks_.empty()) {
      if (over()) {
        tasks_.clear();
        return;
      }
      const Task task = std::move(tasks_.back());
      tasks_.pop_back();
      const size_t below = tasks_.size();
      visit(task);
      std::reverse(tasks_.begin() + static_cast<std::ptrdiff_t>(below), tasks_.end());
    }
  }

  void visit(const Task& task) {
    QPDFObjectHandle object = task.object;
    looked_++;
    if (object.isString()) {
      if (task.key == "/RC") return xml(task.kind, task.at, object.getUTF8Value());
      return say(task.kind, task.at, object.getUTF8Value());
    }
    if (object.isName()) {
      const bool is_value = task.key == "/V" || task.key == "/DV";
      if (is_value && object.getName() != "/Off") say(task.kind, task.at, object.getName().substr(1));
      return;
    }
    if (object.isArray()) {
      if (!mark(object)) return;
      for (QPDFObjectHandle item : object.getArrayAsVector()) {
        if (!item.isNumber()) tasks_.push_back({item, task.kind, task.at, task.key});
      }
      return;
    }
    if (object.isStream()) {
      if (mark(object)) stream(object, task);
      return;
    }
    if (!object.isDictionary() || !mark(object)) return;
    if (task.key == "/RoleMap") {  // which standard tags those of the document stand for (14.7.3)
      for (const std::string& name : object.getKeys()) {
        if (name_in(object, name.c_str()) != name) say(Kind::style_name, task.at, name.substr(1));
      }
      return;
    }
    dictionary(object, task);
  }

  void stream(QPDFObjectHandle object, const Task& task) {
    QPDFObjectHandle dictionary = object.getDict();
    if (is_one_of(task.key, {"/JS", "/V", "/DV", "/OnInstantiate", "/Contents"})) {
      say(task.kind, task.at, stream_string(object));
    } else if (task.key == "/RC") {
      xml(task.kind, task.at, stream_text(object));
    } else if (name_in(dictionary, "/Subtype") == "/XML" || name_in(dictionary, "/Type") == "/Metadata") {
      xml(Kind::property, task.at.empty() ? "XMP" : task.at + ", XMP", stream_text(object));
    } else {
      entries(dictionary, task.kind, task.at);
    }
  }

  void dictionary(QPDFObjectHandle object, const Task& task) {
    const std::string type = name_in(object, "/Type");
    if (is_one_of(type, {"/Page", "/Pages", "/Template"})) return;
    const std::string subtype = name_in(object, "/Subtype");
    Kind kind = type == "/OCG" ? Kind::property : task.kind;  // names of layers
    std::string at = task.at;
    if (kind == Kind::annotation && task.key == "/Annots") {
      if (subtype == "/Link") kind = Kind::link;
      if (subtype == "/Widget") kind = Kind::form_field;
    }
    if (kind == Kind::form_field && (task.key == "/Fields" || task.key == "/Kids")) {
      const std::string name = string_in(object, "/T");
      if (!name.empty()) at = at.empty() ? name : at + "." + name;
    }
    if (is_one_of(name_in(object, "/S"),
                  {"/URI", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Movie", "/Thread"})) {
      kind = Kind::link;
    }
    if (object.hasKey("/EF") || object.hasKey("/RF")) return file(object, at);
    entries(object, kind, at);
  }

  void entries(QPDFObjectHandle dictionary, Kind kind, const std::string& at) {
    const bool is_signature = dictionary.hasKey("/ByteRange");
    const bool is_bookmark = dictionary.hasKey("/Title") && dictionary.hasKey("/Parent");
    for (const std::string& key : dictionary.getKeys()) {
      QPDFObjectHandle value = dictionary.getKey(key);
      // Of a rendition it is what is played (13.2.3), elsewhere a colour.
      const bool is_clip = key == "/C" && value.isDictionary();
      if (is_skipped(key) && !is_clip) continue;
      if (is_signature && key == "/Contents") continue;
      if (is_bookmark && key == "/Title") continue;
      if (value.isNumber() || value.isBool() || value.isNull()) continue;
      if (key == "/P" && !value.isString()) continue;  // the page
      tasks_.push_back({value, kind_of(key, kind), at, key});
    }
  }

  static Kind kind_of(const std::string& key, Kind kind) {
    if (key == "/JS" || key == "/JavaScript" || key == "/OnInstantiate") return Kind::script;
    if (key == "/URI") return Kind::link;
    if (is_one_of(key, {"/Alt", "/ActualText", "/E"})) return Kind::alt_text;
    return kind;
  }

  // A file specification with the file inside (7.11.3).
  void file(QPDFObjectHandle spec, const std::string& at) {
    std::string name;
    for (const char* key : {"/UF", "/F", "/Unix", "/DOS", "/Mac"}) {
      const std::string one = string_in(spec, key);
      if (name.empty()) name = one;
      if (one != name) say(Kind::file_name, at, one);
    }
    say(Kind::file_name, at, string_in(spec, "/Desc"));
    flush();
    QPDFObjectHandle files = spec.getKey("/EF");
    if (files.isDictionary()) {
      for (const std::string& key : files.getKeys()) embedded(files.getKey(key), name);
    }
    // Related files: names and streams by turns.
    QPDFObjectHandle related = spec.getKey("/RF");
    if (related.isDictionary()) {
      for (const std::string& key : related.getKeys()) {
        QPDFObjectHandle list = related.getKey(key);
        if (!list.isArray()) continue;
        std::string beside = name;
        for (QPDFObjectHandle item : list.getArrayAsVector()) {
          if (item.isString()) beside = item.getUTF8Value();
          if (item.isStream()) embedded(item, beside);
        }
      }
    }
    // What a portfolio says about it (12.3.5).
    if (spec.hasKey("/CI")) tasks_.push_back({spec.getKey("/CI"), Kind::property, at, "/CI"});
  }

  void embedded(QPDFObjectHandle stream, const std::string& name) {
    if (done_ || !stream.isStream() || !mark(stream)) return;
    const std::string type = name_in(stream.getDict(), "/Subtype");
    const bool more = visitor_.file(name, type.empty() ? type : type.substr(1), stream.getParsedOffset(),
                                    [&](std::size_t most, std::string& out) {
                                      bool full = false;
                                      const bool whole = unpack(stream, most, out, full) || full;
                                      if (!whole) not_readable_ = "an attached file cannot be unpacked whole";
                                      return whole;
                                    });
    if (!more) done_ = true;
  }

  QPDF& document_;
  StructureVisitor& visitor_;
  const LooseObjects& loose_;
  std::vector<Task> tasks_;
  std::set<QPDFObjGen> seen_;
  std::size_t looked_ = 0;
  bool done_ = false;
  Kind kind_ = Kind::property;
  std::string at_, lines_;  // what is said next, gathered
  std::string left_out_, not_readable_;
};

}  // namespace

StructureEnding read_structure(std::string_view pdf, const std::string& password, StructureVisitor& visitor,
                               const LooseObjects& loose) {
  try {
    QPDF document;
    document.setSuppressWarnings(true);
    document.processMemoryFile("", pdf.data(), pdf.size(), password.c_str());
    return StructureWalk(document, visitor, loose).run();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    return {};
  }
}

}  // namespace postern::extract::pdf
