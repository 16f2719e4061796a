// Visio drawings (.vsdx, .vsdm, .vstx, .vssx; [MS-VSDX]): pages in their order, then masters and comments.
#include <string>
#include <vector>

#include "extractors/ooxml/document.h"

namespace postern::extract::ooxml {

namespace {

// The list of pages or masters: names, and the relationship of each.
class PageList {
 public:
  explicit PageList(Document& document) : document_(document) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    if (tag == vs_Page || tag == vs_Master) {
      pages.push_back({attributes.get("Name"), ""});
      if (pages.back().name.empty()) pages.back().name = attributes.get("NameU");
      const std::string prompt = attributes.get("Prompt");
      if (!prompt.empty()) document_.emit(Place::alt_text, pages.back().name, prompt);
    } else if (tag == vs_Rel && !pages.empty()) {
      pages.back().id = attributes.get_prefixed("id");
    }
  }
  void end(XmlTag) {}
  void text(std::string_view) {}
  bool stopped() const { return document_.stopped(); }

  struct Page {
    std::string name;
    std::string id;
  };
  std::vector<Page> pages;

 private:
  Document& document_;
};

// Shapes of one page: their text, data, links and names.
class ShapeReader {
 public:
  ShapeReader(Document& document, Place place, std::string at)
      : document_(document), place_(place), at_(std::move(at)) {}

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    switch (tag) {
      case vs_Text:
        in_text_ = true;
        break;
      case vs_Section:
        section_ = attributes.get("N");
        break;
      case vs_Cell:
        cell(attributes);
        break;
      default:
        break;
    }
  }
  void end(XmlTag tag) {
    if (tag == vs_Text) {
      in_text_ = false;
      if (!text_.empty() && text_.back() != '\n') text_ += '\n';
    } else if (tag == vs_Section) {
      section_.clear();
    }
    if (text_.size() >= kFlush) finish();
  }
  void text(std::string_view text) {
    if (in_text_) text_ += text;
  }
  bool stopped() const { return document_.stopped(); }
  void finish() {
    document_.emit(place_, at_, text_);
    document_.emit(Place::property, at_, data_);
    document_.emit(Place::link, at_, links_);
    text_.clear();
    data_.clear();
    links_.clear();
  }

 private:
  static constexpr size_t kFlush = 256 << 10;

  // Rows of data that people enter ("Property"), of links and of what scripts keep ("User").
  void cell(const XmlAttributes& attributes) {
    const std::string_view name = attributes.raw("N");
    const std::string value = attributes.get("V");
    if (value.empty()) return;
    if (section_ == "Property" && (name == "Value" || name == "Label" || name == "Prompt")) {
      data_ += value + "\n";
    } else if (section_ == "User" && (name == "Value" || name == "Prompt") && attributes.raw("U") == "STR") {
      data_ += value + "\n";
    } else if (section_ == "Hyperlink" && (name == "Address" || name == "SubAddress" || name == "Description")) {
      links_ += value + "\n";
    } else if (name == "Comment") {
      document_.emit(Place::comment, at_, value);
    }
  }

  Document& document_;
  const Place place_;
  const std::string at_;
  std::string section_;
  std::string text_;
  std::string data_;
  std::string links_;
  bool in_text_ = false;
};

void follow(Document& document, const Relationship& relationship);

void follow_rest(Document& document, const std::string& part) {
  for (const Relationship& relationship : document.relationships(part)) {
    if (document.stopped()) return;
    follow(document, relationship);
  }
}

void read_page(Document& document, const std::string& part, Place place, const std::string& at) {
  if (!document.first_visit(part)) return;
  ShapeReader reader(document, place, at);
  document.scan_extended(part, reader, at);
  reader.finish();
  follow_rest(document, part);
}

void read_list(Document& document, const std::string& part, Place place) {
  if (!document.first_visit(part)) return;
  PageList list(document);
  document.scan(part, list);
  std::string names;
  for (const PageList::Page& page : list.pages) names += page.name + "\n";
  document.emit(place, place == Place::master ? "names of masters" : "names of pages", names);
  // What a page sheet of its own holds stands in the list.
  ShapeReader sheets(document, place, "");
  document.scan_extended(part, sheets, "");
  sheets.finish();
  const std::vector<Relationship> relationships = document.relationships(part);
  for (const PageList::Page& page : list.pages) {
    for (const Relationship& relationship : relationships) {
      if (document.stopped()) return;
      if (relationship.id == page.id && !relationship.external) {
        read_page(document, relationship.target, place, page.name);
      }
    }
  }
  for (const Relationship& relationship : relationships) {
    if (document.stopped()) return;
    follow(document, relationship);
  }
}

void follow(Document& document, const Relationship& relationship) {
  if (document.follow_common(relationship, "")) return;
  const std::string& type = relationship.type;
  const std::string& target = relationship.target;
  if (type == "pages") {
    read_list(document, target, Place::body);
  } else if (type == "masters") {
    read_list(document, target, Place::master);
  } else if (type == "page") {
    read_page(document, target, Place::body, "");
  } else if (type == "master") {
    read_page(document, target, Place::master, "");
  } else if (type == "comments") {
    if (document.first_visit(target)) document.read_plain(target, Place::comment, Place::comment);
  } else if (type == "windows") {
    document.package().mark_used(target);
  } else if (document.first_visit(target)) {
    document.child(target);
  }
}

}  // namespace

void read_drawing(Document& document, const std::string& main) {
  if (!document.first_visit(main)) return;
  ShapeReader reader(document, Place::property, "");
  document.scan_extended(main, reader, "");
  reader.finish();
  const std::vector<Relationship> relationships = document.relationships(main);
  // Pages before what they are made of.
  for (const Relationship& relationship : relationships) {
    if (relationship.type == "pages") follow(document, relationship);
  }
  for (const Relationship& relationship : relationships) {
    if (document.stopped()) return;
    follow(document, relationship);
  }
}

}  // namespace postern::extract::ooxml
