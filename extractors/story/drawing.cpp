#include "extractors/story/drawing.h"

#include <algorithm>
#include <string>
#include <vector>

#include "extractors/archive/bytes.h"
#include "extractors/story/code_page.h"
#include "extractors/story/inflate.h"

namespace postern::extract {

namespace {

constexpr size_t kDeepest = 64;  // groups in groups; people nest few

struct Picture {
  std::uint16_t type;
  std::uint16_t one_id;  // the instance with one identifier; the next one has two
  std::string_view mime;
  bool metafile;
};
constexpr Picture kPictures[] = {
    {0xF01A, 0x3D4, "image/emf", true},   {0xF01B, 0x216, "image/wmf", true},   {0xF01C, 0x542, "image/x-pict", true},
    {0xF01D, 0x46A, "image/jpeg", false}, {0xF01D, 0x6E2, "image/jpeg", false}, {0xF01E, 0x6E0, "image/png", false},
    {0xF01F, 0x7A8, "image/bmp", false},  {0xF029, 0x6E4, "image/tiff", false}, {0xF02A, 0x46A, "image/jpeg", false},
};

std::string_view from(std::string_view bytes, size_t at) {
  return bytes.substr(std::min(at, bytes.size()));
}

// The text of a property, without the zeros at its end.
std::string text_of(std::string_view bytes) {
  std::string text;
  append_utf16le(text, bytes);
  text.resize(std::min(text.size(), text.find('\0')));
  return text;
}

// A link: strings with their length in characters in front, among numbers ([MS-OSHARED] 2.3.7.1). Every one that reads
// as an address or a place is told.
void tell_link(Teller& teller, std::string_view at, std::string_view bytes) {
  constexpr size_t kHead = 24;  // class, version, flags
  std::string_view rest = from(bytes, kHead);
  while (rest.size() > 6) {
    const size_t size = size_t{le32(rest, 0)} * 2;
    if (size > 2 && size <= rest.size() - 4) {
      teller.tell(Place::link, at, text_of(rest.substr(4, size)));
      rest.remove_prefix(4 + size);
    } else {
      rest.remove_prefix(2);
    }
  }
}

// An entry of the store of pictures ([MS-ODRAW] 2.2.32): with the picture behind its name, or with its place in
// `delayed`.
void tell_stored_picture(Teller& teller, std::string_view entry, std::string_view delayed) {
  constexpr size_t kHead = 36, kDelayedAt = 28, kNameSizeAt = 33;
  if (entry.size() < kHead) return;
  const std::string_view embedded = from(entry, kHead + static_cast<unsigned char>(entry[kNameSizeAt]));
  Record picture;
  if (read_record(embedded, picture) || read_record(from(delayed, le32(entry, kDelayedAt)), picture)) {
    tell_picture(teller, picture);
  }
}

}  // namespace

bool read_record(std::string_view bytes, Record& record) {
  if (bytes.size() < kRecordHead) return false;
  const std::uint16_t head = le16(bytes, 0);
  record.container = (head & 0xF) == 0xF;
  record.instance = static_cast<std::uint16_t>(head >> 4);
  record.type = le16(bytes, 2);
  record.size = le32(bytes, 4);
  record.content = bytes.substr(kRecordHead, record.size);
  return true;
}

bool tell_shape(Teller& teller, std::string_view at, const Record& record) {
  if (record.type != 0xF00B && record.type != 0xF121 && record.type != 0xF122) return false;
  constexpr size_t kEntry = 6;
  constexpr std::uint16_t kComplex = 0x8000, kNumber = 0x3FFF;
  const size_t count = std::min<size_t>(record.instance, record.content.size() / kEntry);
  std::string_view values = from(record.content, count * kEntry);
  for (size_t i = 0; i < count; i++) {
    const std::uint16_t property = le16(record.content, i * kEntry);
    if ((property & kComplex) == 0) continue;
    const std::string_view value = values.substr(0, le32(record.content, i * kEntry + 2));
    values.remove_prefix(value.size());
    switch (property & kNumber) {
      case 0x00C0:
        teller.tell(Place::text_box, at, text_of(value));
        break;
      case 0x0105:  // the name of a picture's file
      case 0x0380:
      case 0x0381:
      case 0x038D:
        teller.tell(Place::alt_text, at, text_of(value));
        break;
      case 0x0382:
        tell_link(teller, at, value);
        break;
      default:
        break;
    }
  }
  return true;
}

bool tell_picture(Teller& teller, const Record& record) {
  for (const Picture& picture : kPictures) {
    if (picture.type != record.type) continue;
    if (record.instance != picture.one_id && record.instance != picture.one_id + 1) continue;
    constexpr size_t kIdentifier = 16, kMetafileHead = 34;
    const size_t ids = record.instance == picture.one_id ? kIdentifier : 2 * kIdentifier;
    Child child;
    child.name = "picture";
    child.declared_type = std::string(picture.mime);
    if (!picture.metafile) {
      teller.child(child, from(record.content, ids + 1));
      return true;
    }
    // Sizes, bounds, then whether it is packed ([MS-ODRAW] 2.2.31).
    const std::string_view packed = from(record.content, ids + kMetafileHead);
    const bool deflated = record.content.size() > ids + 32 && record.content[ids + 32] == '\0';
    child.read_as = std::string(picture.mime);
    if (!deflated) {
      teller.child(child, packed);
      return true;
    }
    child.packed_size = packed.size();
    teller.child(child, [&](std::string& buffer) { return inflate_child(packed, teller.sink().budget(), buffer); });
    return true;
  }
  return record.type >= 0xF018 && record.type <= 0xF117;
}

void tell_drawing(Teller& teller, std::string_view at, std::string_view records, std::string_view delayed) {
  std::vector<std::string_view> open{records};
  while (!open.empty() && !teller.stopped()) {
    Record record;
    if (!read_record(open.back(), record)) {
      open.pop_back();
      continue;
    }
    open.back().remove_prefix(kRecordHead + record.content.size());
    if (tell_shape(teller, at, record) || tell_picture(teller, record)) continue;
    if (record.type == 0xF007) {
      tell_stored_picture(teller, record.content, delayed);
      continue;
    }
    if (!record.container) continue;
    if (open.size() < kDeepest) {
      open.push_back(record.content);
    } else {
      teller.note(Outcome::limit, "groups of shapes nested deeper than the limit (" + std::to_string(kDeepest) + ")");
    }
  }
}

}  // namespace postern::extract
