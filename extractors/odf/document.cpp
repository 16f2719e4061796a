#include "extractors/odf/document.h"

#include <charconv>
#include <utility>

#include "extractors/mail/transfer.h"
#include "extractors/odf/names.h"

namespace postern::extract::odf {

namespace {

constexpr size_t kLongestType = 100;  // bytes of a `mimetype` that is one

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

std::uint64_t number(std::string_view digits) {
  std::uint64_t out = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return out;
}

class Manifest {
 public:
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    switch (tag) {
      case mf_file_entry:
        path_ = lower_ascii(attributes.get("full-path"));
        size_ = number(attributes.raw("size"));
        break;
      case mf_encryption_data:
        lock_ = PartLock{};
        lock_.size = size_;
        lock_.checksum_by = digest_named(attributes.raw("checksum-type"));
        lock_.checksum = decode_base64(attributes.raw("checksum")).bytes;
        break;
      case mf_algorithm:
        lock_.cipher = cipher_named(attributes.raw("algorithm-name"));
        lock_.vector = decode_base64(attributes.raw("initialisation-vector")).bytes;
        break;
      case mf_start_key:
        lock_.start_key = digest_named(attributes.raw("start-key-generation-name"));
        break;
      case mf_key_derivation: {
        const std::string_view name = attributes.raw("key-derivation-name");
        lock_.has_derivation = name == "PBKDF2" || name.ends_with("#pbkdf2");
        lock_.rounds = number(attributes.raw("iteration-count"));
        lock_.salt = decode_base64(attributes.raw("salt")).bytes;
        if (attributes.has("key-size")) lock_.key_bytes = static_cast<size_t>(number(attributes.raw("key-size")));
        break;
      }
      default:
        break;
    }
  }
  void end(XmlTag tag) {
    if (tag == mf_encryption_data) locks.insert_or_assign(path_, std::move(lock_));
  }
  void text(std::string_view) {}
  bool stopped() const { return false; }

  std::unordered_map<std::string, PartLock> locks;

 private:
  std::string path_;
  std::uint64_t size_ = 0;
  PartLock lock_;
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
    : ZipDocument(source, sink, vocabulary(), DocumentTypes::without_entities),
      kind_(kind_of_type(source.type.mime)),
      is_template_(source.type.mime.ends_with("-template")) {}

void Document::inline_file(std::string_view base64) {
  if (stopped()) return;
  const std::string bytes = decode_base64(base64).bytes;
  sink_.child(Child{}, bytes);
}

void Document::read_manifest() {
  const std::string part = "meta-inf/manifest.xml";
  Manifest manifest;
  scan(part, manifest);
  locks_ = std::move(manifest.locks);
}

void Document::read_part(const std::string& part, Styles& styles, const std::string& prefix) {
  Content content(*this, styles, kind_, prefix);
  if (scan(part, content) && content.any() && part.ends_with("content.xml")) found_content_ = true;
  content.finish();
}

void Document::read_object(const std::string& name) {
  Styles styles;
  const std::string folder = name.empty() ? "" : lower_ascii(name) + "/";
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
    const std::string part = lower_ascii(entries[i].name);
    const std::string_view name = file_name(part);
    const bool is_object = name.size() < part.size() && (name == "content.xml" || name == "styles.xml");
    if (is_object) read_object(entries[i].name.substr(0, part.size() - name.size() - 1));
  }
  read_macros();
  hand_out_rest();
  if (key_rounds_ > kMaxKeyRounds) {
    return {Outcome::limit, "rounds of its keys reached the limit (" + std::to_string(kMaxKeyRounds) + ")"};
  }
  Ending end = ending("the document is");
  // Templates of styles alone have none; documents do.
  const bool styles_only = is_template_ && package_.has("styles.xml") && !package_.has("content.xml");
  if (end.outcome == Outcome::complete && !found_content_ && !styles_only) {
    return {Outcome::malformed, "its content is missing"};
  }
  return end;
}

// Basic modules and dialogs are XML, other scripts are source text.
void Document::read_macros() {
  const std::vector<ZipEntry>& entries = package_.zip().entries();
  Styles none;
  for (size_t i = 0; i < entries.size() && !stopped(); i++) {
    if (package_.used(i) || entries[i].directory) continue;
    const std::string part = lower_ascii(entries[i].name);
    const bool basic = part.starts_with("basic/") || part.starts_with("dialogs/");
    if (basic && part.ends_with(".xml")) {
      Content content(*this, none, Kind::unknown, "");
      scan(part, content);
      content.finish();
    } else if (part.starts_with("scripts/")) {
      read_script(part, entries[i].name);
    }
  }
}

void Document::read_script(const std::string& part, const std::string& name) {
  scan_bytes(part, [&](XmlInput& input) {
    constexpr size_t kPiece = 64 << 10;
    std::string source;
    size_t size = 0;
    for (size_t got = 1; got > 0; size += got) {
      source.resize(size + kPiece);
      got = input.read(source.data() + size, kPiece);
    }
    source.resize(size);
    found_macros();
    emit(Place::macro, name, source);
    return true;
  });
}

bool Document::is_locked(const ZipEntry& entry) const {
  return entry.encrypted || locks_.contains(lower_ascii(entry.name));
}

std::optional<ZipDocument::Unlocked> Document::unlock(const ZipEntry& entry) {
  if (entry.encrypted) return ZipDocument::unlock(entry);
  const PartLock& lock = locks_.at(lower_ascii(entry.name));
  if (entry.method != static_cast<std::uint16_t>(ZipMethod::stored) || no_password_ || !lock.known()) {
    return std::nullopt;
  }
  const std::string_view data = package_.zip().data(entry);
  std::optional<std::string> clear;
  if (password_) {
    key_rounds_ += lock.rounds;
    if (key_rounds_ > kMaxKeyRounds) return std::nullopt;
    clear = lock.open(data, *password_);
  } else {
    password_ = sink_.find_password([&](const std::string& candidate) {
      clear = lock.open(data, candidate);
      return clear.has_value();
    });
    no_password_ = !password_.has_value();
  }
  if (!clear) return std::nullopt;
  Unlocked out{entry, *std::move(clear)};
  out.entry.method = static_cast<std::uint16_t>(ZipMethod::deflated);
  out.entry.packed_size = out.bytes.size();
  out.entry.unpacked_size = lock.size;
  out.entry.crc_known = false;  // it is of the encrypted bytes
  return out;
}

void Document::hand_out_rest() {
  // The type, which told what to read, and where Writer would break pages.
  for (const ZipEntry* entry : package_.use("mimetype")) {
    if (entry->packed_size > kLongestType) member(*entry);
  }
  package_.mark_used("layout-cache");
  children_left_over("configurations2/");
}

}  // namespace postern::extract::odf
