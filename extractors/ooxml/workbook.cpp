// SpreadsheetML: a workbook's sheets in order, with what hangs on them (ECMA-376 part 1, 12.3 and 18).
#include <map>
#include <string>
#include <vector>

#include "extractors/ooxml/binary_workbook.h"
#include "extractors/ooxml/document.h"
#include "extractors/ooxml/flow.h"
#include "extractors/ooxml/grid.h"
#include "extractors/ooxml/sheet.h"

namespace postern::extract::ooxml {

namespace {

class WorkbookReader {
 public:
  WorkbookReader(Document& document, ComputedCells& computed) : document_(document), computed_(computed) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    if (tag == s_sheet) {
      const std::string_view state = attributes.raw("state");
      sheets.push_back(
          {attributes.get("name"), attributes.get_prefixed("id"), state == "hidden" || state == "veryHidden"});
    } else if (tag == s_definedName) {
      in_name_ = true;
      name_ = attributes.get("name");
      names_ += name_ + " = ";
      for (const std::string_view about : {"comment", "description", "help", "statusBar", "customMenu"}) {
        if (attributes.has(about)) names_ += attributes.get(about) + " ";
      }
    } else if (tag == s_workbookPr) {
      dates_1904 = attributes.raw("date1904") == "1" || attributes.raw("date1904") == "true";
    } else if (tag == s_fileSharing || tag == s_customWorkbookView) {
      people_ += attributes.get(tag == s_fileSharing ? "userName" : "name") + "\n";
    }
  }
  void end(XmlTag tag) {
    if (tag != s_definedName) return;
    in_name_ = false;
    computed_.name(name_, formula_);
    formula_.clear();
    names_ += '\n';
  }
  void text(std::string_view text) {
    if (!in_name_) return;
    names_ += text;
    formula_ += text;
  }
  bool stopped() const { return document_.stopped(); }
  void finish() {
    std::string titles;
    for (const SheetEntry& sheet : sheets) titles += sheet.name + "\n";
    document_.emit(Place::cell, "sheet names", titles);
    document_.emit(Place::defined_name, "", names_);
    document_.emit(Place::property, "", people_);
  }

  std::vector<SheetEntry> sheets;
  bool dates_1904 = false;

 private:
  Document& document_;
  ComputedCells& computed_;
  bool in_name_ = false;
  std::string name_, formula_;  // of the defined name that is being read
  std::string names_;
  std::string people_;  // who reserved it; views that people named
};

// Comments of a sheet, both kinds: each at its cell.
class CommentReader {
 public:
  CommentReader(Document& document, std::string sheet) : document_(document), sheet_(std::move(sheet)) {}
  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view) {
    switch (tag) {
      case s_comment:
      case tc_threadedComment: {
        ref_ = attributes.get("ref");
        text_.clear();
        const std::string_view author = attributes.raw("authorId");
        size_t index = 0;
        for (const char c : author)
          index = c >= '0' && c <= '9' ? index * 10 + static_cast<size_t>(c - '0') : authors_.size();
        if (!author.empty() && index < authors_.size()) text_ = authors_[index] + ": ";
        break;
      }
      case s_author:
        authors_.emplace_back();
        collecting_author_ = true;
        break;
      case tc_person:
        document_.emit(Place::comment, "", attributes.get("displayName"));
        break;
      case s_t:
      case tc_text:
        in_text_ = true;
        break;
      case s_rPh:
        phonetic_ = true;
        break;
      default:
        break;
    }
  }
  void end(XmlTag tag) {
    switch (tag) {
      case s_author:
        collecting_author_ = false;
        break;
      case s_t:
      case tc_text:
        in_text_ = false;
        break;
      case s_rPh:
        phonetic_ = false;
        break;
      case s_comment:
      case tc_threadedComment:
        document_.emit(Place::comment, sheet_ + "!" + ref_, text_);
        break;
      default:
        break;
    }
  }
  void text(std::string_view text) {
    if (collecting_author_ && !authors_.empty()) authors_.back() += text;
    if (in_text_ && !phonetic_) text_ += text;
  }
  bool stopped() const { return document_.stopped(); }

 private:
  Document& document_;
  const std::string sheet_;
  std::vector<std::string> authors_;
  std::string ref_;
  std::string text_;
  bool collecting_author_ = false;
  bool in_text_ = false;
  bool phonetic_ = false;
};

// Values that stand in attributes: pivot caches, connections, external links.
class AttributeReader {
 public:
  AttributeReader(Document& document, Place place, std::vector<std::string_view> wanted)
      : document_(document), place_(place), wanted_(std::move(wanted)) {}
  void start(XmlTag, const XmlAttributes& attributes, std::string_view) {
    for (const XmlAttributes::Attribute& attribute : attributes) {
      const bool take = wanted_.empty() ? !attribute.name.starts_with("xmlns")
                                        : std::find(wanted_.begin(), wanted_.end(), attribute.name) != wanted_.end();
      if (take && !attribute.value.empty()) text_ += decode_xml(attribute.value) + "\n";
    }
    if (text_.size() >= kGridBlockBytes) finish();
  }
  void end(XmlTag tag) {
    if (tag == s_v) text_ += '\n';
  }
  void text(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) text_ += text;
  }
  bool stopped() const { return document_.stopped(); }
  void finish() {
    document_.emit(place_, "", text_);
    text_.clear();
  }

 private:
  Document& document_;
  const Place place_;
  const std::vector<std::string_view> wanted_;
  std::string text_;
};

class WorkbookWalk {
 public:
  WorkbookWalk(Document& document, const std::string& main) : document_(document), main_(main) {}

