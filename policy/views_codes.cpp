// reader -> codes.
#include <algorithm>

#include "policy/views_derived.h"
#include "policy/views_masks.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

constexpr size_t kMostGroup = 32;
// Indentation and marks of quoting at the beginning of a line.
constexpr size_t kMostIndent = 16;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_tall(char c) {
  return is_digit(c) || is_capital(c);
}
// A letter, a digit, or a part of a character beyond ASCII.
constexpr bool is_word(char c) {
  return is_tall(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

// What people write between the groups of a code when it is to look like another one; the longest first.
constexpr std::string_view kBetween[] = {"]-[", ")-(", "`-`", "\"-\"", "'-'", "(-)", "[-]", " \u0304",
                                         "--",  "\\-", "/-",  "-/",    " ",   "_",   ".",   "/",
                                         "~",   ":",   "+",   "|",     "\t",  ",",   "="};
// Marks of emphasis that stand at both sides of a group: "**PXQ**-_4471_".
constexpr bool is_emphasis(char c) {
  return c == '*' || c == '_' || c == '\'' || c == '`' || c == '/' || c == '~' || c == '"';
}
constexpr size_t kMostEmphasis = 3;

constexpr size_t kMostOtherGroup = 12;
constexpr size_t kLeastOtherGroups = 3;

// "PXQ-4471-KD": groups of capitals and digits with hyphens between them, and at some of these a blank or the end of a
// line, which do not belong there.
class Codes {
 public:
  Codes(std::string_view reader, std::string& out, OffsetMap& map) : reader_(reader), out_(out), map_(map) {}

  bool write() {
    for (size_t at = 0; at < reader_.size();) {
      if (!is_tall(reader_[at])) {
        at++;
        continue;
      }
      if (at > 0 && is_word(reader_[at - 1]) && static_cast<unsigned char>(reader_[at - 1]) < 0x80) {
        at = group_end(at);
        continue;
      }
      const size_t written = done_;
      const size_t end = at == 0 || !is_word(reader_[at - 1]) ? code(at) : group_end(at);
      at = done_ == written ? std::max(end, other_code(at)) : end;
    }
    if (done_ == 0) return false;
    copy_to(reader_.size());
    return true;
  }

 private:
  struct Gap {
    size_t begin = 0;  // what does not belong there
    size_t end = 0;
    size_t next = 0;  // where the next group begins; 0: there is none
    bool hyphen = true;
  };

  size_t group_end(size_t at) const {
    while (at < reader_.size() && is_tall(reader_[at])) at++;
    return at;
  }

  bool is(size_t at, char c) const { return at < reader_.size() && reader_[at] == c; }

  // A group begins there and is no beginning of a word in small letters.
  bool is_group(size_t at) const {
    if (at >= reader_.size() || !is_tall(reader_[at])) return false;
    const size_t end = group_end(at);
    return end - at <= kMostGroup && (end == reader_.size() || !is_word(reader_[end]));
  }

  size_t emphasis_end(size_t at) const {
    size_t end = at;
    while (end - at < kMostEmphasis && end < reader_.size() && is_emphasis(reader_[end])) end++;
    return end;
  }

  // Between the group that ends at `end` and the next one.
  Gap gap_behind(size_t end) const {
    Gap gap;
    const size_t marked = emphasis_end(end);
    size_t hyphen = marked == end && (is(end, ' ') || is(end, '\t')) ? end + 1 : marked;
    if (is(hyphen, '\\')) hyphen++;  // as markup writes one that is no sign of a list
    if (is(hyphen, '-')) {
      const size_t behind = hyphen + 1;
      size_t next = emphasis_end(behind);
      if (next == behind && (is(next, ' ') || is(next, '\t'))) {
        next++;
        if (is(next, '|')) next += is(next + 1, ' ') || is(next + 1, '\t') ? 2U : 1U;
      } else if (hyphen == end && is(next, '\n')) {
        const size_t most = next + kMostIndent;
        for (next++; next < most && (is(next, ' ') || is(next, '\t') || is(next, '>')); next++) {
        }
      }
      if (is_group(next)) gap = {end, next, next, true};
    } else if (is(end, '\n') && is_digit(reader_[end - 1]) && end + 1 < reader_.size() && is_digit(reader_[end + 1]) &&
               is_group(end + 1)) {
      gap = {end, end + 1, end + 1, false};
    }
    return gap;
  }

  struct Group {
    size_t end = 0;
    bool capitals = true;
    bool digits = true;
  };

  Group other_group(size_t at) const {
    Group group;
    group.end = group_end(at);
    if (group.end == at || group.end - at > kMostOtherGroup) return {};
    for (size_t i = at; i < group.end; i++) {
      group.capitals = group.capitals && is_capital(reader_[i]);
      group.digits = group.digits && is_digit(reader_[i]);
    }
    return group;
  }

  std::string_view between_at(size_t at) const {
    for (const std::string_view between : kBetween) {
      if (reader_.substr(at, between.size()) == between) return between;
    }
    size_t end = at;
    if (at >= reader_.size() || !is_code_stroke(next_code_point(reader_, end))) return {};
    return reader_.substr(at, end - at);
  }

  bool stands_apart(size_t end) const {
    if (end == reader_.size() || !is_word(reader_[end])) return true;
    // Signs beyond ASCII stand between groups, and letters do not.
    return !between_at(end).empty();
  }

  // Groups of capitals and of digits, three or more and one of digits behind one of capitals, with always the same
  // between them that is no hyphen: with hyphens.
  // A code with hyphens that stands between underscores: without these. Returns the end.
  size_t other_code(size_t at) {
    Group group = other_group(at);
    if (group.end == 0) return group_end(at);
    const std::string_view between = between_at(group.end);
    if (between.empty() && is(group.end, '-')) return freed_code(at);
    if (between.empty()) return group.end;
    bool capitals = group.capitals;
    bool digits = group.digits;
    bool to_digits = false;
    size_t groups = 1;
    size_t end = group.end;
    while (reader_.substr(end, between.size()) == between) {
      group = other_group(end + between.size());
      if (group.end == 0 || !stands_apart(group.end)) break;
      to_digits = to_digits || (is_capital(reader_[end - 1]) && is_digit(reader_[end + between.size()]));
      end = group.end;
      capitals = capitals || group.capitals;
      digits = digits || group.digits;
      groups++;
    }
    if (groups < kLeastOtherGroups || !capitals || !digits || !to_digits) return end;
    for (size_t from = group_end(at); from < end; from = group_end(from + between.size())) {
      copy_to(from);
      put('-', from + between.size());
    }
    return end;
  }

  size_t freed_code(size_t at) {
    bool capitals = false;
    bool digits = false;
    bool to_digits = false;
    size_t end = at;
    for (Group group = other_group(at); group.end != 0; group = other_group(end + 1)) {
      to_digits = to_digits || (end > at && is_capital(reader_[end - 1]) && is_digit(reader_[end + 1]));
      end = group.end;
      capitals = capitals || group.capitals;
      digits = digits || group.digits;
      if (!is(end, '-')) break;
    }
    const bool before = at > 0 && reader_[at - 1] == '_';
    const bool behind = is(end, '_');
    if (!capitals || !digits || !to_digits || (!before && !behind)) return end;
    if (before && done_ < at) {
      copy_to(at - 1);
      put(' ', at);
    }
    if (behind) {
      copy_to(end);
      put(' ', end + 1);
    }
    return end;
  }

  // Writes the code that begins at `at`, if it is one; returns the end of its last group.
  size_t code(size_t at) {
    if (!is_group(at)) return group_end(at);
    size_t end = group_end(at);
    size_t groups = 1;
    bool loose = false;
    bool letters = false;
    bool digits = false;
    const auto look_at = [&](size_t from, size_t to) {
      letters = letters || std::any_of(reader_.begin() + static_cast<std::ptrdiff_t>(from),
                                       reader_.begin() + static_cast<std::ptrdiff_t>(to), is_capital);
      digits = digits || std::any_of(reader_.begin() + static_cast<std::ptrdiff_t>(from),
                                     reader_.begin() + static_cast<std::ptrdiff_t>(to), is_digit);
    };
    look_at(at, end);
    size_t last = end;
    for (Gap gap = gap_behind(end); gap.next != 0; gap = gap_behind(end)) {
      // A line may end inside a group only where the code has a hyphen and letters before it, and goes on behind.
      if (!gap.hyphen && (groups < 2 || !letters || !is(group_end(gap.next), '-'))) break;
      loose = loose || gap.end - gap.begin > 1 || !gap.hyphen;
      end = group_end(gap.next);
      look_at(gap.next, end);
      groups += gap.hyphen ? 1U : 0U;
      last = end;
    }
    if (loose && digits && (letters || groups > 2)) write(at, last);
    return last;
  }

  void write(size_t at, size_t last) {
    // An underscore beside a code would be of it.
    if (at > 0 && reader_[at - 1] == '_' && done_ < at) {
      copy_to(at - 1);
      put(' ', at);
    }
    for (size_t end = group_end(at); end < last;) {
      const Gap gap = gap_behind(end);
      copy_to(gap.begin);
      const size_t hyphen = gap.hyphen ? reader_.find('-', gap.begin) : gap.end;
      leave_out(hyphen);
      copy_to(std::min(hyphen + 1, gap.end));
      leave_out(gap.end);
      end = group_end(gap.next);
    }
    if (is(last, '_')) {
      copy_to(last);
      put(' ', last + 1);
    }
  }

  void copy_to(size_t end) {
    if (end <= done_) return;
    out_.append(reader_, done_, end - done_);
    map_.copied(end - done_);
    done_ = end;
  }
  void put(char c, size_t end) {
    out_ += c;
    map_.replaced(1, end - done_);
    done_ = end;
  }
  void leave_out(size_t end) {
    if (end <= done_) return;
    map_.replaced(0, end - done_);
    done_ = end;
  }

  std::string_view reader_;
  std::string& out_;
  OffsetMap& map_;
  size_t done_ = 0;
};

}  // namespace

bool make_codes(std::string_view reader, std::string& out, OffsetMap& map) {
  return Codes(reader, out, map).write();
}

bool may_be_code(std::string_view reader, size_t at) {
  constexpr size_t kReach = 40;
  const char between = reader[at - 1];
  if (between == '-') {
    const size_t begin = at - std::min(at, kReach);
    return reader.substr(begin, 2 * kReach).find('_') != std::string_view::npos;
  }
  size_t end = at;
  while (end < reader.size() && is_tall(reader[end])) end++;
  if (end + 1 < reader.size() && reader[end] == between && is_tall(reader[end + 1])) return true;
  size_t begin = at - 1;
  while (begin > 0 && is_tall(reader[begin - 1])) begin--;
  return begin > 1 && reader[begin - 1] == between && is_tall(reader[begin - 2]);
}

bool any_codes(std::string_view reader, size_t at) {
  constexpr size_t kReach = 96;
  const size_t begin = at - std::min(at, kReach);
  const std::string_view stretch = reader.substr(begin, kReach + kMaskBytes + kReach);
  // Of the thread's own, for a scan allocates nothing: what is asked about is short.
  thread_local std::string out;
  thread_local OffsetMap map;
  out.clear();
  map.clear();
  return make_codes(stretch, out, map);
}

}  // namespace postern::policy
