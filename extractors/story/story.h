// Story: running text of a document with revisions and hidden runs, as a reader sees it.
//
// A story is the main text, a footnote, a comment, a text box: text of one place. Its runs are
// joined; what is deleted, inserted or hidden goes to places of its own (inserted text also stays
// where it stands), and a paragraph with revisions is also told as it was before them, as
// Place::revision, and one with letters that nobody sees without them. Long stories are told in pieces at paragraph
// ends, so that memory stays bounded.
#pragma once

#include <string>
#include <string_view>

#include "extractors/story/seen_paragraph.h"
#include "extractors/story/teller.h"
#include "message/words.h"

namespace postern::extract {

// How a run is marked.
struct RunMarks {
  bool hidden = false;
  bool deleted = false;
  bool inserted = false;
  bool unseen = false;  // white, or very small
  bool struck = false;
  bool capitals = false;  // shown in them

  bool plain() const { return !hidden && !deleted && !inserted; }
  bool operator==(const RunMarks&) const = default;
};

class Story {
 public:
  // `at` is the locator of all its segments. Text of a place that is hidden as a whole (notes, masters) keeps its
  // place.
  Story(Teller& teller, Place place, std::string at) : teller_(teller), place_(place), at_(std::move(at)) {}

  void put(std::string_view utf8, RunMarks marks);
  void put(char32_t c, RunMarks marks);
  void end_paragraph();
  void end_cell();
  // The tab of the last cell becomes the line end of the row.
  void end_row();
  // Tells what is left. The story is empty afterwards and may go on.
  void finish();

  Place place() const { return place_; }
  bool empty() const { return shown_.empty(); }

 private:
  void add(std::string_view utf8, RunMarks marks);
  void put_marked(std::string_view utf8, RunMarks marks);
  void close_paragraph();
  void tell_sides();

  Teller& teller_;
  Place place_;
  std::string at_;
  std::string shown_;
  size_t paragraph_ = 0;  // where the last paragraph of shown_ begins
  std::string before_;    // the last paragraph without its revisions
  std::string deleted_, inserted_, hidden_, revision_;
  SeenParagraph without_unseen_;
  std::string seen_;
  RunMarks last_;
  bool revised_ = false;  // the last paragraph has revisions
};

}  // namespace postern::extract
