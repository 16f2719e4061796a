// reader -> spaced, reader -> scattered.
#include <algorithm>
#include <array>

#include "policy/views_derived.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

void copy(std::string_view from, size_t begin, size_t end, std::string& out, OffsetMap& map) {
  if (begin >= end) return;
  out.append(from, begin, end - begin);
  map.copied(end - begin);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Fewer letters in a row are initials and list marks.
constexpr size_t kLeastSpaced = 4;
constexpr size_t kMostGap = 3;    // code points between two of them
constexpr size_t kMostMarks = 4;  // between two letters, with that gap at their sides

// What stands between the letters of a run.
enum class Gaps { same, different };

// Letters and digits that stand one by one with the same between them, or letters with different things.
class SpacedRuns {
 public:
  SpacedRuns(std::string_view reader, Gaps gaps, std::string& out, OffsetMap& map)
      : reader_(reader), gaps_(gaps), out_(out), map_(map) {}

  bool write() {
    each_letter();
    if (changed()) copy(reader_, done_, reader_.size(), out_, map_);
    return changed();
  }

  // What write() would say; nothing is written.
  bool look() {
    looks_only_ = true;
    each_letter();
    return changed();
  }

 private:
  // Runs of the same gaps are another view's.
  bool changed() const { return changed_ && (gaps_ == Gaps::same || differs_); }

  void each_letter() {
    for (size_t at = 0; at < reader_.size() && !(looks_only_ && changed());) {
      size_t end = at;
      if (!is_spaced_letter(next_code_point(reader_, end))) {
        at = end;
        continue;
      }
      bool single = true;
      for (size_t next = end; next < reader_.size() && is_spaced_letter(next_code_point(reader_, next)); end = next) {
        single = false;
      }
      if (single && (gaps_ == Gaps::same || !is_digit(reader_[at]))) {
        add({static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)});
      } else {
        flush();
      }
      at = end;
    }
    flush();
  }

  std::string_view gap_to(const ByteRange& letter) const { return reader_.substr(last_.end, letter.begin - last_.end); }

  void add(const ByteRange& letter) {
    if (length_ > 0) {
      const std::string_view gap = gap_to(letter);
      const bool marks = length_ > 1 && gap != gap_ && has_marks(gap);
      const bool narrow = marks || gap.size() <= kMostGap || count_code_points(gap) <= kMostGap;
      if (!narrow || (length_ > 1 && gap != gap_ && gaps_ == Gaps::same && !marks)) {
        const bool written = length_ >= kLeastSpaced;
        flush();
        // What ended no run may begin one with another gap.
        if (narrow && !written) start(last_);
      }
    }
    if (length_ == 0) return start(letter);
    if (length_ > 1 && gap_to(letter) != gap_) run_differs_ = true;
    if (length_ == 1 || gaps_ == Gaps::different) gap_ = gap_to(letter);
    if (length_ < kLeastSpaced) first_[length_] = letter;
    length_++;
    if (length_ >= kLeastSpaced && run_differs_) differs_ = true;
    if (length_ == kLeastSpaced) write_first();
    if (length_ > kLeastSpaced) join(letter);
    last_ = letter;
  }

  // Marks that have the gap of the run at both their sides: "P X Q - 4 4", "% 4 E % 6 9".
  bool has_marks(std::string_view gap) const {
    const size_t between = gap_.size();
    if (gaps_ != Gaps::same || between == 0 || gap.size() < 2 * between + 1) return false;
    if ((gap.size() - between) % (between + 1) != 0 || gap.size() > between + kMostMarks * (between + 1)) return false;
    for (size_t at = 0; at < gap.size(); at += between + 1) {
      if (gap.substr(at, between) != gap_) return false;
      const size_t mark = at + between;
      if (mark < gap.size() && (gap[mark] <= ' ' || static_cast<unsigned char>(gap[mark]) >= 0x7f)) return false;
    }
    return true;
  }

  void start(const ByteRange& letter) {
    first_[0] = letter;
    last_ = letter;
    length_ = 1;
    run_differs_ = false;
  }

  void write_first() {
    changed_ = true;
    if (looks_only_) return;
    // Letters in brackets: the outermost two go with those between.
    const size_t begin = first_[0].begin;
    in_brackets_ = gaps_ == Gaps::same && gap_.ends_with('(') && begin > done_ && reader_[begin - 1] == '(';
    copy(reader_, done_, begin - (in_brackets_ ? 1 : 0), out_, map_);
    done_ = begin;
    if (in_brackets_) map_.replaced(0, 1);
    for (const ByteRange& letter : first_) join(letter);
  }

  void join(const ByteRange& letter) {
    const std::string_view gap = reader_.substr(done_, letter.begin - done_);
    if (has_marks(gap)) {
      for (size_t at = 0; at < gap.size(); at += gap_.size() + 1) {
        map_.replaced(0, gap_.size());
        const size_t mark = done_ + at + gap_.size();
        copy(reader_, mark, std::min<size_t>(mark + 1, letter.begin), out_, map_);
      }
    } else if (!gap.empty()) {
      map_.replaced(0, gap.size());
    }
    copy(reader_, letter.begin, letter.end, out_, map_);
    done_ = letter.end;
  }

  void flush() {
    const bool bracket = length_ >= kLeastSpaced && in_brackets_ && done_ < reader_.size() && reader_[done_] == ')';
    if (bracket) {
      map_.replaced(0, 1);
      done_++;
    }
    length_ = 0;
  }

  std::string_view reader_;
  Gaps gaps_;
  std::string& out_;
  OffsetMap& map_;
  std::array<ByteRange, kLeastSpaced> first_{};
  ByteRange last_;
  std::string_view gap_;
  size_t length_ = 0;  // letters of the run
  size_t done_ = 0;    // written up to here
  bool in_brackets_ = false;
  bool changed_ = false;
  bool run_differs_ = false;
  bool differs_ = false;
  bool looks_only_ = false;
};

