// PresentationML: slides in the order of the deck, their notes and comments, then the masters
// (ECMA-376 part 1, 13.3).
#include <string>
#include <vector>

#include "extractors/ooxml/document.h"
#include "extractors/ooxml/flow.h"
#include "extractors/ooxml/placed_boxes.h"

namespace postern::extract::ooxml {

namespace {

class SlideList {
 public:
  explicit SlideList(Document& document) : document_(document) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    // Sections list the slides again, by number only.
    const std::string id = tag == p_sldId ? attributes.get_prefixed("id") : std::string();
    if (!id.empty()) ids.push_back(id);
    if (tag == p14_section || tag == p_custShow) {
      document_.emit(Place::bookmark, tag == p14_section ? "section" : "custom show", attributes.get("name"));
    }
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  std::vector<std::string> ids;

 private:
  Document& document_;
};

// A slide's place is known from its first tag, before any text.
class SlideFlow {
 public:
  SlideFlow(Document& document, std::string_view at) : document_(document), at_(at), flow_(document, Place::body, at) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name) {
    flow_.start(tag, attributes, name);
    boxes_.start(tag, attributes);
    if (tag == p_sld && flow_.hidden_slide()) flow_.set_place(Place::hidden_slide);
  }
  void end(XmlTag tag) {
    flow_.end(tag);
    boxes_.end(tag);
  }
  void text(std::string_view text) {
    flow_.text(text);
    boxes_.text(text);
  }
  bool stopped() const { return flow_.stopped(); }
  void finish() {
    flow_.finish();
    document_.emit(flow_.hidden_slide() ? Place::hidden_slide : Place::body,
                   (at_.empty() ? "" : at_ + ", ") + "side by side", boxes_.rows());
  }

 private:
  Document& document_;
  const std::string at_;
  PlacedBoxes boxes_;
  Flow flow_;
};

void follow(Document& document, const Relationship& relationship, const std::string& at);

void read_part(Document& document, const std::string& part, Place place, const std::string& at) {
  if (!document.first_visit(part)) return;
  document.read_flow(part, place, at);
  for (const Relationship& relationship : document.relationships(part)) {
    if (document.stopped()) return;
    follow(document, relationship, at);
  }
}

void read_slide(Document& document, const std::string& part, const std::string& at) {
  if (!document.first_visit(part)) return;
  SlideFlow flow(document, at);
  document.scan_extended(part, flow, at);
  flow.finish();
  for (const Relationship& relationship : document.relationships(part)) {
    if (document.stopped()) return;
    // The back reference of a comment or note to its slide changes no order.
    if (relationship.type != "slide") follow(document, relationship, at);
  }
}

void follow(Document& document, const Relationship& relationship, const std::string& at) {
  const std::string& type = relationship.type;
  if (type == "slide" && !relationship.external) {
    read_slide(document, relationship.target, "");
    return;
  }
  if (document.follow_common(relationship, at)) return;
  if (type == "notesslide") {
    read_part(document, relationship.target, Place::notes, at);
  } else if (type == "comments" || type == "commentauthors" || type == "authors") {
    read_part(document, relationship.target, Place::comment, at);
  } else if (type == "slidelayout" || type == "slidemaster" || type == "notesmaster" || type == "handoutmaster") {
    read_part(document, relationship.target, Place::master, "");
  } else if (type == "tags") {
    if (document.first_visit(relationship.target))
      document.read_plain(relationship.target, Place::property, Place::property);
  } else if (document.first_visit(relationship.target)) {
    document.child(relationship.target);
  }
}

}  // namespace

void read_presentation(Document& document, const std::string& main) {
  document.first_visit(main);
  SlideList list(document);
  document.scan_extended(main, list, "");
  const std::vector<Relationship> relationships = document.relationships(main);
  size_t number = 0;
  for (const std::string& id : list.ids) {
    number++;
    for (const Relationship& relationship : relationships) {
      if (relationship.id != id || relationship.external) continue;
      if (document.stopped()) return;
      read_slide(document, relationship.target, "slide " + std::to_string(number));
    }
  }
  // What is in no list of slides is not shown, and read all the same.
  for (const Relationship& relationship : relationships) {
    if (document.stopped()) return;
    follow(document, relationship, "");
  }
}

}  // namespace postern::extract::ooxml
