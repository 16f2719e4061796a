// WordprocessingML: the main document and the stories that it refers to (ECMA-376 part 1, 11.3).
#include "extractors/ooxml/document.h"

namespace postern::extract::ooxml {

namespace {

void read_story(Document& document, const std::string& part, Place place);

void follow(Document& document, const Relationship& relationship) {
  if (document.follow_common(relationship, "")) return;
  const std::string& type = relationship.type;
  if (type == "header" || type == "footer") {
    read_story(document, relationship.target, Place::header_footer);
  } else if (type == "footnotes" || type == "endnotes") {
    read_story(document, relationship.target, Place::footnote);
  } else if (type == "comments") {
    read_story(document, relationship.target, Place::comment);
  } else if (type == "glossarydocument" || type == "subdocument") {
    read_story(document, relationship.target, Place::body);
  } else if (type == "settings") {
    // Document variables, the source of a mail merge, and the template that is attached.
    read_story(document, relationship.target, Place::property);
  } else if (type == "people") {
    if (document.first_visit(relationship.target)) {
      document.read_plain(relationship.target, Place::comment, Place::comment);
    }
  } else if (document.first_visit(relationship.target)) {
    document.child(relationship.target);
  }
}

void read_story(Document& document, const std::string& part, Place place) {
  if (!document.first_visit(part)) return;
  document.read_flow(part, place, "");
  for (const Relationship& relationship : document.relationships(part)) {
    if (document.stopped()) return;
    follow(document, relationship);
  }
}

}  // namespace

void read_word(Document& document, const std::string& main) {
  read_story(document, main, Place::body);
}

}  // namespace postern::extract::ooxml
