#include "extractors/book/epub.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "extractors/archive/zip_document.h"
#include "extractors/book/book_styles.h"
#include "extractors/book/font_mask.h"

namespace postern::extract {

namespace {

constexpr size_t kMaxRootFiles = 16;  // renditions of one book
constexpr size_t kMaxSheets = 16;     // whose rules are looked at
constexpr size_t kMaxSheetBytes = 256 << 10;
constexpr size_t kMaxStyledBytes = 1 << 20;  // of a page that is given with them
constexpr size_t kMaxSpinePages = 20'000;    // and items of a manifest; books have some hundreds

const XmlVocabulary& no_names() {
  static const XmlVocabulary names({}, {});
  return names;
}

std::string_view local_name(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

// Text of elements, each on a line of its own.
class Lines {
 public:
  void add(std::string_view text) { text_ += text; }
  void end_line() {
    const size_t first = text_.find_first_not_of(" \t\r\n", begin_);
    if (first == std::string::npos) {
      text_.resize(begin_);
      return;
    }
    text_.erase(begin_, first - begin_);
    text_.resize(text_.find_last_not_of(" \t\r\n") + 1);
    text_ += '\n';
    begin_ = text_.size();
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  size_t begin_ = 0;  // of the line
};

// META-INF/container.xml: where the package documents are.
class Container {
 public:
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    if (local_name(name) != "rootfile" || roots.size() >= kMaxRootFiles) return;
    roots.push_back(Package::resolve("", attributes.get("full-path")));
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return false; }

  std::vector<std::string> roots;
};

// META-INF/encryption.xml: which members are locked, and which are fonts that are only obfuscated.
class Encryption {
 public:
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = local_name(name);
    if (local == "EncryptedData") algorithm_.clear();
    if (local == "EncryptionMethod" && algorithm_.empty()) algorithm_ = attributes.get("Algorithm");
    if (local != "CipherReference") return;
    const std::string part = Package::resolve("", attributes.get("URI"));
    if (algorithm_ == kIdpfObfuscation || algorithm_ == kAdobeObfuscation) {
      masked.insert(part);
    } else {
      locked.insert(part);
    }
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return false; }

  std::unordered_set<std::string> locked, masked;

 private:
  static constexpr std::string_view kIdpfObfuscation = "http://www.idpf.org/2008/embedding";
  static constexpr std::string_view kAdobeObfuscation = "http://ns.adobe.com/pdf/enc#RC";

  std::string algorithm_;
};

// The package document: metadata, manifest, spine, guide.
class PackageDocument {
 public:
  struct Item {
    std::string part;
    std::string type;
  };

  explicit PackageDocument(std::string part) : part_(std::move(part)) {}

  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    const std::string_view local = local_name(name);
    depth_++;
    properties.end_line();
    in_identifier_ = local == "identifier" && identifiers.size() < kMaxIdentifiers;
    if (in_identifier_) identifiers.emplace_back();
    if (local == "metadata") {
      metadata_depth_ = depth_;
    } else if (local == "item" && items.size() < kMaxSpinePages) {
      Item item{Package::resolve(part_, attributes.get("href")), attributes.get("media-type")};
      if (item.type == "application/x-dtbncx+xml") contents.push_back(item.part);
      items.emplace(attributes.get("id"), std::move(item));
    } else if (local == "itemref" && spine.size() < kMaxSpinePages) {
      spine.push_back(attributes.get("idref"));
    } else if (local == "reference") {
      properties.add(attributes.get("title"));
    } else if (metadata_depth_ > 0) {
      // <meta name="x" content="y"/> of EPUB 2, <dc:creator opf:file-as="z">, <link href="x"/>
      for (const char* const attribute : {"content", "file-as", "href"}) {
        if (attributes.has(attribute)) properties.add(attributes.get(attribute));
        properties.end_line();
      }
    }
  }
  void end(XmlTag) {
    properties.end_line();
    in_identifier_ = false;
    if (depth_ == metadata_depth_) metadata_depth_ = 0;
    depth_ -= depth_ > 0 ? 1 : 0;
  }
  void text(std::string_view text) {
    properties.add(text);
    if (in_identifier_ && identifiers.back().size() < kMaxIdentifierBytes) identifiers.back() += text;
  }
  bool stopped() const { return false; }

  Lines properties;
  std::unordered_map<std::string, Item> items;  // by id
  std::vector<std::string> spine;               // ids
  std::vector<std::string> contents;            // parts that hold a table of contents
  std::vector<std::string> identifiers;         // of the book, any of which may have made the masks of its fonts

 private:
  static constexpr size_t kMaxIdentifiers = 16, kMaxIdentifierBytes = 4096;

  bool in_identifier_ = false;
  const std::string part_;
  size_t depth_ = 0;
  size_t metadata_depth_ = 0;
};

// The table of contents of EPUB 2: all of its text, and where it leads to outside of the book is nowhere.
class Contents {
 public:
  void start(XmlTag, const XmlAttributes& attributes, std::string_view name) {
    titles.end_line();
    if (local_name(name) != "meta") return;
    titles.add(attributes.get("content"));
    titles.end_line();
  }
  void end(XmlTag) { titles.end_line(); }
  void text(std::string_view text) { titles.add(text); }
  bool stopped() const { return false; }