  void run() {
    document_.first_visit(main_);
    const WorkbookParts workbook = is_binary(main_) ? read_binary_workbook(document_, main_) : read_xml_workbook();
    const std::vector<Relationship> relationships = document_.relationships(main_);
    styles_.dates_1904 = workbook.dates_1904;
    for (const Relationship& relationship : relationships) {
      if (relationship.external) continue;
      if (relationship.type == "sharedstrings" && document_.first_visit(relationship.target)) {
        if (is_binary(relationship.target)) {
          read_binary_strings(document_, relationship.target, strings_);
        } else {
          strings_.read(document_, relationship.target);
        }
      } else if (relationship.type == "styles" && document_.first_visit(relationship.target)) {
        if (is_binary(relationship.target)) {
          read_binary_styles(document_, relationship.target, styles_);
        } else {
          styles_.read(document_, relationship.target);
        }
      }
    }
    for (const SheetEntry& sheet : workbook.sheets) {
      for (const Relationship& relationship : relationships) {
        if (document_.stopped()) return;
        if (relationship.id == sheet.id && !relationship.external) read_sheet(relationship, sheet);
      }
    }
    for (const Relationship& relationship : relationships) {
      if (document_.stopped()) return;
      if (relationship.external || !is_sheet(relationship.type)) {
        follow(relationship, "");
      } else {
        read_sheet(relationship, {"", "", true});  // in no list: never shown
      }
    }
    if (computed_.finish(document_)) document_.fact("formulas-not-computed");
    document_.emit(Place::hidden_text, "shared strings that no cell shows", strings_.unused());
    document_.emit(Place::cell, "readings of shared strings", strings_.readings());
  }

 private:
  WorkbookParts read_xml_workbook() {
    WorkbookReader workbook(document_, computed_);
    document_.scan_extended(main_, workbook, "");
    workbook.finish();
    return {std::move(workbook.sheets), workbook.dates_1904};
  }

  static bool is_sheet(const std::string& type) {
    return type == "worksheet" || type == "chartsheet" || type == "dialogsheet" || type == "xlmacrosheet" ||
           type == "xlintlmacrosheet";
  }

  void read_sheet(const Relationship& from, const SheetEntry& sheet) {
    const std::string& part = from.target;
    if (!document_.first_visit(part)) return;
    const std::string name = quote_sheet(sheet.name);
    // Macros of Excel 4 are cells whose formulas are the program.
    const bool macros = from.type == "xlmacrosheet" || from.type == "xlintlmacrosheet";
    if (macros) document_.fact("macros");
    const Place place = macros ? Place::macro : sheet.hidden ? Place::hidden_sheet : Place::cell;
    if (is_binary(part)) {
      read_binary_sheet(document_, part, name, place, strings_, styles_);
    } else {
      SheetReader reader(document_, name, place, strings_, styles_, computed_);
      document_.scan_extended(part, reader, name);
      reader.finish();
    }
    for (const Relationship& relationship : document_.relationships(part)) {
      if (document_.stopped()) return;
      follow(relationship, name);
    }
  }

  void follow(const Relationship& relationship, const std::string& sheet) {
    if (document_.follow_common(relationship, sheet)) return;
    const std::string& target = relationship.target;
    const std::string& type = relationship.type;
    if (!document_.first_visit(target)) return;
    if (type == "comments" || type == "threadedcomment" || type == "person") {
      if (is_binary(target)) {
        read_binary_comments(document_, target, sheet);
      } else {
        CommentReader reader(document_, sheet);
        document_.scan_extended(target, reader, sheet);
      }
    } else if (type == "pivotcachedefinition" || type == "pivotcacherecords") {
      read_attributes(target, Place::pivot_cache, {"v", "name", "caption", "sheet", "refreshedBy"});
      for (const Relationship& inner : document_.relationships(target)) follow(inner, sheet);
    } else if (type == "pivottable" || type == "table" || type == "slicer" || type == "slicercache") {
      read_attributes(target, Place::pivot_cache,
                      {"name", "displayName", "caption", "comment", "n", "c", "sourceName", "rowHeaderCaption",
                       "colHeaderCaption", "grandTotalCaption", "totalsRowLabel", "altText", "altTextSummary"});
      for (const Relationship& inner : document_.relationships(target)) follow(inner, sheet);
    } else if (type == "connections" || type == "querytable") {
      read_attributes(target, Place::connection, {});
    } else if (type == "externallink") {
      read_attributes(target, Place::cell, {"val", "name", "refersTo", "ddeService", "ddeTopic", "progId"});
      document_.follow_all(target, "");
    } else if (type == "usernames") {
      read_attributes(target, Place::property, {"name"});
    } else if (type == "volatiledependencies") {
      document_.read_plain(target, Place::cell);
    } else if (type == "xlbinaryindex") {
      document_.package().mark_used(target);
    } else if (type == "ctrlprop") {
      document_.read_plain(target, Place::form_field, Place::form_field);
    } else if (type == "xmlmaps" || type == "tablesinglecells") {
      document_.read_plain(target, Place::connection, Place::connection);
    } else {
      document_.child(target);
    }
  }

  void read_attributes(const std::string& part, Place place, std::vector<std::string_view> wanted) {
    if (is_binary(part)) {
      read_binary_rest(document_, part, place);
      return;
    }
    AttributeReader reader(document_, place, std::move(wanted));
    document_.scan(part, reader);
    reader.finish();
  }

  Document& document_;
  const std::string main_;
  SharedStrings strings_;
  CellStyles styles_;
  ComputedCells computed_;
};

}  // namespace

void read_workbook(Document& document, const std::string& main) {
  WorkbookWalk(document, main).run();
}

}  // namespace postern::extract::ooxml
