// Stories: the texts of an OpenDocument file, as a reader sees them.
//
// A story is text of one place: the body, a note, a comment, a text box, a cell. Stories nest; text goes to the
// innermost. White space is collapsed as ODF 1.3 part 3, 6.1.2 says, paragraphs end with a line, cells are parted by
// tabs, rows by lines. What stands beside the main text (notes, comments, deletions, hidden text, alternative texts,
// ...) is gathered by place and given out behind it. A paragraph with tracked deletions also gives what it said before,
// as Place::revision.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "extractors/emitter.h"
#include "extractors/story/seen_paragraph.h"

namespace postern::extract::odf {

inline constexpr size_t kMaxDeletionBytes = 4 << 20;  // of deleted text kept to rebuild paragraphs

class Stories {
 public:
  explicit Stories(Emitter& out) : out_(out) { stories_.push_back({Place::body, {}, 0, 0, false, false}); }

  // The locator of all that follows; what was gathered under the old one is given out.
  void set_at(std::string at);
  const std::string& at() const { return at_; }

  void open(Place place, bool raw_text = false);
  std::string close();      // ends the innermost story and returns its text
  void close_into_sides();  // ends it and gathers its text under its place
  void close_emitting();    // ends it and gives its text out with the locator
  Place place() const { return stories_.back().place; }
  size_t depth() const { return stories_.size(); }

  void begin_paragraph(bool is_in_capitals = false);
  void end_paragraph();
  void end_cell();
  void end_row();
  void text(std::string_view text);                  // outside paragraphs it is layout and dropped
  void begin_text() { stories_.back().raw = true; }  // what stands outside paragraphs is text as well from here on
  void put(char c, size_t times = 1);

  // Text inside is not seen, struck out or in capitals; spans nest.
  void begin_span(bool is_unseen, bool is_struck, bool is_in_capitals = false);
  void end_span();

  void hide() { hidden_++; }
  void unhide() { hidden_--; }
  void hide_paragraph() { stories_.back().hide_paragraph = true; }

  // A line beside the main text.
  void side(Place place, std::string_view line);

  // Tracked changes (5.5).
  void note_insertion(std::string id) { insertions_.insert(std::move(id)); }
  void note_deletion(const std::string& id, std::string text);
  void begin_change(const std::string& id);
  void end_change(const std::string& id);
  void deletion_at(const std::string& id);

  void finish();

 private:
  struct Story {
    Place place;
    std::string text;
    size_t paragraph = 0;     // where the paragraph begins
    unsigned paragraphs = 0;  // open ones
    bool raw = false;
    bool hide_paragraph = false;
    bool capitals = false;  // of the paragraph that began last
  };

  std::string& side_text(Place place) { return sides_[static_cast<size_t>(place)]; }
  void add(std::string_view text);
  void mark_before();
  void end_hidden_run();
  void flush_if_large();
  void flush();

  Emitter& out_;
  std::string at_;
  std::vector<Story> stories_;
  std::array<std::string, kPlaces> sides_;
  struct Span {
    bool unseen, struck, capitals;
  };
  std::vector<Span> spans_;
  SeenParagraph seen_;
  size_t seen_depth_ = 0;  // of stories, where its paragraph stands
  unsigned hidden_ = 0;
  bool hidden_open_ = false;
  std::unordered_set<std::string> insertions_;
  std::unordered_map<std::string, std::string> deletions_;
  size_t deletion_bytes_ = 0;
  unsigned inserting_ = 0;
  bool inserted_open_ = false;
  bool tracking_ = false;
  size_t tracking_depth_ = 0;  // of stories, where the tracked paragraph stands
  bool paragraph_deletes_ = false;
  std::string before_;
};

}  // namespace postern::extract::odf