  Lines titles;
};

class EpubDocument final : public ZipDocument {
 public:
  EpubDocument(const Source& source, Sink& sink)
      : ZipDocument(source, sink, no_names(), DocumentTypes::without_entities) {}

  Ending read() {
    Encryption encryption;
    scan("meta-inf/encryption.xml", encryption);
    locked_ = std::move(encryption.locked);
    masked_ = std::move(encryption.masked);
    Container container;
    scan("meta-inf/container.xml", container);
    if (container.roots.empty()) find_roots(container.roots);
    bool found = false;
    for (const std::string& root : container.roots) {
      if (is_over() || package_.used_part(root)) continue;
      found = read_root(root) || found;
    }
    for (const ZipEntry* entry : package_.use("mimetype")) {
      if (entry->packed_size > kEpubType.size() + 2) member(*entry);
    }
    children_left_over();
    Ending end = ending("some of its parts are");
    if (end.outcome == Outcome::complete && !found) return {Outcome::malformed, "its package document is missing"};
    return end;
  }

 private:
  bool is_locked(const ZipEntry& entry) const override {
    return entry.encrypted || locked_.contains(Package::resolve("", entry.name));
  }
  std::optional<Unlocked> unlock(const ZipEntry& entry) override {
    if (entry.encrypted) return ZipDocument::unlock(entry);
    return std::nullopt;  // by rights management: no password opens it
  }

  // Without a container any package document will do.
  void find_roots(std::vector<std::string>& roots) const {
    for (const ZipEntry& entry : package_.zip().entries()) {
      const std::string part = Package::resolve("", entry.name);
      if (part.ends_with(".opf") && roots.size() < kMaxRootFiles) roots.push_back(part);
    }
  }

  bool read_root(const std::string& root) {
    PackageDocument document(root);
    if (!scan(root, document)) return false;
    document.properties.end_line();
    emit(Place::property, "", document.properties.text());
    for (const std::string& identifier : document.identifiers) {
      for (FontMask& mask : font_masks(identifier)) masks_.push_back(std::move(mask));
    }
    for (const std::string& part : document.contents) read_contents(part);
    const BookStyles styles = styles_of(document);
    for (const std::string& id : document.spine) {
      const auto found = document.items.find(id);
      if (found == document.items.end() || is_over() || sink_.stopped()) continue;
      if (package_.used_part(found->second.part)) continue;  // pages may be referred to in circles
      for (const ZipEntry* entry : package_.use(found->second.part)) {
        Child page;
        page.declared_type = found->second.type;
        member(*entry, page);
        give_styled(*entry, styles, std::move(page));
      }
    }
    return true;
  }

  // The bytes of a member beside its reading as a part; "" for those that are large, locked or damaged.
  std::string bytes_of(const ZipEntry& entry, size_t most) {
    if (entry.unpacked_size > most || is_locked(entry) || sink_.stopped()) return {};
    std::string buffer;
    const auto read = read_member(entry, package_.zip().data(entry), inflater_, sink_.budget(), buffer);
    return read ? std::string(read->bytes.substr(0, most)) : std::string();
  }

  BookStyles styles_of(const PackageDocument& document) {
    BookStyles styles;
    size_t sheets = 0;
    for (const ZipEntry& entry : package_.zip().entries()) {
      const std::string part = Package::resolve("", entry.name);
      const bool is_sheet = std::any_of(document.items.begin(), document.items.end(), [&](const auto& item) {
        return item.second.type == "text/css" && item.second.part == part;
      });
      if (is_sheet && sheets++ < kMaxSheets) styles.add(bytes_of(entry, kMaxSheetBytes));
    }
    return styles;
  }

  // A page whose style sheets say more than how it looks is given with their rules as well: sheets stand in files of
  // their own, and a page is read by itself.
  void give_styled(const ZipEntry& entry, const BookStyles& styles, Child page) {
    if (styles.empty()) return;
    std::string bytes = bytes_of(entry, kMaxStyledBytes);
    const std::string rules = styles.that_fit(bytes);
    const size_t head = bytes.find("</head>");
    if (rules.empty() || head == std::string::npos) return;
    bytes.insert(head, "<style>" + rules + "</style>");
    page.name = entry.name + ", with the styles of the book";
    page.facts = {"second-reading"};
    sink_.child(page, bytes);
  }

  void read_contents(const std::string& part) {
    if (package_.used_part(part)) return;
    Contents contents;
    scan(part, contents);
    contents.titles.end_line();
    emit(Place::bookmark, "table of contents", contents.titles.text());
  }

  std::string_view unmask(const ZipEntry& entry, std::string_view bytes, std::string& buffer) override {
    if (!masked_.contains(Package::resolve("", entry.name))) return bytes;
    for (const FontMask& mask : masks_) {
      if (!mask.fits(bytes)) continue;
      if (bytes.data() != buffer.data()) buffer.assign(bytes);
      mask.take_off(buffer);
      return buffer;
    }
    return bytes;
  }

  std::unordered_set<std::string> locked_, masked_;
  std::vector<FontMask> masks_;
};

class EpubExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return EpubDocument(source, sink).read(); }
};

}  // namespace

std::shared_ptr<Extractor> make_epub_extractor() {
  return std::make_shared<EpubExtractor>();
}

}  // namespace postern::extract
