#include "policy/views.h"

#include <algorithm>

#include "policy/views_unicode.h"

namespace postern::policy {

void OffsetMap::clear() {
  runs_.clear();
  view_end_ = 0;
  source_end_ = 0;
  last_ = Last::none;
}

void OffsetMap::copied(size_t bytes) {
  if (last_ != Last::copied) runs_.push_back({view_end_, source_end_, 0});
  last_ = Last::copied;
  view_end_ += static_cast<std::uint32_t>(bytes);
  source_end_ += static_cast<std::uint32_t>(bytes);
}

void OffsetMap::replaced(size_t view_bytes, size_t source_bytes) {
  if (view_bytes > 0) runs_.push_back({view_end_, source_end_, static_cast<std::uint32_t>(source_bytes)});
  last_ = Last::other;
  view_end_ += static_cast<std::uint32_t>(view_bytes);
  source_end_ += static_cast<std::uint32_t>(source_bytes);
}

const OffsetMap::Run& OffsetMap::run_at(std::uint32_t view) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), view,
                                      [](std::uint32_t wanted, const Run& run) { return wanted < run.view; });
  return *(after - 1);
}

ByteRange OffsetMap::to_source(ByteRange view) const {
  if (is_identity() || view.begin >= view.end) return view;
  const Run& first = run_at(view.begin);
  const Run& last = run_at(view.end - 1);
  return {first.unit != 0 ? first.source : first.source + (view.begin - first.view),
          last.unit != 0 ? last.source + last.unit : last.source + (view.end - last.view)};
}

namespace {

// Where the next letter that looks like an ASCII one begins, or the end.
size_t next_look_alike(std::string_view reader, size_t at) {
  constexpr size_t kStride = 64;
  const UnicodeTables& tables = unicode_tables();
  while (at < reader.size()) {
    if (at + kStride <= reader.size() && is_ascii(reader.substr(at, kStride))) {
      at += kStride;
      continue;
    }
    const size_t stop = std::min(at + kStride, reader.size());
    while (at < stop) {
      const size_t here = at;
      const char32_t c = next_code_point(reader, at);
      if (c >= 0x80 && tables.has_look_alike(c)) return here;
    }
  }
  return reader.size();
}

bool any_look_alike(std::string_view reader) {
  return next_look_alike(reader, 0) < reader.size();
}

bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

enum class Words { mixed, mixed_or_all_alike };

// Shorter words made of look-alikes only are honest ones ("о", "на" beside Latin words).
constexpr size_t kLeastAllAlike = 3;

// Rewrites the look-alikes of one word, if it is a word that `which` speaks of; true when it wrote anything new.
bool write_word(std::string_view word, Words which, std::string& out, OffsetMap& map) {
  const UnicodeTables& tables = unicode_tables();
  bool ascii_letter = false;
  bool alike = false;
  bool other = false;
  size_t letters = 0;
  for (size_t i = 0; i < word.size(); letters++) {
    const char32_t c = next_code_point(word, i);
    if (is_ascii_letter(c)) {
      ascii_letter = true;
    } else if (c >= 0x80) {
      (tables.look_alike(c) != '\0' ? alike : other) = true;
    }
  }
  const bool all_alike = which == Words::mixed_or_all_alike && !other && letters >= kLeastAllAlike;
  const bool rewrite = alike && (ascii_letter || all_alike);
  if (!rewrite) {
    out += word;
    map.copied(word.size());
    return false;
  }
  for (size_t i = 0; i < word.size();) {
    size_t next = i;
    const char32_t c = next_code_point(word, next);
    const char alike_to = c < 0x80 ? '\0' : tables.look_alike(c);
    if (alike_to == '\0') {
      out.append(word, i, next - i);
      map.copied(next - i);
    } else {
      out += alike_to;
      map.replaced(1, next - i);
    }
    i = next;
  }
  return true;
}

bool write_words(std::string_view reader, Words which, std::string& out, OffsetMap& map) {
  bool changed = false;
  size_t at = 0;
  while (at < reader.size()) {
    const size_t alike = next_look_alike(reader, at);
    size_t begin = alike;
    for (size_t before = begin; before > at && is_word_char(previous_code_point(reader, before));) begin = before;
    size_t end = alike;
    for (size_t after = end; after < reader.size() && is_word_char(next_code_point(reader, after));) end = after;
    if (begin > at) {
      out.append(reader, at, begin - at);
      map.copied(begin - at);
    }
    if (end > begin) changed = write_word(reader.substr(begin, end - begin), which, out, map) || changed;
    at = std::max(end, begin);
  }
  return changed;
}

bool make_latin(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_words(reader, Words::mixed, out, map);
}

bool make_skeleton(std::string_view reader, std::string& out, OffsetMap& map) {
  return write_words(reader, Words::mixed_or_all_alike, out, map);
}

constexpr DerivedView kPatternViews[] = {{"latin", any_look_alike, make_latin}};
constexpr DerivedView kWordViews[] = {{"skeleton", any_look_alike, make_skeleton}};

}  // namespace

std::span<const DerivedView> pattern_views() {
  return kPatternViews;
}
std::span<const DerivedView> word_views() {
  return kWordViews;
}

std::string skeleton_word(std::string_view word) {
  std::string reader;
  make_reader(word, reader, nullptr);
  std::string skeleton;
  OffsetMap map;
  make_skeleton(reader, skeleton, map);
  std::string folded;
  make_folded(skeleton, folded, nullptr);
  return folded;
}

}  // namespace postern::policy
