// WordprocessingML: the main document and the stories that it refers to (ECMA-376 part 1, 11.3).
#include <map>
#include <set>
#include <string>

#include "extractors/ooxml/document.h"
#include "extractors/story/style_names.h"

namespace postern::extract::ooxml {

namespace {

void read_story(Document& document, const std::string& part, Place place);

// Styles: which of them hide text or show it in capitals, themselves or by what they are based on, and the names that
// people gave.
class StyleReader {
 public:
  explicit StyleReader(Document& document) : document_(document) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    switch (tag) {
      case w_style:
        id_ = attributes.get("styleId");
        is_custom_ = attributes.raw("customStyle") == "1" || attributes.raw("customStyle") == "true";
        break;
      case w_name:
        if (!id_.empty()) add_name(attributes.get("val"));
        break;
      case w_basedOn:
        based_on_.emplace(id_, attributes.get("val"));
        break;
      case w_pPr:
        in_paragraph_ = true;
        break;
      case w_vanish:
      case w_caps:
        if (!in_paragraph_)
          (tag == w_caps ? capitals_ : hides_)
              .insert_or_assign(id_, attributes.raw("val") != "0" && attributes.raw("val") != "false");
        break;
      default:
        break;
    }
  }
  void end(XmlTag tag) {
    if (tag == w_pPr) in_paragraph_ = false;
    if (tag == w_style) id_.clear();
  }
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  void finish() {
    document_.set_hiding_styles(those_that_say(hides_));
    document_.set_capital_styles(those_that_say(capitals_));
    document_.emit(Place::attribute, "names of styles", names_);
  }

 private:
  // Word says which styles are not its own; others do not.
  void add_name(const std::string& name) {
    if (is_custom_ || !is_programs_style_name(name)) names_ += name + '\n';
    is_custom_ = false;
  }

  std::set<std::string, std::less<>> those_that_say(const std::map<std::string, bool>& what) const {
    std::set<std::string, std::less<>> ids;
    for (const auto& [id, base] : based_on_) {
      if (says(what, id)) ids.insert(id);
    }
    for (const auto& [id, is] : what) {
      if (is) ids.insert(id);
    }
    return ids;
  }

  // What a style says itself wins over what it is based on.
  bool says(const std::map<std::string, bool>& what, std::string id) const {
    constexpr int kDeepest = 20;  // Word stops there; chains may also be circles
    for (int depth = 0; depth < kDeepest; depth++) {
      if (const auto found = what.find(id); found != what.end()) return found->second;
      const auto base = based_on_.find(id);
      if (base == based_on_.end()) return false;
      id = base->second;
    }
    return false;
  }

  Document& document_;
  std::string id_;
  std::string names_;
  std::map<std::string, std::string> based_on_;
  std::map<std::string, bool> hides_, capitals_;
  bool is_custom_ = false;
  bool in_paragraph_ = false;
};

void read_styles(Document& document, const std::string& main) {
  for (const Relationship& relationship : document.relationships(main)) {
    if (relationship.type != "styles" || relationship.external || !document.first_visit(relationship.target)) continue;
    StyleReader reader(document);
    document.scan(relationship.target, reader);
    reader.finish();
  }
}

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
  read_styles(document, main);
  read_story(document, main, Place::body);
}

}  // namespace postern::extract::ooxml
