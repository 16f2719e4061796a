#include "extractors/pdf/found.h"

#include <algorithm>

#include "extractors/mail/transfer.h"
#include "extractors/pdf/xml_strings.h"
#include "extractors/story/style_names.h"

namespace postern::extract::pdf {

namespace {

Place place_of(StructureKind kind) {
  switch (kind) {
    case StructureKind::annotation:
      return Place::annotation;
    case StructureKind::form_field:
      return Place::form_field;
    case StructureKind::link:
      return Place::link;
    case StructureKind::script:
      return Place::script;
    case StructureKind::alt_text:
      return Place::alt_text;
    case StructureKind::file_name:
      return Place::file_name;
    case StructureKind::bookmark:
      return Place::bookmark;
    case StructureKind::style_name:
      return Place::attribute;
    case StructureKind::property:
      break;
  }
  return Place::property;
}

// The lines that are no names of programs' own.
std::string given_names(std::string_view names) {
  std::string out;
  while (!names.empty()) {
    const std::string_view name = names.substr(0, names.find('\n'));
    names.remove_prefix(std::min(name.size() + 1, names.size()));
    if (!is_programs_style_name(name)) out.append(name).append(1, '\n');
  }
  return out;
}

}  // namespace

bool FoundText::take(Place place, const std::string& at, const std::string& utf8) {
  if (hit_ != LimitHit::none) return false;
  if (revision_.empty()) {
    if (known_ != nullptr) known_->add(utf8);
    hit_ = sink_.text(place, at, utf8);
  } else {
    hit_ = sink_.text(Place::revision, at.empty() ? revision_ : revision_ + ", " + at, known_->take_new(utf8));
  }
  return hit_ == LimitHit::none;
}

bool FoundText::text(StructureKind kind, const std::string& at, const std::string& utf8) {
  if (kind == StructureKind::script) sink_.fact("scripts");
  if (kind == StructureKind::style_name) return take(place_of(kind), at, given_names(utf8));
  return take(place_of(kind), at, utf8);
}

bool FoundText::xml(StructureKind kind, const std::string& at, const std::string& bytes) {
  const XmlValues values = kind == StructureKind::property ? XmlValues::attributes_too
                           : at == kFormsAt                ? XmlValues::forms
                                                           : XmlValues::elements;
  const XmlStrings found = read_xml_strings(bytes, values);
  if (!found.script.empty() && !text(StructureKind::script, at, found.script)) return false;
  for (const XmlFile& picture : found.files) {
    // One that an earlier revision shares is known by its bytes.
    if (known_ != nullptr && known_->take_new(picture.base64).empty()) continue;
    Child part;
    part.declared_type = picture.type;
    const std::string unpacked = decode_base64(picture.base64).bytes;
    if (unpacked.empty()) continue;  // it is elsewhere
    sink_.child(part, unpacked);
    if (sink_.stopped()) return false;
  }
  return take(place_of(kind), at, found.text);
}

bool FoundText::file(const std::string& name, const std::string& type, long long offset, const Unpack& unpack) {
  Child child;
  // An object that is still the same stands where it stood.
  const bool is_new = known_ == nullptr || !known_->take_new("file at byte " + std::to_string(offset)).empty();
  if (!revision_.empty()) {
    if (!is_new) return true;
    child.facts.emplace_back("earlier-revision");
  }
  child.name = name;
  child.declared_type = type;
  std::transform(child.declared_type.begin(), child.declared_type.end(), child.declared_type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  sink_.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    if (!unpack(static_cast<size_t>(sink_.budget().bytes_left()) + 1, buffer) && buffer.empty()) {
      return tl::unexpected(Ending{Outcome::malformed, "it cannot be unpacked"});
    }
    return std::string_view(buffer);
  });
  return !sink_.stopped();
}

bool FoundText::stopped() {
  return hit_ != LimitHit::none || sink_.stopped();
}

}  // namespace postern::extract::pdf
