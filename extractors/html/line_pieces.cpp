#include "extractors/html/line_pieces.h"

#include <algorithm>

#include "extractors/html/element.h"
#include "extractors/html/flow.h"
#include "extractors/mail/header.h"

namespace postern::extract {
namespace {

bool is_of_word(std::string_view character) {
  const char c = character.front();
  if (static_cast<unsigned char>(c) < 0x80)
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  // The signs of Latin 1, among them the space that does not break, and U+2000 to U+2BFF are no letters.
  return c != '\xC2' && (c != '\xE2' || character.substr(1, 1) >= "\xB0");
}

bool begins_with_letter(std::string_view utf8) {
  return is_of_word(utf8);
}

bool ends_with_letter(std::string_view utf8) {
  size_t at = utf8.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80) at--;
  return is_of_word(utf8.substr(at));
}

bool has_look(const GumboElement& a, const GumboElement& b) {
  return a.tag == b.tag && attribute(a, "class") == attribute(b, "class") &&
         attribute(a, "style") == attribute(b, "style") && attribute(a, "id") == attribute(b, "id");
}

}  // namespace

void LinePieces::add(std::string_view text, Seen seen, const GumboElement* owner, Place place) {
  line_.push_back({text, seen, owner, place});
  bytes_ += text.size();
  has_owners_ = has_owners_ || owner != nullptr;
  if (trim(text).empty()) return;
  (seen == Seen::shown ? has_shown_ : has_hidden_) = true;
}

void LinePieces::cell_gap() {
  line_.push_back({kCellGap, Seen::shown, nullptr, Place::body});
}

void LinePieces::hidden_line_end() {
  line_.push_back({kHiddenLineEnd, Seen::hidden, nullptr, Place::body});
}

// The stretches between hidden line ends that have both.
void LinePieces::read_mixed() {
  Flow line;
  bool shown = false, hidden = false;
  const auto end = [&] {
    if (shown && hidden) {
      mixed_ += line.str();
      mixed_ += '\n';
    }
    line.clear();
    shown = hidden = false;
  };
  for (const Piece& piece : line_) {
    if (piece.text.data() == kHiddenLineEnd.data()) {
      end();
    } else if (piece.text.data() == kCellGap.data()) {
      line.cell_gap();
    } else {
      line.text(piece.text);
      if (!trim(piece.text).empty()) (piece.seen == Seen::shown ? shown : hidden) = true;
    }
  }
  end();
}

void LinePieces::end_line() {
  if (has_shown_ && has_hidden_) read_mixed();
  if (has_owners_) {
    if (const Parts parts = parts_inside_words(); !parts.empty()) {
      read_without(nullptr, parts);
      if (parts.size() > 1 && bytes_ <= kLongestTriedLine) {
        for (const GumboElement* const look : parts) read_without(look, parts);
      }
    }
  }
  line_.clear();
  has_shown_ = has_hidden_ = has_owners_ = false;
  bytes_ = 0;
}

// Whether it goes on without a gap what stands before or behind it in another element.
bool LinePieces::touches_a_word(size_t piece) const {
  const Piece& one = line_[piece];
  if (one.text.empty()) return false;
  const auto is_other = [&](const Piece& other) { return other.owner != one.owner && !other.text.empty(); };
  if (piece > 0 && begins_with_letter(one.text)) {
    const Piece& before = line_[piece - 1];
    if (is_other(before) && ends_with_letter(before.text)) return true;
  }
  if (piece + 1 < line_.size() && ends_with_letter(one.text)) {
    const Piece& behind = line_[piece + 1];
    if (is_other(behind) && begins_with_letter(behind.text)) return true;
  }
  return false;
}

// One of each look, in the order of the line.
LinePieces::Parts LinePieces::parts_inside_words() const {
  Parts out;
  for (size_t i = 0; i < line_.size() && out.size() < kMostLooks; i++) {
    const GumboElement* const owner = line_[i].owner;
    if (owner == nullptr || !touches_a_word(i)) continue;
    if (std::none_of(out.begin(), out.end(), [&](const GumboElement* known) { return has_look(*known, *owner); }))
      out.push_back(owner);
  }
  return out;
}

// The line without elements of this look; null: without those that touch a word.
void LinePieces::read_without(const GumboElement* look, const Parts& parts) {
  Flow line;
  const Piece* first = nullptr;
  bool is_new = false, has_shown = false;  // not what the line is read as anyhow
  const auto is_end = [](const Piece& piece) { return piece.text.data() == kHiddenLineEnd.data(); };
  // Hidden blocks stay out.
  const Piece* stretch_end = nullptr;
  bool skips = false;
  const Piece* const end = line_.data() + line_.size();
  for (const Piece& piece : line_) {
    if (stretch_end == nullptr || &piece > stretch_end) {
      stretch_end = std::find_if(&piece, end, is_end);
      skips = std::all_of(&piece, stretch_end, [](const Piece& one) { return one.seen == Seen::hidden; });
    }
    if (skips || is_end(piece)) continue;
    if (piece.text.data() == kCellGap.data()) {
      line.cell_gap();
      continue;
    }
    const bool hidden = piece.seen == Seen::hidden;
    if (piece.owner != nullptr) {
      const bool left_out = look != nullptr ? has_look(*look, *piece.owner)
                                            : std::any_of(parts.begin(), parts.end(), [&](const GumboElement* part) {
                                                return has_look(*part, *piece.owner);
                                              });
      if (left_out) {
        is_new = is_new || !hidden;
        continue;
      }
    }
    is_new = is_new || hidden;
    has_shown = has_shown || !hidden;
    if (first == nullptr) first = &piece;
    line.text(piece.text);
  }
  if (first == nullptr || !is_new || !has_shown || trim(line.str()).empty()) return;
  const Place place = first->place;
  auto found =
      std::find_if(without_.begin(), without_.end(), [&](const PlacedText& one) { return one.place == place; });
  if (found == without_.end()) found = without_.insert(without_.end(), {place, {}});
  found->text += line.str();
  found->text += '\n';
}

}  // namespace postern::extract
