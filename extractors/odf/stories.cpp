#include "extractors/odf/stories.h"

#include <algorithm>

namespace postern::extract::odf {

namespace {

// Text kept before it goes to the sink.
constexpr size_t kFlushBytes = 256 << 10;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

void Stories::set_at(std::string at) {
  if (at == at_) return;
  flush();
  at_ = std::move(at);
}

void Stories::open(Place place, bool raw_text) {
  end_hidden_run();
  stories_.push_back({place, {}, 0, 0, raw_text, false});
}

std::string Stories::close() {
  if (stories_.size() == 1) return {};
  end_hidden_run();
  std::string text = std::move(stories_.back().text);
  stories_.pop_back();
  return text;
}

void Stories::close_into_sides() {
  const Place place = stories_.back().place;
  const std::string text = close();
  side(place, text);
}

void Stories::close_emitting() {
  const Place place = stories_.back().place;
  const std::string text = close();
  out_.emit(place, at_, text);
}

void Stories::side(Place place, std::string_view line) {
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  if (line.empty()) return;
  std::string& to = side_text(place);
  if (place == Place::hidden_text) end_hidden_run();
  to.append(line).append(1, '\n');
  if (to.size() < kFlushBytes) return;
  out_.emit(place, at_, to);
  to.clear();
}

void Stories::begin_paragraph(bool is_in_capitals) {
  Story& story = stories_.back();
  story.capitals = is_in_capitals;
  if (story.paragraphs++ == 0) story.paragraph = story.text.size();
}

void Stories::end_paragraph() {
  Story& story = stories_.back();
  end_hidden_run();
  if (story.paragraphs > 0) story.paragraphs--;
  if (tracking_ && stories_.size() == tracking_depth_) {
    if (paragraph_deletes_) side(Place::revision, before_);
    tracking_ = false;
    paragraph_deletes_ = false;
    before_.clear();
  }
  if (stories_.size() == seen_depth_) {
    seen_.end([&](const std::string& seen, const std::string& unseen) {
      side(story.place, seen);
      side(Place::hidden_text, unseen);
    });
  }
  if (inserted_open_) {
    side_text(Place::tracked_insertion) += '\n';
    inserted_open_ = false;
  }
  if (story.hide_paragraph) {
    story.hide_paragraph = false;
    const std::string text = story.text.substr(std::min(story.paragraph, story.text.size()));
    story.text.resize(story.text.size() - text.size());
    side(Place::hidden_text, text);
  } else if (hidden_ == 0) {
    story.text += '\n';
  }
  story.paragraph = story.text.size();
  flush_if_large();
}

void Stories::end_cell() {
  std::string& text = stories_.back().text;
  if (text.ends_with('\n')) text.pop_back();
  text += '\t';
  stories_.back().paragraph = text.size();
}

void Stories::end_row() {
  std::string& text = stories_.back().text;
  while (text.ends_with('\t')) text.pop_back();
  text += '\n';
  stories_.back().paragraph = text.size();
}

void Stories::text(std::string_view text) {
  Story& story = stories_.back();
  if (story.paragraphs == 0 && !story.raw) return;
  // Collapse white space; nearly always there is nothing to collapse.
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = begin;
    while (end < text.size() && !is_space(text[end])) end++;
    if (end > begin) add(text.substr(begin, end - begin));
    if (end == text.size()) return;
    const std::string& so_far = hidden_ > 0 ? side_text(Place::hidden_text) : stories_.back().text;
    const size_t floor = hidden_ > 0 ? 0 : stories_.back().paragraph;
    if (so_far.size() > floor && !is_space(so_far.back())) add(" ");
    begin = end;
    while (begin < text.size() && is_space(text[begin])) begin++;
  }
}

void Stories::begin_span(bool is_unseen, bool is_struck, bool is_in_capitals) {
  const Span around = spans_.empty() ? Span{false, false, false} : spans_.back();
  spans_.push_back({is_unseen || around.unseen, is_struck || around.struck, is_in_capitals || around.capitals});
}

void Stories::end_span() {
  if (!spans_.empty()) spans_.pop_back();
}

void Stories::put(char c, size_t times) {
  add(std::string(times, c));
}

void Stories::add(std::string_view text) {
  if (hidden_ > 0) {
    side_text(Place::hidden_text) += text;
    hidden_open_ = true;
    return;
  }
  end_hidden_run();
  Story& story = stories_.back();
  if (!seen_.is_open()) seen_depth_ = stories_.size();
  const bool is_its = stories_.size() == seen_depth_;
  if (is_its && !spans_.empty() && (spans_.back().unseen || spans_.back().struck)) {
    seen_.unseen(std::string_view(story.text).substr(std::min(story.paragraph, story.text.size())), text,
                 !spans_.back().unseen);
  } else if (is_its && (story.capitals || (!spans_.empty() && spans_.back().capitals))) {
    seen_.capitals(std::string_view(story.text).substr(std::min(story.paragraph, story.text.size())), text);
  } else if (is_its) {
    seen_.seen(text);
  }
  story.text += text;
  if (inserting_ > 0) {
    side_text(Place::tracked_insertion) += text;
    inserted_open_ = true;
  } else if (tracking_ && stories_.size() == tracking_depth_) {
    before_ += text;
  }
}

void Stories::end_hidden_run() {
  if (!hidden_open_) return;
  side_text(Place::hidden_text) += '\n';
  hidden_open_ = false;
}

void Stories::note_deletion(const std::string& id, std::string text) {
  side(Place::tracked_deletion, text);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  if (id.empty() || deletion_bytes_ + text.size() > kMaxDeletionBytes) return;
  deletion_bytes_ += text.size();
  deletions_[id] = std::move(text);
}

// From the first tracked change of a paragraph on, what it said before is kept beside what it says now.
void Stories::mark_before() {
  if (tracking_) return;
  tracking_ = true;
  tracking_depth_ = stories_.size();
  const Story& story = stories_.back();
  before_.assign(story.text, std::min(story.paragraph, story.text.size()));
}

void Stories::begin_change(const std::string& id) {
  if (!insertions_.contains(id)) return;
  mark_before();
  inserting_++;
}

void Stories::end_change(const std::string& id) {
  if (inserting_ > 0 && insertions_.contains(id)) inserting_--;
}

void Stories::deletion_at(const std::string& id) {
  const auto found = deletions_.find(id);
  if (found == deletions_.end()) return;
  mark_before();
  if (stories_.size() == tracking_depth_) {
    paragraph_deletes_ = true;
    before_ += found->second;
  }
  deletions_.erase(found);  // it stood in one place
}

void Stories::flush_if_large() {
  if (stories_.size() != 1 || stories_[0].text.size() < kFlushBytes) return;
  flush();
}

void Stories::flush() {
  end_hidden_run();
  // The main story alone: what is open inside it is not at its end yet.
  Story& main = stories_.front();
  out_.emit(main.place, at_, main.text);
  main.text.clear();
  main.paragraph = 0;
  for (size_t i = 0; i < sides_.size(); i++) {
    if (sides_[i].empty()) continue;
    out_.emit(static_cast<Place>(i), at_, sides_[i]);
    sides_[i].clear();
  }
}

void Stories::finish() {
  while (stories_.size() > 1) close_into_sides();
  flush();
}

}  // namespace postern::extract::odf
