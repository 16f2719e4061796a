#include "message/extracted_text.h"

#include <algorithm>
#include <charconv>
#include <map>

namespace postern {

Result<PartPath> PartPath::parse(std::string_view text) {
  std::vector<std::uint32_t> ordinals;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at != end) {
    std::uint32_t ordinal = 0;
    const auto [next, error] = std::from_chars(at, end, ordinal);
    if (error != std::errc() || ordinal == 0 || (next != end && (*next != '/' || next + 1 == end))) {
      return fail(ErrorKind::invalid_input, "'" + std::string(text) + "' is not a part path such as 2/1/3");
    }
    ordinals.push_back(ordinal);
    at = next == end ? end : next + 1;
  }
  return PartPath(std::move(ordinals));
}

std::string PartPath::to_string() const {
  std::string out;
  for (const std::uint32_t ordinal : ordinals_) {
    if (!out.empty()) out += '/';
    out += std::to_string(ordinal);
  }
  return out;
}

PartPath PartPath::child(std::uint32_t ordinal) const {
  std::vector<std::uint32_t> ordinals = ordinals_;
  ordinals.push_back(ordinal);
  return PartPath(std::move(ordinals));
}

bool PartPath::contains(const PartPath& other) const {
  return ordinals_.size() <= other.ordinals_.size() &&
         std::equal(ordinals_.begin(), ordinals_.end(), other.ordinals_.begin());
}

std::string_view to_string(PartRole role) {
  switch (role) {
    case PartRole::message:
      return "message";
    case PartRole::body:
      return "body";
    case PartRole::attachment:
      return "attachment";
    case PartRole::forwarded:
      return "forwarded";
    case PartRole::inline_file:
      return "inline";
    case PartRole::structure:
      return "structure";
  }
  return "attachment";
}

const Part* ExtractedText::find(const PartPath& path) const {
  for (const Part& part : parts) {
    if (part.path == path) return &part;
  }
  return nullptr;
}

bool ExtractedText::all_complete() const {
  return std::all_of(parts.begin(), parts.end(), [](const Part& p) { return p.outcome == Outcome::complete; });
}

Region region_of(const Part& part, const Segment& segment) {
  switch (segment.place) {
    case Place::file_name:
      return Region::file_name;
    case Place::property:
      return Region::metadata;
    case Place::subject:
      if (part.role == PartRole::message) return Region::subject;
      break;
    case Place::header:
      if (part.role == PartRole::message) return Region::header;
      break;
    default:
      break;
  }
  if (part.role == PartRole::message || part.role == PartRole::body || part.role == PartRole::structure) {
    return Region::body;
  }
  return Region::attachment;
}

std::vector<std::uint32_t> items_of(const ExtractedText& text) {
  std::vector<std::uint32_t> items(text.parts.size(), 0);
  // The first part on the way down that is not body or structure opens an item; all below it belong to it.
  std::map<PartPath, std::uint32_t> opened;
  std::uint32_t next = 1;
  for (size_t i = 0; i < text.parts.size(); i++) {
    const Part& part = text.parts[i];
    std::uint32_t item = 0;
    std::vector<std::uint32_t> prefix;
    for (const std::uint32_t ordinal : part.path.ordinals()) {
      prefix.push_back(ordinal);
      const auto found = opened.find(PartPath(prefix));
      if (found != opened.end()) {
        item = found->second;
        break;
      }
    }
    const bool opens =
        part.role == PartRole::attachment || part.role == PartRole::forwarded || part.role == PartRole::inline_file;
    if (item == 0 && opens) {
      item = next++;
      opened.emplace(part.path, item);
    }
    items[i] = item;
  }
  return items;
}

}  // namespace postern
