#include "extractors/pdf/revisions.h"

#include <algorithm>
#include <deque>
#include <functional>

namespace postern::extract::pdf {

namespace {

constexpr std::string_view kEnd = "%%EOF";
constexpr std::string_view kStart = "startxref";
constexpr std::string_view kWhite("\0\t\n\f\r ", 6);

// Whether a section that ends at `end` tells where its table is. That of the first page of a linearised file says 0.
bool has_table(std::string_view pdf, size_t end) {
  constexpr size_t kLooked = 64;
  std::string_view tail = pdf.substr(end > kLooked ? end - kLooked : 0, std::min(end, kLooked));
  const size_t start = tail.rfind(kStart);
  if (start == std::string_view::npos) return false;
  tail.remove_prefix(start + kStart.size());
  const size_t digit = tail.find_first_not_of(kWhite);
  return digit != std::string_view::npos && tail[digit] >= '1' && tail[digit] <= '9';
}

template <typename Take>
void each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::vector<size_t> revision_ends(std::string_view pdf) {
  // Forwards, because looking for a word from the end is a byte at a time; the latest are kept.
  std::deque<size_t> ends;
  size_t at = pdf.find(kEnd);
  while (at != std::string_view::npos) {
    const size_t next = pdf.find(kEnd, at + kEnd.size());
    if (next == std::string_view::npos) break;  // the end of the file as it is
    if (has_table(pdf, at)) ends.push_front(at + kEnd.size());
    if (ends.size() > kMaxPdfRevisions + 1) ends.pop_back();
    at = next;
  }
  return {ends.begin(), ends.end()};
}

void KnownLines::add(std::string_view text) {
  each_line(text, [&](std::string_view line) { hashes_.insert(std::hash<std::string_view>()(line)); });
}

std::string KnownLines::take_new(std::string_view text) {
  std::string out;
  each_line(text, [&](std::string_view line) {
    if (hashes_.insert(std::hash<std::string_view>()(line)).second) out.append(line).append(1, '\n');
  });
  return out;
}

}  // namespace postern::extract::pdf