bool look(std::string_view stretch, Gaps gaps) {
  // Of the thread's own, for a scan allocates nothing: what is asked about is short.
  thread_local std::string out;
  thread_local OffsetMap map;
  out.clear();
  map.clear();
  return SpacedRuns(stretch, gaps, out, map).look();
}

}  // namespace

bool is_spaced_letter(char32_t c) {
  return is_word_char(c) || (c >= 0x1f1e6 && c <= 0x1f1ff);  // letters of flags
}

bool is_word_at(std::string_view text, size_t at) {
  return at < text.size() && is_spaced_letter(next_code_point(text, at));
}
bool is_word_before(std::string_view text, size_t at) {
  return at > 0 && is_spaced_letter(previous_code_point(text, at));
}

std::string_view around(std::string_view text, size_t at) {
  // Four of up to four bytes with three gaps of up to three characters, and who stands at both sides.
  constexpr size_t kReach = 4 * 4 + 3 * 3 * 4 + 2 * 4;
  size_t begin = at > kReach ? at - kReach : 0;
  size_t end = std::min(at + kReach, text.size());
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xc0) == 0x80) begin--;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) end++;
  if (is_word_at(text, begin) && is_word_before(text, begin)) previous_code_point(text, begin);
  if (is_word_before(text, end) && is_word_at(text, end)) next_code_point(text, end);
  return text.substr(begin, end - begin);
}

bool any_spaced(std::string_view stretch) {
  return look(stretch, Gaps::same);
}

bool any_scattered(std::string_view stretch) {
  return look(stretch, Gaps::different);
}

bool differ_before(std::string_view reader, size_t end) {
  const auto is_letter = [](char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; };
  std::string_view gap;
  bool differ = false;
  size_t letter = end - 1;
  size_t behind = end;
  if (!is_letter(reader[letter]) || (end < reader.size() && is_spaced_letter(next_code_point(reader, behind))))
    return false;
  for (int count = 1; count < 4; count++) {
    size_t previous = letter - 1;
    while (previous < letter && letter - previous < 5 && !is_word_char(static_cast<unsigned char>(reader[previous])))
      previous--;
    if (previous >= letter || letter - previous > 4 || letter - previous < 2 || !is_letter(reader[previous]))
      return false;
    size_t before = previous;
    if (previous > 0 && is_spaced_letter(previous_code_point(reader, before))) return false;
    const std::string_view here = reader.substr(previous + 1, letter - previous - 1);
    if (!is_ascii(here)) return false;
    differ = differ || (count > 1 && here != gap);
    gap = here;
    letter = previous;
  }
  return differ;
}

bool make_spaced(std::string_view reader, std::string& out, OffsetMap& map) {
  return SpacedRuns(reader, Gaps::same, out, map).write();
}

bool make_scattered(std::string_view reader, std::string& out, OffsetMap& map) {
  return SpacedRuns(reader, Gaps::different, out, map).write();
}

}  // namespace postern::policy
