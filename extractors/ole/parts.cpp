#include "extractors/ole/parts.h"

#include <algorithm>
#include <array>

#include "extractors/archive/bytes.h"
#include "extractors/ole/codepage.h"
#include "extractors/ole/loose_strings.h"
#include "extractors/ole/property_set.h"
#include "extractors/ole/repack.h"
#include "extractors/ole/utf16.h"
#include "extractors/text/charset.h"

namespace postern::extract::ole {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kNative = "\1Ole10Native";
// Streams that are a file by themselves.
constexpr std::array kContentStreams = {"Package"sv, "CONTENTS"sv, "EmbeddedOdf"sv, "package_stream"sv};
constexpr size_t kMostControlBytes = 1 << 20;  // controls keep little; pictures in them are not text
constexpr size_t kMostPropertyBytes = 4 << 20;
constexpr size_t kMostPath = 4096;

std::string ansi(std::string_view bytes) {
  const TextReadings readings = read_text(bytes, "");
  return std::string(readings.main.text());
}

std::string_view base_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// Parses one after the other; what is not there is empty.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}
  std::uint64_t number(unsigned width) {
    const std::uint64_t out = le_at(bytes_, at_, width);
    at_ += width;
    return out;
  }
  std::string_view text() {
    const std::string_view rest = bytes_.substr(std::min(at_, bytes_.size()));
    const size_t end = rest.find('\0');
    if (end > kMostPath) {  // or none at all
      ok_ = false;
      return {};
    }
    at_ += end + 1;
    return rest.substr(0, end);
  }
  std::string_view block(std::uint64_t size) {
    const std::string_view rest = bytes_.substr(std::min(at_, bytes_.size()));
    const std::string_view out = rest.substr(0, std::min<std::uint64_t>(size, rest.size()));
    at_ += out.size();
    return out;
  }
  bool ok() const { return ok_ && at_ <= bytes_.size(); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

// A text in UTF-16 behind its length in characters.
std::string wide_text(Fields& fields) {
  const std::uint64_t length = fields.number(4);
  return length <= kMostPath ? utf16le_to_utf8(until_nul16(fields.block(length * 2))) : std::string();
}

// A control of Microsoft Forms: its properties, strings among them, stand in "contents" ([MS-OFORMS] 2.2), and what
// the document calls it in a stream of its own. Others keep a file of their own under that name.
bool read_control(CompoundFile& file, EntryId storage, std::string_view name, Reading& reading) {
  if (const auto given = file.find_stream("\3OCXNAME", storage)) {
    reading.emit(Place::form_field, name, utf16le_to_utf8(until_nul16(file.read(*given, kMostPath))));
  }
  if (!name.starts_with("Microsoft Forms ")) return false;
  const auto contents = file.find_stream("contents", storage);
  if (!contents) return false;
  std::string buffer;
  reading.emit(Place::form_field, name, loose_strings(file.read(*contents, buffer, kMostControlBytes).bytes));
  return true;
}

}  // namespace

void report_damage(const CompoundFile& file, Reading& reading) {
  if (!file.limit().empty()) reading.reached(file.limit());
  if (!file.damage().empty()) reading.damaged(file.damage());
}

void read_properties(CompoundFile& file, EntryId storage, Reading& reading) {
  // What stands in the file besides says no more than that it is locked ([MS-OFFCRYPTO] 2.2.11).
  if (storage == kRoot && file.find_stream("\tDRMContent")) reading.locked("it is protected by rights management");
  for (const EntryId id : file.at(storage).children) {
    const Entry& entry = file.at(id);
    if (entry.kind != Entry::Kind::stream || !entry.name.starts_with('\5')) continue;
    std::string buffer;
    const PropertySet set = read_property_set(file.read(id, buffer, kMostPropertyBytes).bytes);
    for (const Property& property : set.properties) {
      if (property.custom) reading.emit(Place::property, "", property.name);
      reading.emit(Place::property, property.name, property.value);
    }
    if (set.cut) reading.reached("properties reached the limit (" + std::to_string(kMostProperties) + ")");
  }
}

PackagedFile parse_package(std::string_view bytes) {
  Fields fields(bytes);
  PackagedFile out;
  fields.number(2);  // always 2
  out.label = ansi(fields.text());
  out.path = ansi(fields.text());
  fields.number(4);  // 3 for an embedded file, 1 for a link
  out.target = ansi(fields.block(fields.number(4)));
  while (!out.target.empty() && out.target.back() == '\0') out.target.pop_back();
  out.data = fields.block(fields.number(4));
  if (!fields.ok()) return {};
  // Newer writers repeat the names in UTF-16, which loses no letter.
  Fields more = fields;
  const std::string target = wide_text(more), label = wide_text(more), path = wide_text(more);
  if (more.ok()) {
    if (!target.empty()) out.target = target;
    if (!label.empty()) out.label = label;
    if (!path.empty()) out.path = path;
  }
  return out;
}

PackagedFile parse_native(std::string_view stream) {
  const std::uint64_t size = le32(stream, 0);
  const std::string_view rest = stream.substr(std::min<size_t>(4, stream.size()));
  const bool packaged = le16(rest, 0) == 2 && rest.size() > 6 && static_cast<unsigned char>(rest[2]) >= 0x20;
  if (packaged) {
    PackagedFile out = parse_package(rest);
    if (!out.data.empty() || !out.label.empty()) return out;
  }
  PackagedFile out;
  out.data = rest.substr(0, std::min<std::uint64_t>(size, rest.size()));
  return out;
}

void packaged_child(const PackagedFile& file, Reading& reading) {
  const std::string_view name = !file.label.empty() ? std::string_view(file.label) : base_name(file.path);
  Child child;
  child.name = std::string(name.empty() ? "embedded object" : name);
  if (file.path != file.label) reading.emit(Place::embedded, child.name, file.path);
  if (file.target != file.path && base_name(file.target) != child.name) {
    reading.emit(Place::embedded, child.name, file.target);
  }
  if (!file.data.empty()) reading.sink().child(child, file.data);
}

std::string object_type(CompoundFile& file, EntryId storage) {
  const auto id = file.child(storage, "\1CompObj");
  if (!id) return {};
  const std::string bytes = file.read(*id, kMostPath);
  constexpr size_t kHeader = 28;
  const std::uint32_t length = le32(bytes, kHeader);
  if (length == 0 || length > kMostPath || bytes.size() <= kHeader + 4) return {};
  const std::string_view text = std::string_view(bytes).substr(kHeader + 4, length);
  return ansi(text.substr(0, text.find('\0')));
}

bool read_data_store(CompoundFile& file, Reading& reading) {
  const auto store = file.find_storage(kDataStore);
  if (!store) return false;
  const std::vector<EntryId> items = file.at(*store).children;
  bool any = false;
  for (const EntryId item : items) {
    if (reading.stopped()) break;
    const auto id = file.find_stream("Item", item);
    if (!id || file.at(*id).size == 0) continue;
    any = true;
    Child child;
    child.name = "item.xml";
    reading.sink().child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      return file.read(*id, buffer).bytes;
    });
  }
  return any;
}

