#include "extractors/revenge/compound_rest.h"

#include <set>
#include <utility>

#include "extractors/archive/bytes.h"
#include "extractors/ole/compound_file.h"
#include "extractors/ole/parts.h"
#include "extractors/ole/utf16.h"
#include "extractors/vba/vba.h"

namespace postern::extract::revenge {

namespace {

// What the library has not told, line by line. Lines are looked for until kMostLooking bytes were gone over; those
// behind are told whatever the library told.
void tell_publisher_text(const std::string& text, Gatherer& to) {
  constexpr std::uint64_t kMostLooking = 256 << 20;
  std::uint64_t looked = 0;
  std::string rest;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line(text.data() + at, end - at);
    looked += to.told().size();
    if (looked > kMostLooking || to.told().find(line) == std::string::npos) rest.append(line).append(1, '\n');
    at = end + 1;
  }
  to.emit(Place::body, "as stored", rest);
}

}  // namespace

std::string publisher_text(std::string_view contents) {
  constexpr size_t kEntries = 0x20, kMostEntries = 20, kEntrySize = 24;
  constexpr std::uint16_t kEntry = 0x18;
  std::string out;
  std::set<std::pair<size_t, size_t>> ranges;
  for (size_t i = 0; i < kMostEntries; i++) {
    const size_t at = kEntries + i * kEntrySize;
    if (at + kEntrySize > contents.size()) break;
    if (le16(contents, at) != kEntry || contents.substr(at + 12, 4) != "TEXT") continue;
    const size_t begin = le32(contents, at + 16), size = le32(contents, at + 20);
    if (begin >= contents.size() || !ranges.insert({begin, size}).second) continue;
    for (const char c : utf16le_to_utf8(contents.substr(begin, size))) {
      const bool ends_line = c == '\r' || c == '\n' || c == '\x0B' || c == '\x0C';
      if (ends_line || static_cast<unsigned char>(c) >= ' ' || c == '\t') out += ends_line ? '\n' : c;
    }
    out += '\n';
  }
  return out;
}

namespace {

bool tell_rest(ole::CompoundFile& file, bool library_failed, Gatherer& to, ole::Reading& reading) {
  vba::read_projects(file, reading);
  if (library_failed) ole::read_properties(file, ole::kRoot, reading);
  const auto contents = file.find_stream("Quill/QuillSub/CONTENTS");
  if (!contents) return false;
  std::string buffer;
  const std::string text = publisher_text(file.read(*contents, buffer).bytes);
  tell_publisher_text(text, to);
  if (const auto objects = file.find_storage("Objects")) {
    const std::vector<ole::EntryId> children = file.at(*objects).children;
    for (const ole::EntryId id : children) {
      if (reading.stopped()) break;
      const std::string type = ole::object_type(file, id);
      ole::read_object(file, id, type.empty() ? file.at(id).name : type, reading);
    }
  }
  return !text.empty();
}

}  // namespace

bool tell_compound_rest(const Source& source, bool library_failed, Gatherer& to, Sink& sink, Ending& ending) {
  auto file = ole::CompoundFile::open(source.bytes);
  if (!file) return false;
  ole::Reading reading(sink);
  const bool any = tell_rest(*file, library_failed, to, reading);
  ending = reading.ending();
  return any;
}

}  // namespace postern::extract::revenge
