// Flow: running text of WordprocessingML and DrawingML, as a reader sees it.
//
// Runs are joined with nothing between; paragraphs end with a line, cells are
// parted by tabs, rows by lines. Text of other places is kept apart: deletions,
// insertions (also left in the body), hidden runs, text boxes, alternative text,
// field codes, form fields, bookmarks; text where the format has none. A paragraph with tracked changes also gives what
// it said before, as Place::revision, one with letters that nobody sees or that are struck out also what it says
// without. mc:AlternateContent is read once when its branches say the same; where they differ inside a paragraph, this
// is read with the first branch and once more with the last. Branches of whole paragraphs follow each other.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/ooxml/document.h"
#include "extractors/story/seen_paragraph.h"

namespace postern::extract::ooxml {

class Flow {
 public:
  // `at` is the locator of all segments.
  Flow(Document& document, Place place, std::string_view at);

  void start(XmlTag tag, const XmlAttributes& attributes, std::string_view name);
  void end(XmlTag tag);
  void text(std::string_view text);
  bool stopped() const { return document_.stopped(); }

  // Gives what is left to the document. Call once, at the end.
  void finish();

  // p:sld show="0" was seen.
  bool hidden_slide() const { return hidden_slide_; }
  void set_place(Place place) { place_ = place; }

 private:
  // Text beside the main text; pieces that follow each other without visible text between join.
  struct Side {
    Place place;
    std::string text;
    bool open = false;
  };
  enum SideIndex : size_t {
    deleted,
    inserted,
    hidden,
    boxes,
    alt,
    field,
    form,
    bookmark,
    property,
    connection,
    link,
    given_name,
    formula,
    ruby,
    stray,
    side_count
  };
  enum class Mode { none, visible, deleted, hidden, field, ruby, formula, given_name, setting };
  struct Alternate {         // one open mc:AlternateContent
    size_t begin = 0;        // where its text begins in the main text
    size_t choice_end = 0;   // where the text of its choices ends
    size_t boxes_begin = 0;  // the same in the text of the boxes
    size_t boxes_choice_end = 0;
    size_t other_begin = 0;  // the same in the other reading of the paragraph
    unsigned branches = 0;   // begun
  };

  Side& side(SideIndex index) { return sides_[index]; }
  void add(SideIndex index, std::string_view text);  // continues
  void add_line(SideIndex index, std::string_view text);
  void end_side(SideIndex index);
  void close_sides();
  void visible(std::string_view text);
  void put(char c);
  void stray_text(std::string_view text);
  void symbol(const XmlAttributes& attributes);
  void note(XmlTag tag, const XmlAttributes& attributes);  // flow_notes.cpp
  void mark_before();
  void note_look(XmlTag tag, const XmlAttributes& attributes);
  void end_paragraph();
  void end_cell();
  void end_row();
  void collect_links();
  void change_author(const XmlAttributes& attributes);
  void alternative_text(const XmlAttributes& attributes);
  void begin_branch();  // flow_notes.cpp
  void end_branch();
  bool in_other() const { return other_open_ && outer_.size() == other_depth_; }
  void flush_if_large();
  void flush();

  Document& document_;
  Place place_;
  const std::string at_;
  std::string main_;
  std::vector<std::string> outer_;  // texts around the text box that is being read
  std::vector<bool> outer_hidden_;  // the same of paragraph_hidden_
  std::array<Side, side_count> sides_;
  std::string revision_;
  std::string before_;  // the paragraph as it was, kept from its first tracked change on
  // How the run looks, as far as it keeps it from being read, or shows it otherwise.
  struct Look {
    bool white = false, shaded = false, tiny = false, struck = false, capitals = false;
    bool unseen() const { return (white && !shaded) || tiny; }
  };
  Look look_;
  SeenParagraph seen_;
  std::vector<Alternate> alternates_;
  std::string other_;  // the paragraph with the last of the branches that differ
  bool other_open_ = false;
  size_t other_depth_ = 0;  // of outer_
  size_t paragraph_begin_ = 0;
  Mode mode_ = Mode::none;
  unsigned deletions_ = 0;
  unsigned insertions_ = 0;
  unsigned rubies_ = 0;
  bool in_properties_ = false;
  bool run_hidden_ = false;
  bool paragraph_hidden_ = false;    // by its style
  bool paragraph_capitals_ = false;  // the same
  bool tracking_ = false;
  bool paragraph_deletes_ = false;
  bool sides_open_ = false;
  bool hidden_slide_ = false;
  bool in_client_data_ = false;  // settings of a control
  bool in_vml_box_ = false;      // VML text that is HTML, not WordprocessingML
  std::string last_author_;      // of a tracked change
};

}  // namespace postern::extract::ooxml
