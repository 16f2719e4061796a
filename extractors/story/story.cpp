#include "extractors/story/story.h"

#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

constexpr size_t kPiece = 256 << 10;  // told at the next paragraph end

// A run that does not follow its like begins a line of its own.
void begin_run(std::string& side, bool continues) {
  if (!side.empty() && side.back() != '\n' && !continues) side += '\n';
}

}  // namespace

void Story::put(std::string_view utf8, RunMarks marks) {
  if (utf8.empty()) return;
  if (marks.plain()) {
    add(utf8, marks);
    if (revised_) before_ += utf8;
    last_ = marks;
    return;
  }
  put_marked(utf8, marks);
}

void Story::add(std::string_view utf8, RunMarks marks) {
  if (marks.unseen || marks.struck) {
    without_unseen_.unseen(std::string_view(shown_).substr(paragraph_), utf8, !marks.unseen);
  } else if (marks.capitals) {
    without_unseen_.capitals(std::string_view(shown_).substr(paragraph_), utf8);
  } else {
    without_unseen_.seen(utf8);
  }
  shown_ += utf8;
}

void Story::put(char32_t c, RunMarks marks) {
  std::string utf8;
  append_utf8(utf8, c);
  put(utf8, marks);
}

void Story::put_marked(std::string_view utf8, RunMarks marks) {
  if ((marks.deleted || marks.inserted) && !revised_) {
    revised_ = true;
    before_ = shown_.substr(paragraph_);
  }
  if (marks.deleted) {
    begin_run(deleted_, last_.deleted);
    deleted_ += utf8;
    if (!marks.inserted) before_ += utf8;
  } else if (marks.hidden) {
    begin_run(hidden_, last_.hidden);
    hidden_ += utf8;
  } else {
    add(utf8, marks);
  }
  if (marks.inserted && !marks.deleted) {
    begin_run(inserted_, last_.inserted);
    inserted_ += utf8;
  }
  last_ = marks;
}

void Story::close_paragraph() {
  if (revised_) {
    revision_ += before_;
    if (!revision_.ends_with('\n')) revision_ += '\n';
    before_.clear();
    revised_ = false;
  }
  without_unseen_.end([this](const std::string& seen, const std::string& unseen) {
    seen_.append(seen).append(seen.ends_with('\n') ? 0 : 1, '\n');
    if (unseen.empty()) return;
    begin_run(hidden_, false);
    hidden_.append(unseen).append(1, '\n');
  });
  paragraph_ = shown_.size();
}

void Story::end_paragraph() {
  shown_ += '\n';
  close_paragraph();
  if (shown_.size() + deleted_.size() + hidden_.size() + inserted_.size() + revision_.size() > kPiece) finish();
}

void Story::end_cell() {
  if (revised_) before_ += '\t';
  shown_ += '\t';
}

void Story::end_row() {
  if (!shown_.empty() && shown_.back() == '\t') shown_.pop_back();
  end_paragraph();
}

void Story::tell_sides() {
  const auto tell = [this](Place place, std::string& text) {
    teller_.tell(place, at_, text);
    text.clear();
  };
  tell(place_, seen_);
  tell(Place::tracked_deletion, deleted_);
  tell(Place::tracked_insertion, inserted_);
  tell(Place::revision, revision_);
  tell(Place::hidden_text, hidden_);
}

void Story::finish() {
  close_paragraph();
  teller_.tell(place_, at_, shown_);
  shown_.clear();
  paragraph_ = 0;
  tell_sides();
  last_ = {};
}

}  // namespace postern::extract
