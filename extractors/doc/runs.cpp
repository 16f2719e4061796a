#include "extractors/doc/runs.h"

#include <algorithm>
#include <array>
#include <optional>

#include "extractors/archive/bytes.h"

namespace postern::extract::doc {

namespace {

constexpr size_t kPage = 512;

unsigned byte_at(std::string_view bytes, size_t at) {
  return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0;
}

// Changes of Word 97 ([MS-DOC] 2.6).
constexpr std::uint16_t kDeleted = 0x0800, kInserted = 0x0801, kHidden = 0x083C, kSymbol = 0x6A09, kStyle = 0x4A30;
constexpr std::uint16_t kRowEnd = 0x2417, kInnerCell = 0x244B, kInnerRowEnd = 0x244C, kTableDefinition = 0xD608,
                        kTabs = 0xC615;
// Changes of Word 6.
constexpr unsigned kDeleted6 = 65, kInserted6 = 66, kHidden6 = 92, kSymbol6 = 74, kStyle6 = 80, kFont6 = 93,
                   kRowEnd6 = 25;

// The size of a change's value, which stands at `at`.
size_t value_size(std::uint16_t change, std::string_view changes, size_t at) {
  switch (change >> 13) {
    case 0:
    case 1:
      return 1;
    case 3:
      return 4;
    case 6:
      if (change == kTableDefinition) return size_t{le16(changes, at)} + 1;
      // The tabs of a paragraph can be more than one byte counts.
      if (change == kTabs && byte_at(changes, at) == 255) return changes.size() - std::min(at, changes.size());
      return size_t{byte_at(changes, at)} + 1;
    case 7:
      return 3;
    default:
      return 2;
  }
}

// Values of Word 6's changes; nullopt for those that no run or paragraph has.
std::optional<size_t> value_size6(unsigned change, std::string_view changes, size_t at) {
  static constexpr std::array<std::uint8_t, 43> kWords = {
      2,  16, 17, 18, 19, 21, 22, 26, 27, 28, 30, 31, 32, 33,  34,  35,  36,  38,  39,  40,  41, 42,
      43, 45, 46, 47, 48, 49, 69, 72, 80, 93, 96, 97, 99, 101, 107, 109, 110, 121, 122, 123, 124};
  static constexpr std::array<std::uint8_t, 12> kCounted = {3, 12, 15, 23, 68, 74, 81, 103, 105, 106, 108, 120};
  const auto is_in = [change](const auto& list) { return std::find(list.begin(), list.end(), change) != list.end(); };
  if (is_in(kWords)) return 2;
  if (is_in(kCounted)) return size_t{byte_at(changes, at)} + 1;
  if (change == 20 || change == 70) return 4;
  if (change == 73 || change == 95) return 3;
  if (change == 82 || change == 83) return 0;
  if (change >= 4 && change <= 119) return 1;
  return std::nullopt;
}

// 0x80 leaves it to the style, 0x81 turns around what the style says.
void set_hidden(Run& run, unsigned value) {
  if (value == 0x80) return;
  run.says_hidden = value < 0x80;
  run.marks.hidden = value == 1 || value == 0x81;
}

void apply_changes6(std::string_view changes, Run& run) {
  size_t at = 0;
  while (at < changes.size()) {
    const unsigned change = byte_at(changes, at++);
    const auto size = value_size6(change, changes, at);
    if (!size) return;
    const unsigned value = byte_at(changes, at);
    if (change == kDeleted6) run.marks.deleted = value != 0;
    if (change == kInserted6) run.marks.inserted = value != 0;
    if (change == kHidden6) set_hidden(run, value);
    if (change == kSymbol6) run.symbol = byte_at(changes, at + 3);
    if (change == kStyle6) run.style = le16(changes, at);
    if (change == kFont6) run.font = le16(changes, at);
    if (change == kRowEnd6 && value != 0) run.paragraph = ParagraphEnd::row;
    at += *size;
  }
}

bool is_plain(const Run& run) {
  return run.marks.plain() && run.paragraph == ParagraphEnd::plain && run.symbol == 0 && !run.says_hidden && !run.font;
}

// Calls with the first byte behind the list of positions, for each page: numbers of pages follow n + 1 positions.
template <typename Read>
void for_each_page(std::string_view document, std::string_view pages, bool wide, const Read& read) {
  const size_t number_size = wide ? 4 : 2;
  if (pages.size() < 4) return;
  // More entries than pages name pages twice.
  const size_t count = std::min((pages.size() - 4) / (4 + number_size), document.size() / kPage + 1);
  for (size_t i = 0; i < count; i++) {
    const size_t number =
        le_at(pages, (count + 1) * 4 + i * number_size, static_cast<unsigned>(number_size)) & 0x3FFFFF;
    const size_t at = number * kPage;
    if (at + kPage <= document.size()) read(document.substr(at, kPage));
  }
}

}  // namespace

void apply_changes(std::string_view changes, bool wide, Run& run) {
  if (!wide) {
    apply_changes6(changes, run);
    return;
  }
  size_t at = 0;
  while (at + 2 < changes.size()) {
    const std::uint16_t change = le16(changes, at);
    at += 2;
    const unsigned value = byte_at(changes, at);
    if (change == kDeleted) run.marks.deleted = value != 0;
    if (change == kInserted) run.marks.inserted = value != 0;
    if (change == kHidden) set_hidden(run, value);
    if (change == kStyle) run.style = le16(changes, at);
    if (change == kSymbol) {
      run.symbol = le16(changes, at + 2);
      // Fonts of symbols hold their 8-bit characters there.
      if (run.symbol >= 0xF020 && run.symbol <= 0xF0FF) run.symbol -= 0xF000;
    }
    if ((change == kRowEnd || change == kInnerRowEnd) && value != 0) run.paragraph = ParagraphEnd::row;
    if (change == kInnerCell && value != 0 && run.paragraph == ParagraphEnd::plain) run.paragraph = ParagraphEnd::cell;
    at += value_size(change, changes, at);
  }
}

Runs Runs::of_characters(std::string_view document, std::string_view pages, bool wide, const Styles& styles) {
  Runs out;
  for_each_page(document, pages, wide, [&](std::string_view page) {
    const size_t count = std::min<size_t>(byte_at(page, kPage - 1), (kPage - 5) / 5);
    for (size_t i = 0; i < count; i++) {
      const size_t changes = size_t{byte_at(page, (count + 1) * 4 + i)} * 2;
      if (changes == 0) continue;
      Run run;
      run.begin = le32(page, i * 4);
      run.end = le32(page, i * 4 + 4);
      apply_changes(page.substr(changes + 1, byte_at(page, changes)), wide, run);
      if (!run.says_hidden && styles.hides(run.style)) run.marks.hidden = !run.marks.hidden;
      if (!run.font && run.style != 0) run.font = styles.font(run.style);
      if (!is_plain(run) && run.begin < run.end) out.runs_.push_back(run);
    }
  });
  out.sort();
  return out;
}

Runs Runs::of_paragraphs(std::string_view document, std::string_view pages, bool wide, const Styles& styles) {
  const size_t entry = wide ? 13 : 7;
  Runs out;
  for_each_page(document, pages, wide, [&](std::string_view page) {
    const size_t count = std::min<size_t>(byte_at(page, kPage - 1), (kPage - 5) / (4 + entry));
    for (size_t i = 0; i < count; i++) {
      size_t at = size_t{byte_at(page, (count + 1) * 4 + i * entry)} * 2;
      if (at == 0) continue;
      size_t size = size_t{byte_at(page, at++)} * 2;
      if (wide && size == 0) {
        size = size_t{byte_at(page, at++)} * 2;
      } else if (size > 0) {
        size--;
      }
      constexpr size_t kStyleSize = 2;  // its number stands in front of the changes
      if (size < kStyleSize || at + kStyleSize >= page.size()) continue;
      Run run;
      run.begin = le32(page, i * 4);
      run.end = le32(page, i * 4 + 4);
      apply_changes(page.substr(at + kStyleSize, size - kStyleSize), wide, run);
      run.marks = {};
      run.says_hidden = false;
      run.marks.hidden = styles.hides(le16(page, at));
      run.font = styles.font(le16(page, at));
      if (!is_plain(run) && run.begin < run.end) out.runs_.push_back(run);
    }
  });
  out.sort();
  return out;
}

void Runs::sort() {
  std::stable_sort(runs_.begin(), runs_.end(), [](const Run& a, const Run& b) { return a.begin < b.begin; });
  // Runs that overlap are damage: each ends where the next begins.
  for (size_t i = 0; i + 1 < runs_.size(); i++) runs_[i].end = std::min(runs_[i].end, runs_[i + 1].begin);
}

const Run* Runs::find(std::uint32_t at, std::uint32_t& next) const {
  const auto behind = std::upper_bound(runs_.begin(), runs_.end(), at,
                                       [](std::uint32_t byte, const Run& run) { return byte < run.begin; });
  next = behind == runs_.end() ? UINT32_MAX : behind->begin;
  if (behind == runs_.begin()) return nullptr;
  const Run& run = *(behind - 1);
  if (at >= run.end) return nullptr;
  next = run.end;
  return &run;
}

}  // namespace postern::extract::doc
