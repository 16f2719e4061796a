#include "extractors/mail/nested_parts.h"

#include <algorithm>

#include "extractors/mail/entity.h"
#include "extractors/mail/multipart.h"

namespace postern::extract {
namespace {

std::string_view without_line_ends(std::string_view bytes) {
  while (bytes.ends_with('\n') || bytes.ends_with('\r')) bytes.remove_suffix(1);
  return bytes;
}

// From the beginning of `from` to the end of `to`, both in one buffer.
std::string_view stretch_to(std::string_view from, std::string_view to) {
  return {from.data(), static_cast<size_t>(to.data() + to.size() - from.data())};
}

}  // namespace

void NestedParts::add(std::string_view part, std::string_view default_type) {
  know(part);
  add(part, part, Kind::part, default_type, 0);
}

bool NestedParts::covers(std::string_view stretch) const {
  stretch = without_line_ends(stretch);
  const auto [first, last] = known_.equal_range(stretch.data());
  return std::any_of(first, last, [&](const auto& known) { return known.second == stretch.size(); });
}

void NestedParts::know(std::string_view stretch) {
  if (known_.size() >= kMostNestedParts) return;
  stretch = without_line_ends(stretch);
  if (!covers(stretch)) known_.emplace(stretch.data(), stretch.size());
}

// `whole` begins at the part that `entity` stands in: a mail is inside the part that carries it.
void NestedParts::add(std::string_view whole, std::string_view bytes, Kind kind, std::string_view default_type,
                      unsigned depth) {
  if (depth >= kMostNested || known_.size() >= kMostNestedParts) return;
  const Entity entity = parse_entity(bytes, kind == Kind::mail ? HeaderOf::mail : HeaderOf::part, default_type);
  if (entity.readings.size() != 1 || !entity.doubt.empty()) return;
  const EntityReading& reading = entity.readings.front();
  if (reading.encoding != TransferEncoding::identity || reading.body.empty()) return;
  if (reading.type.value == "message/rfc822" || reading.type.value == "message/global") {
    return add(whole, reading.body, Kind::mail, "text/plain", depth + 1);
  }
  const auto boundaries = reading.type.all("boundary");
  if (!is_multipart(reading) || boundaries.size() != 1) return;
  const Multipart split = split_multipart(reading.body, boundaries.front(), BoundaryMatch::exact);
  if (!split.found) return;
  know(stretch_to(whole, split.preamble));
  for (const std::string_view part : split.parts) {
    know(part);
    add(part, part, Kind::part, reading.type.value == "multipart/digest" ? "message/rfc822" : "text/plain", depth + 1);
  }
  if (parse_header(split.epilogue, HeaderOf::part).fields.empty()) know(split.epilogue);
}

}  // namespace postern::extract
