#include "extractors/ooxml/ooxml.h"

#include <algorithm>

#include "extractors/ooxml/document.h"

namespace postern::extract {

namespace ooxml {

namespace {

enum class Kind { unknown, word, workbook, presentation, binary_workbook, drawing, fixed };

Kind kind_of_type(std::string_view content_type) {
  const std::string type = lower_ascii(content_type);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("sheet.binary")) return Kind::binary_workbook;
  if (has("wordprocessingml") || has("ms-word")) return Kind::word;
  if (has("spreadsheetml") || has("ms-excel")) return Kind::workbook;
  if (has("presentationml") || has("ms-powerpoint")) return Kind::presentation;
  if (has("visio")) return Kind::drawing;
  return Kind::unknown;
}

constexpr std::pair<std::string_view, Kind> kUsualMains[] = {
    {"word/document.xml", Kind::word},          {"xl/workbook.xml", Kind::workbook},
    {"xl/workbook.bin", Kind::binary_workbook}, {"fixeddocumentsequence.fdseq", Kind::fixed},
    {"fixeddocseq.fdseq", Kind::fixed},         {"ppt/presentation.xml", Kind::presentation},
    {"visio/document.xml", Kind::drawing}};

// [Content_Types].xml (part 2, 10.1.2): the types of parts.
class ContentTypes {
 public:
  explicit ContentTypes(Document& document) : document_(document) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    if (tag != ct_Override) return;
    const std::string type = attributes.get("ContentType");
    const bool is_main = type.ends_with(".main+xml") || type.find("sheet.binary") != std::string::npos;
    if (!is_main || kind_of_type(type) == Kind::unknown) return;
    mains.emplace_back(Package::resolve("", attributes.get("PartName")), kind_of_type(type));
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  std::vector<std::pair<std::string, Kind>> mains;

 private:
  Document& document_;
};

Ending read(const Source& source, Sink& sink) {
  Document document(source, sink);
  ContentTypes types(document);
  document.scan("[content_types].xml", types);
  std::vector<std::pair<std::string, Kind>> mains;
  const std::vector<Relationship> relationships = document.relationships("");
  for (const Relationship& relationship : relationships) {
    if (relationship.type == "fixedrepresentation" && !relationship.external) {
      mains.emplace_back(relationship.target, Kind::fixed);
    }
    // Visio has a type of its own.
    const bool is_main = relationship.type == "officedocument" || relationship.type == "document";
    if (!is_main || relationship.external) continue;
    Kind kind = Kind::unknown;
    for (const auto& [part, of] : types.mains) {
      if (part == relationship.target) kind = of;
    }
    // A type that the list leaves out, or calls plain XML: the detected type is the next best guess.
    if (kind == Kind::unknown) kind = kind_of_type(source.type.mime);
    mains.emplace_back(relationship.target, kind);
  }
  if (mains.empty()) mains = types.mains;
  // Damaged packages: the names that every program gives its main part.
  const bool any =
      std::any_of(mains.begin(), mains.end(), [&](const auto& each) { return document.package().has(each.first); });
  if (!any) {
    for (const auto& [part, kind] : kUsualMains) {
      if (document.package().has(std::string(part))) mains.emplace_back(part, kind);
    }
  }

  bool unsupported = false;
  bool found = false;
  for (const auto& [part, kind] : mains) {
    if (!document.package().has(part)) continue;
    found = true;
    switch (kind) {
      case Kind::word:
        read_word(document, part);
        break;
      case Kind::workbook:
      case Kind::binary_workbook:
        read_workbook(document, part);
        break;
      case Kind::presentation:
        read_presentation(document, part);
        break;
      case Kind::drawing:
        read_drawing(document, part);
        break;
      case Kind::fixed:
        read_fixed_sequence(document, part);
        break;
      case Kind::unknown:
        unsupported = true;
        break;
    }
  }
  for (const Relationship& relationship : relationships) {
    if (document.stopped()) break;
    if (relationship.type != "officedocument" && relationship.type != "document")
      document.follow_common(relationship, "");
  }
  document.children_left_over();
  Ending ending = document.ending();
  if (ending.outcome != Outcome::complete) return ending;
  if (unsupported) return {Outcome::unsupported, "its main part is of a kind that is not read in this version"};
  if (!found) return {Outcome::malformed, "its main part is missing"};
  return ending;
}

class OoxmlExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return read(source, sink); }
};

}  // namespace

}  // namespace ooxml

std::shared_ptr<Extractor> make_ooxml_extractor() {
  return std::make_shared<ooxml::OoxmlExtractor>();
}

const std::vector<std::string_view>& ooxml_types() {
  static const std::vector<std::string_view> types = {
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "application/vnd.openxmlformats-officedocument.wordprocessingml.template",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "application/vnd.openxmlformats-officedocument.spreadsheetml.template",
      "application/vnd.openxmlformats-officedocument.presentationml.presentation",
      "application/vnd.openxmlformats-officedocument.presentationml.slideshow",
      "application/vnd.openxmlformats-officedocument.presentationml.template",
      "application/vnd.ms-word.document.macroenabled.12",
      "application/vnd.ms-word.template.macroenabled.12",
      "application/vnd.ms-excel.sheet.macroenabled.12",
      "application/vnd.ms-excel.template.macroenabled.12",
      "application/vnd.ms-excel.sheet.binary.macroenabled.12",
      "application/vnd.ms-powerpoint.presentation.macroenabled.12",
      "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
      "application/vnd.ms-powerpoint.template.macroenabled.12",
      "application/vnd.ms-visio.drawing",
      "application/vnd.ms-xpsdocument",
      "application/oxps",
  };
  return types;
}

}  // namespace postern::extract
