#include "extractors/doc/file_text.h"

#include <algorithm>
#include <numeric>

#include "extractors/archive/bytes.h"

namespace postern::extract::doc {

namespace {

constexpr unsigned kChanges = 1, kPieces = 2;  // kinds of blocks in the table
constexpr std::uint32_t kNarrow = 1u << 30;
constexpr std::uint64_t kRereads = 4;  // of the main stream's bytes, by pieces that share them: honest ones share none

// A change of a piece's marks: a number in the table, or one of the common ones with its value ([MS-DOC] 2.9.200 Prm).
RunMarks marks_of(std::uint16_t change, const std::vector<std::string_view>& changes, bool wide) {
  Run run;
  if ((change & 1) != 0) {
    const size_t number = change >> 1;
    if (number < changes.size()) apply_changes(changes[number], wide, run);
    return run.marks;
  }
  constexpr unsigned kDeleted = 0x41, kInserted = 0x42, kHidden = 0x5C;
  const unsigned which = change >> 1 & 0x7F, value = change >> 8;
  if (which == kDeleted) run.marks.deleted = value != 0;
  if (which == kInserted) run.marks.inserted = value != 0;
  if (which == kHidden) run.marks.hidden = value == 1 || value == 0x81;
  return run.marks;
}

}  // namespace

FileText::FileText(const Fib& fib, std::string_view document, std::string_view tables)
    : allowance_(document.size() * kRereads) {
  if (fib.has_pieces()) load_pieces(fib, document, fib.table(Table::pieces, tables));
  if (!pieces_.empty()) return;
  // Without the table the text stands in one piece, as Word wrote it before it was ever saved fast.
  damaged_ = fib.has_pieces();
  std::uint64_t characters = 0;
  for (size_t story = 0; story < kStories; story++) characters += fib.characters(static_cast<StoryKind>(story));
  const auto end = static_cast<std::uint32_t>(std::min<std::uint64_t>(characters, document.size()));
  add(0, end, fib.first_byte(), fib.has_wide_text(), document, {});
}

void FileText::load_pieces(const Fib& fib, std::string_view document, std::string_view table) {
  std::vector<std::string_view> changes;
  while (table.size() > 3) {
    const auto kind = static_cast<unsigned char>(table[0]);
    if (kind == kChanges) {
      const size_t size = le16(table, 1);
      table.remove_prefix(3);
      changes.push_back(table.substr(0, size));
      table.remove_prefix(std::min(size, table.size()));
      continue;
    }
    if (kind != kPieces) break;
    const std::string_view list = table.substr(std::min<size_t>(5, table.size())).substr(0, le32(table, 1));
    if (list.size() < 4) break;
    constexpr size_t kEntry = 8;
    const size_t count = (list.size() - 4) / (4 + kEntry);
    for (size_t i = 0; i < count; i++) {
      const size_t entry = (count + 1) * 4 + i * kEntry;
      std::uint32_t at = le32(list, entry + 2);
      bool wide = fib.is_wide() || fib.has_wide_text();
      if (fib.is_wide() && (at & kNarrow) != 0) {
        wide = false;
        at = (at & ~kNarrow) / 2;
      }
      add(le32(list, i * 4), le32(list, i * 4 + 4), at, wide, document,
          marks_of(le16(list, entry + 6), changes, fib.is_wide()));
    }
    break;
  }
}

void FileText::add(std::uint32_t begin, std::uint32_t end, std::uint32_t at, bool wide, std::string_view document,
                   RunMarks marks) {
  const std::uint32_t before = pieces_.empty() ? 0 : pieces_.back().end;
  if (begin >= end || begin < before) {
    damaged_ = damaged_ || begin > end || begin < before;
    return;
  }
  const std::uint64_t size = std::uint64_t{end - begin} * (wide ? 2 : 1);
  if (at >= document.size()) {
    damaged_ = true;
    return;
  }
  const std::string_view bytes =
      document.substr(at, static_cast<size_t>(std::min<std::uint64_t>(size, document.size())));
  damaged_ = damaged_ || bytes.size() < size;
  if (bytes.size() > allowance_) {
    cut_ = true;
    return;
  }
  allowance_ -= bytes.size();
  pieces_.push_back({begin, end, {bytes, at, wide, marks}});
}

std::vector<Stretch> FileText::stretches(std::uint32_t begin, std::uint32_t end) const {
  std::vector<Stretch> out;
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), begin,
                                [](std::uint32_t position, const Piece& p) { return position < p.end; });
  for (; piece != pieces_.end() && piece->begin < end; ++piece) {
    const std::uint32_t from = std::max(begin, piece->begin), to = std::min(end, piece->end);
    const std::uint32_t width = piece->text.wide ? 2 : 1;
    const std::uint64_t skipped = std::uint64_t{from - piece->begin} * width;
    if (from >= to || skipped >= piece->text.bytes.size()) continue;
    Stretch stretch = piece->text;
    stretch.bytes =
        stretch.bytes.substr(static_cast<size_t>(skipped), static_cast<size_t>(std::uint64_t{to - from} * width));
    stretch.at += static_cast<std::uint32_t>(skipped);
    out.push_back(stretch);
  }
  return out;
}

}  // namespace postern::extract::doc
