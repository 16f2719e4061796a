#include "extractors/odf/document.h"

#include <algorithm>

#include "extractors/mail/transfer.h"
#include "extractors/odf/names.h"

namespace postern::extract::odf {

namespace {

constexpr size_t kMaxDamageBytes = 200;  // parts named in the outcome
constexpr size_t kLongestType = 100;     // bytes of a `mimetype` that is one

// Settings of programs: what they hold besides numbers and blobs.
class Settings {
 public:
  explicit Settings(Document& document) : document_(document) {}
  void start(XmlTag, const XmlAttributes& attributes, std::string_view) {
    type_ = attributes.raw("type");
    value_.clear();
  }
  void end(XmlTag) {
    if (type_ == "string" && value_.find_first_not_of(" \t\r\n") != std::string::npos) text_ += value_ + '\n';
    value_.clear();
  }
  void text(std::string_view text) { value_ += text; }
  bool stopped() const { return document_.stopped(); }
  void finish() { document_.emit(Place::property, "settings", text_); }

 private:
  Document& document_;
  std::string type_;
  std::string value_;
  std::string text_;
};

class Manifest {
 public:
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    if (tag == mf_file_entry) path_ = attributes.get("full-path");
    if (tag == mf_encryption_data) encrypted.insert(ooxml::lower_ascii(path_));
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return false; }

  std::unordered_set<std::string> encrypted;

 private:
  std::string path_;
};

std::string_view file_name(std::string_view part) {
  return part.substr(part.rfind('/') + 1);
}

// What the type of OpenOffice.org 1 says; OpenDocument repeats it in the body.
Kind kind_of_type(std::string_view mime) {
  const auto has = [mime](std::string_view word) { return mime.find(word) != std::string_view::npos; };
  if (!has("sun.xml")) return Kind::unknown;
  if (has("calc")) return Kind::spreadsheet;
  if (has("impress")) return Kind::presentation;
  return has("draw") ? Kind::drawing : Kind::text;
}

}  // namespace

Document::Document(const Source& source, Sink& sink)
    : package_(source.bytes), sink_(sink), kind_(kind_of_type(source.type.mime)) {}

void Document::emit(Place place, std::string_view at, std::string_view text) {
  if (text.empty() || hit_ != LimitHit::none) return;
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return;
  hit_ = sink_.text(place, at, text);
}

void Document::inline_file(std::string_view base64) {
  if (stopped()) return;
  const std::string bytes = decode_base64(base64).bytes;
  sink_.child(Child{}, bytes);
}

void Document::damaged(const std::string& what) {
  if (damage_.size() > kMaxDamageBytes || damage_.find(what) != std::string::npos) return;
  damage_ += (damage_.empty() ? "" : "; ") + what;
}

template <typename Handler>
bool Document::scan(const std::string& part, Handler& handler) {
  const auto entries = package_.use(part);
  bool read = false;
  for (const ZipEntry* entry : entries) {
    if (stopped()) break;
    if (encrypted_parts_.contains(part)) {
      member(*entry);
      continue;
    }
    ooxml::EntryInput input(package_.zip(), *entry, inflater_, sink_.budget());
    XmlDecoder decoder(input);
    XmlScanner<Handler> scanner(decoder, vocabulary());
    const XmlEnd end = scanner.run(handler);
    finish(part, end, scanner, input.stream());
    read = true;
  }
  return read;
}

void Document::finish(const std::string& part, XmlEnd end, const XmlReaderBase& scanner, const ZipStream& stream) {
  // OpenOffice.org 1 wrote a document type without content into every part.
  if (scanner.document_type().find('[') != std::string::npos) {
    emit(Place::hidden_text, "document type of " + part, scanner.document_type());
    damaged("its XML declares entities, which no office program writes");
  } else if (scanner.unknown_entities()) {
    damaged("its XML refers to entities that nothing declares");
  }
  if (stream.state() == MemberState::cut || stream.ending().outcome == Outcome::timeout) {
    cut_ = true;
    cut_ending_ = stream.ending();
  } else if (stream.ending().outcome == Outcome::encrypted) {
    encrypted_ = true;
  } else if (stream.state() != MemberState::whole) {
    damaged(part + ": " + stream.ending().why);
  } else if (end == XmlEnd::malformed && !stopped()) {
    damaged("the XML of " + part + " is not well-formed");
  }
}

void Document::read_manifest() {
  const std::string part = "meta-inf/manifest.xml";
  Manifest manifest;
  scan(part, manifest);
  encrypted_parts_ = std::move(manifest.encrypted);
}

void Document::read_part(const std::string& part, Styles& styles, const std::string& prefix) {
  Content content(*this, styles, kind_, prefix);
  if (scan(part, content) && content.any() && part.ends_with("content.xml")) found_content_ = true;
  content.finish();
}