bool read_object(CompoundFile& file, EntryId storage, std::string_view name, Reading& reading) {
  if (const auto native = file.child(storage, kNative)) {
    std::string buffer;
    const PackagedFile packaged = parse_native(file.read(*native, buffer).bytes);
    const bool named = !packaged.label.empty() || !packaged.path.empty();
    if (named) {
      packaged_child(packaged, reading);
    } else if (!packaged.data.empty()) {
      Child child;
      child.name = std::string(name);
      reading.sink().child(child, packaged.data);
    }
    return true;
  }
  if (read_control(file, storage, name, reading)) return true;
  for (const std::string_view stream : kContentStreams) {
    const auto id = file.find_stream(stream, storage);
    if (!id || file.at(*id).size == 0) continue;
    Child child;
    child.name = std::string(name);
    reading.sink().child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      return file.read(*id, buffer).bytes;
    });
    return true;
  }
  if (storage == kRoot) return false;
  const std::vector<EntryId>& children = file.at(storage).children;
  const bool has_content = std::any_of(children.begin(), children.end(), [&](EntryId id) {
    const std::string& entry = file.at(id).name;
    return !entry.empty() && static_cast<unsigned char>(entry[0]) >= 0x20;
  });
  if (!has_content) return false;
  Child child;
  child.name = std::string(name);
  reading.sink().child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    buffer = repack(file, storage, reading.sink().budget().bytes_left());
    return std::string_view(buffer);
  });
  return true;
}

}  // namespace postern::extract::ole
