#include "policy/scan_hits.h"

#include <algorithm>

#include "policy/views.h"

namespace postern::policy {

std::string view_name(const Hit& hit) {
  std::string name;
  for (const Encoding encoding : hit.encodings) {
    if (encoding != Encoding::none) name += (name.empty() ? "decoded (" : ", ") + std::string(to_string(encoding));
  }
  if (!name.empty()) name += ')';
  if (hit.view == kRawView) return "raw";
  if (hit.view == 0) return name.empty() ? "reader" : name;
  return (name.empty() ? "" : name + ", ") + std::string(to_string(static_cast<DerivedName>(hit.view - 1U)));
}

void ScanResult::clear() {
  hits.clear();
  if (hits.capacity() * sizeof(Hit) > kKeepBytes) hits.shrink_to_fit();
  gave_up.clear();
  overflowed.clear();
  undecoded.clear();
}

std::span<const Hit> ScanResult::of(SourceIndex source) const {
  const auto begin = std::lower_bound(hits.begin(), hits.end(), source,
                                      [](const Hit& hit, SourceIndex wanted) { return hit.source < wanted; });
  const auto end = std::upper_bound(begin, hits.end(), source,
                                    [](SourceIndex wanted, const Hit& hit) { return wanted < hit.source; });
  return {begin, end};
}

void sort_and_drop_doubles(std::vector<Hit>& hits) {
  std::sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) {
    if (a.source != b.source) return a.source < b.source;
    if (a.part != b.part) return a.part < b.part;
    if (a.first_char != b.first_char) return a.first_char < b.first_char;
    if (a.view != b.view) return a.view < b.view;
    return a.range.end != b.range.end ? a.range.end > b.range.end : a.entry < b.entry;
  });
  // The same find in another view, and an entry overlapping itself, is one; not so when a check takes the second only.
  constexpr size_t kLookBack = 16;
  size_t kept = 0;
  for (size_t i = 0; i < hits.size(); i++) {
    const Hit& hit = hits[i];
    bool is_double = false;
    for (size_t back = 1; back <= std::min(kept, kLookBack) && !is_double; back++) {
      const Hit& other = hits[kept - back];
      if (other.source != hit.source || other.segment != hit.segment) break;
      is_double = other.entry == hit.entry && other.range.end > hit.range.begin && hit.range.end > other.range.begin &&
                  (hit.checks & ~other.checks) == 0;
    }
    if (!is_double) hits[kept++] = hit;
  }
  hits.resize(kept);
}

void drop_inside(SourceIndex source, ScanResult& result) {
  const std::span<const Hit> found = result.of(source);
  if (found.empty()) return;
  const std::vector<Hit> paragraphs(found.begin(), found.end());
  const auto is_inside = [&](const Hit& hit) {
    if (hit.source == source) return true;
    // The last that begins before it: paragraphs follow each other.
    const auto after = std::upper_bound(paragraphs.begin(), paragraphs.end(), hit, [](const Hit& a, const Hit& b) {
      return a.part != b.part ? a.part < b.part : a.first_char < b.first_char;
    });
    if (after == paragraphs.begin()) return false;
    const Hit& paragraph = *(after - 1);
    return paragraph.segment == hit.segment && hit.range.end <= paragraph.range.end;
  };
  std::erase_if(result.hits, is_inside);
  std::erase(result.overflowed, source);
}

}  // namespace postern::policy
