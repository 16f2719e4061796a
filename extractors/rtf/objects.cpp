#include "extractors/rtf/objects.h"

#include <optional>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"

namespace postern::extract::rtf {

namespace {

constexpr std::uint32_t kLinked = 1, kEmbedded = 2;

// Fields of an OLE 1.0 stream, each read only as far as there are bytes.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t number32() {
    const std::uint32_t value = le32(bytes_, at_);
    skip(4);
    return value;
  }
  std::uint16_t number16() {
    const std::uint16_t value = le16(bytes_, at_);
    skip(2);
    return value;
  }
  // [MS-OLEDS] 2.1.4: a length with the zero at the end counted.
  std::string_view counted() {
    std::string_view value = sized(number32());
    return value.substr(0, value.find('\0'));
  }
  std::string_view sized(size_t size) {
    const std::string_view value = bytes_.substr(at_, size);
    skip(size);
    return value;
  }
  std::string_view zero_ended() {
    const std::string_view rest = bytes_.substr(at_);
    const size_t end = rest.find('\0');
    if (end == std::string_view::npos) {
      at_ = bytes_.size();
      return rest;
    }
    at_ += end + 1;
    return rest.substr(0, end);
  }
  void skip(size_t size) { at_ += std::min(size, bytes_.size() - at_); }
  bool at_end() const { return at_ >= bytes_.size(); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

std::string ansi(std::string_view bytes) {
  std::string out;
  append_code_page(out, bytes, kCodePageAnsi);
  return out;
}

// The packager's stream: label, path, the file itself. False when it does not read as one.
bool tell_package(Teller& teller, std::string_view bytes) {
  Fields fields(bytes);
  constexpr std::uint16_t kStreamHeader = 2;
  if (fields.number16() != kStreamHeader) return false;
  const std::string label = ansi(fields.zero_ended()), path = ansi(fields.zero_ended());
  constexpr std::uint32_t kHoldsFile = 0x00030000;
  const std::uint32_t kind = fields.number32();
  if (kind != kHoldsFile) {
    teller.tell(Place::link, "", path);
    return true;
  }
  const std::string temporary = ansi(fields.counted());
  const std::uint32_t size = fields.number32();
  if (fields.at_end()) return false;
  if (path != label) teller.tell(Place::embedded, "", path);
  if (temporary != path) teller.tell(Place::embedded, "", temporary);
  Child child;
  child.name = label;
  teller.child(child, fields.sized(size));
  return true;
}

}  // namespace

void tell_object(Teller& teller, std::string_view name, std::string_view bytes) {
  if (bytes.empty()) return;
  Child child;
  child.name = std::string(name);
  Fields fields(bytes);
  fields.skip(4);  // the version, which nobody looks at
  const std::uint32_t format = fields.number32();
  const std::string_view class_name = fields.counted();
  const std::string topic = ansi(fields.counted()), item = ansi(fields.counted());
  if (format == kLinked) {
    teller.tell(Place::link, "", topic);
    teller.tell(Place::link, "", item);
    return;
  }
  if (format == kEmbedded) {
    const std::uint32_t size = fields.number32();
    const std::string_view data = fields.sized(size);
    if (class_name == "Package" && tell_package(teller, data)) return;
    if (!data.empty()) {
      teller.child(child, data);
      return;
    }
  }
  // Programs look for a compound file wherever it begins.
  const size_t compound = bytes.find("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
  teller.child(child, compound == std::string_view::npos ? bytes : bytes.substr(compound));
}

}  // namespace postern::extract::rtf
