#include "extractors/ooxml/document.h"

#include <algorithm>
#include <array>

#include "extractors/ole/loose_strings.h"
#include "extractors/ooxml/flow.h"

namespace postern::extract::ooxml {

namespace {

// Relationships to parts without text that anyone reads. The last segment of the type's URI, lower case.
constexpr std::array<std::string_view, 28> kTextless = {"styles",
                                                        "theme",
                                                        "fonttable",
                                                        "websettings",
                                                        "themeoverride",
                                                        "tablestyles",
                                                        "viewprops",
                                                        "presprops",
                                                        "printersettings",
                                                        "calcchain",
                                                        "sheetmetadata",
                                                        "diagramlayout",
                                                        "diagramquickstyle",
                                                        "diagramcolors",
                                                        "chartstyle",
                                                        "chartcolorstyle",
                                                        "commentsextended",
                                                        "commentsids",
                                                        "commentsextensible",
                                                        "customxmlprops",
                                                        "styleswitheffects",
                                                        "wordvbadata",
                                                        "changesinfo",
                                                        "revisioninfo",
                                                        "slideupdateinfo",
                                                        "rdrichvaluestructure",
                                                        "rdrichvaluetypes",
                                                        "attachedtoolbars"};

// The name of the part that holds the relationships of `part` ("" for the package).
std::string relationships_of(std::string_view part) {
  const size_t slash = part.rfind('/');
  const size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  std::string out(part.substr(0, name));
  out.append("_rels/").append(part.substr(name)).append(".rels");
  return out;
}

class PlainText {
 public:
  PlainText(Document& document, Place place, Place attributes)
      : document_(document), place_(place), attribute_place_(attributes) {}
  void start(XmlTag, const XmlAttributes& attributes, std::string_view) {
    end_piece();
    for (const XmlAttributes::Attribute& attribute : attributes) {
      if (attribute.name.starts_with("xmlns") || attribute.value.empty()) continue;
      attributes_.append(attribute.name).append("=").append(decode_xml(attribute.value)).append("\n");
    }
  }
  void end(XmlTag) { end_piece(); }
  void text(std::string_view text) { text_ += text; }
  bool stopped() const { return document_.stopped(); }
  void finish() {
    end_piece();
    document_.emit(place_, "", text_);
    document_.emit(attribute_place_, "", attributes_);
  }

 private:
  static constexpr size_t kFlush = 256 << 10;
  void end_piece() {
    // White space between elements is layout.
    const size_t last = text_.find_last_not_of(" \t\r\n");
    text_.resize(last == std::string::npos ? 0 : last + 1);
    if (text_.size() > line_) text_ += '\n';
    if (text_.size() >= kFlush) {
      document_.emit(place_, "", text_);
      text_.clear();
    }
    if (attributes_.size() >= kFlush) {
      document_.emit(attribute_place_, "", attributes_);
      attributes_.clear();
    }
    line_ = text_.size();
  }
  Document& document_;
  const Place place_;
  const Place attribute_place_;
  std::string text_;
  std::string attributes_;
  size_t line_ = 0;
};

class RelationshipReader {
 public:
  RelationshipReader(Document& document, std::string part) : document_(document), part_(std::move(part)) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    if (tag != rel_Relationship || out.size() >= kMaxRelationships) return;
    Relationship relationship;
    relationship.id = attributes.get("Id");
    const std::string type = attributes.get("Type");
    relationship.type = lower_ascii(std::string_view(type).substr(type.rfind('/') + 1));
    relationship.external = lower_ascii(attributes.raw("TargetMode")) == "external";
    const std::string target = attributes.get("Target");
    relationship.target = relationship.external ? target : Package::resolve(part_, target);
    out.push_back(std::move(relationship));
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  std::vector<Relationship> out;

