// Document: the state of reading one Office Open XML file, shared by its readers.
//
// Adds to a document in a zip (archive/zip_document.h) that parts are found by
// relationship, never by file name (ECMA-376 part 2, OPC). Readers (word.cpp, sheet.cpp, slides.cpp)
// say what a part means; everything that every kind of document has (properties,
// media, embedded files, charts, hyperlinks) is here.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/archive/zip_document.h"
#include "extractors/extractor.h"
#include "extractors/ooxml/extensions.h"
#include "extractors/ooxml/names.h"

namespace postern::extract::ooxml {

// Relationships of one part that are followed; a deck of 10,000 slides has as many.
inline constexpr size_t kMaxRelationships = 100'000;

struct Relationship {
  std::string id;
  std::string type;    // last segment of the type's URI, lower case: "hyperlink", "footnotes"
  std::string target;  // part name (lower case, no leading '/'), or the URI when external
  bool external = false;
};

class Document final : public ZipDocument {
 public:
  Document(const Source& source, Sink& sink) : ZipDocument(source, sink, vocabulary(), DocumentTypes::none) {}

  bool stopped() const { return is_over(); }

  std::vector<Relationship> relationships(const std::string& part);

  // What every part may refer to: hyperlinks, media, embedded files, charts, diagrams, drawings, properties.
  // Types that belong to one kind of document are its reader's; they are left alone here. Each part is
  // read once. True when the relationship was dealt with.
  bool follow_common(const Relationship& relationship, std::string_view at);
  // follow_common for all relationships of `part`.
  void follow_all(const std::string& part, std::string_view at);

  // True the first time a part is asked for: parts may refer to each other in circles.
  bool first_visit(const std::string& part) { return visited_.insert(part).second; }

  // The same as scan(), with what Extensions finds in the part, under `at`.
  template <typename Handler>
  bool scan_extended(const std::string& part, Handler& handler, std::string_view at) {
    WithExtensions<Handler> both(handler, *this, at);
    const bool any = scan(part, both);
    both.finish();
    return any;
  }

  // DrawingML and WordprocessingML text of a part, in `place`.
  void read_flow(const std::string& part, Place place, std::string_view at);
  // All character data of a part, a line for each element that has some; its attributes in a place of their own.
  void read_plain(const std::string& part, Place place, Place attributes = Place::attribute);
  // Readable strings of a part in a binary format that nobody describes, such as the values of a control.
  void read_strings(const std::string& part, Place place);
  // Comments of XML, which no program shows.
  void read_comments(const std::string& part, Place place);

  // Styles that hide the text they are applied to, by their id (ECMA-376 part 1, 17.7).
  void set_hiding_styles(std::set<std::string, std::less<>> ids) { hiding_styles_ = std::move(ids); }
  bool style_hides(std::string_view id) const { return hiding_styles_.contains(id); }
  // Those that show it in capitals.
  void set_capital_styles(std::set<std::string, std::less<>> ids) { capital_styles_ = std::move(ids); }
  bool style_capitalizes(std::string_view id) const { return capital_styles_.contains(id); }

  // Everything that no relationship led to.
  void children_left_over();

  Ending ending() const { return ZipDocument::ending("some of its parts are"); }

 protected:
  // Comments in drawings are HTML, with `<br>` and `<![if ...]>`.
  bool is_careless(const std::string& part) const override { return part.ends_with(".vml"); }

 private:
  std::set<std::string> visited_;
  std::set<std::string, std::less<>> hiding_styles_, capital_styles_;
};

// The readers of the kinds; `main` is the part that the package's relationships name.
void read_word(Document& document, const std::string& main);
void read_workbook(Document& document, const std::string& main);
void read_presentation(Document& document, const std::string& main);
void read_drawing(Document& document, const std::string& main);
void read_fixed_sequence(Document& document, const std::string& main);
// docProps: core, extended and custom properties.
void read_properties(Document& document, const std::string& part);

}  // namespace postern::extract::ooxml