void Document::read_object(const std::string& name) {
  Styles styles;
  const std::string folder = name.empty() ? "" : ooxml::lower_ascii(name) + "/";
  const std::string prefix = name.empty() ? "" : name + " ";
  for (const std::string_view part : {"meta.xml", "styles.xml", "content.xml"}) {
    if (package_.has(folder + std::string(part))) read_part(folder + std::string(part), styles, prefix);
  }
  Settings settings(*this);
  scan(folder + "settings.xml", settings);
  settings.finish();
}

Ending Document::read() {
  read_manifest();
  read_object("");
  const std::vector<ZipEntry>& entries = package_.zip().entries();
  for (size_t i = 0; i < entries.size() && !stopped(); i++) {
    if (package_.used(i) || entries[i].directory) continue;
    const std::string part = ooxml::lower_ascii(entries[i].name);
    const std::string_view name = file_name(part);
    const bool is_object = name.size() < part.size() && (name == "content.xml" || name == "styles.xml");
    if (is_object) read_object(entries[i].name.substr(0, part.size() - name.size() - 1));
  }
  read_macros();
  children_left_over();
  return ending();
}

// Basic modules and dialogs are XML, other scripts are source text.
void Document::read_macros() {
  const std::vector<ZipEntry>& entries = package_.zip().entries();
  Styles none;
  for (size_t i = 0; i < entries.size() && !stopped(); i++) {
    if (package_.used(i) || entries[i].directory) continue;
    const std::string part = ooxml::lower_ascii(entries[i].name);
    const bool basic = part.starts_with("basic/") || part.starts_with("dialogs/");
    if (basic && part.ends_with(".xml")) {
      Content content(*this, none, Kind::unknown, "");
      scan(part, content);
      content.finish();
    } else if (part.starts_with("scripts/") && !encrypted_parts_.contains(part)) {
      package_.mark_used(part);
      read_script(entries[i]);
    }
  }
}

void Document::read_script(const ZipEntry& entry) {
  std::string buffer;
  const auto bytes = read_member(entry, package_.zip().data(entry), inflater_, sink_.budget(), buffer);
  if (!bytes) {
    member(entry);
    return;
  }
  if (sink_.budget().charge_bytes(bytes->bytes.size()) != LimitHit::none) return;
  found_macros();
  emit(Place::macro, entry.name, bytes->bytes);
}

void Document::member(const ZipEntry& entry) {
  Child child;
  child.name = entry.name;
  child.doubt = entry.doubt;
  const bool sealed = encrypted_parts_.contains(ooxml::lower_ascii(entry.name));
  if (sealed || entry.encrypted) {
    encrypted_ = true;
    child.known = {Outcome::encrypted, "the member is encrypted and no password is at hand"};
  }
  sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    auto bytes = read_member(entry, package_.zip().data(entry), child_inflater_, sink_.budget(), buffer);
    if (!bytes) return tl::unexpected<Ending>(std::move(bytes.error()));
    if (bytes->state == MemberState::damaged) damaged_members_++;
    child.packed_size = bytes->packed_size;  // as measured, for the walker's test of the ratio
    return bytes->bytes;
  });
}

void Document::children_left_over() {
  // The type, which told what to read, and where Writer would break pages.
  for (const ZipEntry* entry : package_.use("mimetype")) {
    if (entry->packed_size > kLongestType) member(*entry);
  }
  package_.mark_used("layout-cache");
  const std::vector<ZipEntry>& entries = package_.zip().entries();
  for (size_t i = 0; i < entries.size() && !sink_.stopped(); i++) {
    if (package_.used(i)) continue;
    const std::string part = ooxml::lower_ascii(entries[i].name);
    if (entries[i].directory) {
      if (!part.starts_with("configurations2/")) emit(Place::file_name, "", entries[i].name);
    } else {
      member(entries[i]);
    }
  }
  for (const std::string& comment : package_.zip().comments()) emit(Place::comment, "", comment);
  for (const std::string& name : package_.zip().other_names()) emit(Place::file_name, "", name);
  for (const std::string_view gap : package_.zip().gaps()) {
    Child child;
    child.facts = {"outside-members"};
    sink_.child(child, gap);
  }
}

Ending Document::ending() const {
  if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
  if (cut_) return cut_ending_;
  if (encrypted_) return {Outcome::encrypted, "the document is encrypted and no password is at hand"};
  if (!package_.zip().doubt().empty()) {
    return {Outcome::ambiguous, "readers differ on its zip: " + package_.zip().doubt()};
  }
  if (!damage_.empty()) return {Outcome::malformed, damage_};
  if (!package_.zip().damage().empty()) return {Outcome::malformed, package_.zip().damage()};
  if (damaged_members_ > 0) return {Outcome::malformed, "some of its members are damaged or fail their checksum"};
  if (!found_content_) return {Outcome::malformed, "its content is missing"};
  return complete();
}

}  // namespace postern::extract::odf