 private:
  Document& document_;
  const std::string part_;
};

std::string first_bytes(XmlInput& input, size_t most) {
  std::string out(most, '\0');
  size_t size = 0;
  for (size_t got = 1; got > 0 && size < out.size(); size += got) {
    got = input.read(out.data() + size, out.size() - size);
  }
  out.resize(size);
  return out;
}

}  // namespace

std::vector<Relationship> Document::relationships(const std::string& part) {
  RelationshipReader reader(*this, part);
  scan(relationships_of(part), reader);
  return std::move(reader.out);
}

bool Document::follow_common(const Relationship& relationship, std::string_view at) {
  const std::string& type = relationship.type;
  if (relationship.external) {
    emit(Place::link, at, relationship.target);
    return true;
  }
  if (type == "hyperlink" || std::find(kTextless.begin(), kTextless.end(), type) != kTextless.end()) {
    package_.mark_used(relationship.target);
    return true;
  }
  const auto flow = [&](Place place) {
    if (!first_visit(relationship.target)) return;
    read_flow(relationship.target, place, at);
    follow_all(relationship.target, at);
  };
  if (type == "chart" || type == "chartex" || type == "chartusershapes") {
    flow(Place::chart);
  } else if (type == "diagramdata" || type == "diagramdrawing") {
    flow(Place::diagram);
  } else if (type == "numbering") {
    flow(Place::body);
  } else if (type == "drawing" || type == "vmldrawing") {
    flow(Place::text_box);
  } else if (type == "image" || type == "package" || type == "oleobject" || type == "media" || type == "audio" ||
             type == "video" || type == "afchunk" || type == "thumbnail" || type == "font") {
    if (first_visit(relationship.target)) {
      child(relationship.target);
      follow_all(relationship.target, at);
    }
  } else if (type == "vbaproject") {
    fact("macros");
    if (first_visit(relationship.target)) {
      child(relationship.target);
      follow_all(relationship.target, at);
    }
  } else if (type == "control") {
    if (first_visit(relationship.target)) {
      read_plain(relationship.target, Place::form_field, Place::form_field);
      follow_all(relationship.target, at);
    }
  } else if (type == "activexcontrolbinary") {
    if (first_visit(relationship.target)) read_strings(relationship.target, Place::form_field);
  } else if (type == "classificationlabels") {
    if (first_visit(relationship.target)) read_plain(relationship.target, Place::property, Place::property);
  } else if (type == "extensibility" || type == "usercustomization") {
    // Ribbons of a document's own: labels and the macros that they call.
    if (first_visit(relationship.target)) {
      read_plain(relationship.target, Place::attribute);
      follow_all(relationship.target, at);
    }
  } else if (type == "revisionheaders" || type == "revisionlog") {
    if (first_visit(relationship.target)) {
      read_plain(relationship.target, Place::revision, Place::revision);
      follow_all(relationship.target, at);
    }
  } else if (type == "customxml") {
    if (first_visit(relationship.target)) {
      read_plain(relationship.target, Place::custom_xml);
      read_comments(relationship.target, Place::custom_xml);
      follow_all(relationship.target, at);
    }
  } else if (type == "core-properties" || type == "extended-properties" || type == "extendedproperties" ||
             type == "custom-properties" || type == "customproperties") {
    if (first_visit(relationship.target)) read_properties(*this, relationship.target);
  } else {
    return false;
  }
  return true;
}

void Document::follow_all(const std::string& part, std::string_view at) {
  for (const Relationship& relationship : relationships(part)) {
    if (stopped()) return;
    follow_common(relationship, at);
  }
}

void Document::read_flow(const std::string& part, Place place, std::string_view at) {
  Flow flow(*this, place, at);
  scan_extended(part, flow, at);
  flow.finish();
}

void Document::read_plain(const std::string& part, Place place, Place attributes) {
  PlainText plain(*this, place, attributes);
  scan(part, plain);
  plain.finish();
}

void Document::read_strings(const std::string& part, Place place) {
  constexpr size_t kMostBytes = 1 << 20;  // controls keep little; pictures in them are not text
  scan_bytes(part, [&](XmlInput& input) {
    emit(place, "", loose_strings(first_bytes(input, kMostBytes)));
    return true;
  });
}

void Document::read_comments(const std::string& part, Place place) {
  constexpr size_t kMostBytes = 1 << 20;  // data of forms and labels has some KB
  constexpr std::string_view kBegin = "<!--", kEnd = "-->";
  scan_bytes(part, [&](XmlInput& input) {
    const std::string bytes = first_bytes(input, kMostBytes);
    std::string comments;
    for (size_t at = bytes.find(kBegin); at != std::string::npos; at = bytes.find(kBegin, at)) {
      at += kBegin.size();
      const size_t end = std::min(bytes.find(kEnd, at), bytes.size());
      comments.append(bytes, at, end - at).append(1, '\n');
      at = end;
    }
    emit(place, "comments", comments);
    return true;
  });
}

void Document::children_left_over() {
  package().mark_used("[content_types].xml");
  ZipDocument::children_left_over();
}

}  // namespace postern::extract::ooxml
