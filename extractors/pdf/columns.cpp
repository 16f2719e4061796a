#include "extractors/pdf/columns.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace postern::extract::pdf {

namespace {

constexpr double kGutter = 0.9;         // of the size of the font; justified text has 0.6
constexpr double kSameRow = 0.5;        // of the size: columns whose lines are a little higher or lower
constexpr double kNextRow = 4;          // of the size: further down something else begins
constexpr size_t kFewestRows = 3;       // that have a gutter at the same place
constexpr size_t kMostGutters = 15;     // of one page side by side; a time table has more, and is none
constexpr size_t kLettersOfALine = 12;  // on average, where text runs on from line to line

struct Gap {
  double left, right;
  double width() const { return right - left; }
};

struct Row {
  size_t begin, end;  // of its words
  double baseline, size;
  std::vector<Gap> gaps;
};

std::vector<Gap> gaps_of(const std::vector<PlacedWord>& words, const Row& row) {
  std::vector<Gap> out;
  const auto apart = [&](const PlacedWord& a, const PlacedWord& b) {
    return std::max(b.left - a.right, a.left - b.right) >= kGutter * row.size;
  };
  bool any = false;
  for (size_t i = row.begin + 1; i < row.end && !any; i++) any = apart(words[i - 1], words[i]);
  if (!any) return out;
  std::vector<Gap> taken;
  taken.reserve(row.end - row.begin);
  for (size_t i = row.begin; i < row.end; i++) taken.push_back({words[i].left, words[i].right});
  std::sort(taken.begin(), taken.end(), [](const Gap& a, const Gap& b) { return a.left < b.left; });
  double end = taken.front().right;
  for (const Gap& word : taken) {
    if (word.left - end >= kGutter * row.size && out.size() < kMostGutters) out.push_back({end, word.left});
    end = std::max(end, word.right);
  }
  return out;
}

std::vector<Row> rows_of(const std::vector<PlacedWord>& words) {
  std::vector<Row> out;
  for (size_t i = 0; i < words.size(); i++) {
    const PlacedWord& word = words[i];
    const bool goes_on = !out.empty() && std::abs(word.baseline - out.back().baseline) < kSameRow * out.back().size;
    if (!goes_on) out.push_back({i, i, word.baseline, word.size, {}});
    out.back().end = i + 1;
  }
  for (Row& row : out) row.gaps = gaps_of(words, row);
  return out;
}

// What is left of a gutter beside the words of a row; of no width when one stands in it.
Gap beside(Gap gutter, const std::vector<PlacedWord>& words, const Row& row) {
  for (size_t i = row.begin; i < row.end; i++) {
    const PlacedWord& word = words[i];
    if (word.right <= gutter.left || word.left >= gutter.right) continue;
    const bool is_left = word.left<gutter.left, is_right = word.right> gutter.right;
    if (is_left == is_right) return {gutter.left, gutter.left};
    if (is_left) gutter.left = word.right;
    if (is_right) gutter.right = word.left;
  }
  return gutter;
}

class Columns {
 public:
  explicit Columns(const std::vector<PlacedWord>& words) : words_(words), rows_(rows_of(words)) {}

  std::vector<std::vector<size_t>> run() {
    size_t begin = 0;
    for (size_t i = 0; i < rows_.size(); i++) {
      if (!gutters_.empty()) {
        std::vector<Gap> left = gutters_beside(i);
        if (!left.empty()) {
          gutters_ = std::move(left);
          continue;
        }
        finish(begin, i);
      }
      begin = i;
      gutters_ = rows_[i].gaps;
    }
    if (!gutters_.empty()) finish(begin, rows_.size());
    return std::move(out_);
  }

 private:
  // The gutters that row `i`, which follows, leaves open.
  std::vector<Gap> gutters_beside(size_t i) const {
    std::vector<Gap> out;
    const Row& row = rows_[i];
    const double down = row.baseline - rows_[i - 1].baseline;
    if (down <= 0 || down > kNextRow * std::max(row.size, rows_[i - 1].size)) return out;
    for (const Gap& gutter : gutters_) {
      const Gap left = beside(gutter, words_, row);
      if (left.width() >= kGutter * row.size) out.push_back(left);
    }
    return out;
  }

  size_t column_of(const PlacedWord& word) const {
    const double middle = (word.left + word.right) / 2;
    const auto behind = std::find_if(gutters_.begin(), gutters_.end(),
                                     [&](const Gap& gutter) { return middle < (gutter.left + gutter.right) / 2; });
    return static_cast<size_t>(behind - gutters_.begin());
  }

  void finish(size_t begin, size_t end) {
    struct Column {
      std::vector<std::vector<size_t>> lines;
      size_t letters = 0;
    };
    std::vector<Column> columns(gutters_.size() + 1);
    size_t split = 0;  // rows that stand in several columns
    for (size_t i = begin; i < end; i++) {
      size_t first = columns.size();
      bool is_split = false;
      for (size_t word = rows_[i].begin; word < rows_[i].end; word++) {
        const size_t at = column_of(words_[word]);
        if (first == columns.size()) first = at;
        is_split = is_split || at != first;
        Column& column = columns[at];
        column.letters += words_[word].letters;
        // Words of one line come one behind the other.
        const bool goes_on = word > rows_[i].begin && !column.lines.empty() && column.lines.back().back() + 1 == word;
        if (!goes_on) column.lines.emplace_back();
        column.lines.back().push_back(word);
      }
      split += is_split ? 1 : 0;
    }
    gutters_.clear();
    const auto runs_on = [](const Column& column) {
      return column.lines.size() >= kFewestRows && column.letters >= kLettersOfALine * column.lines.size();
    };
    if (split < kFewestRows || std::count_if(columns.begin(), columns.end(), runs_on) < 2) return;
    for (Column& column : columns) {
      if (runs_on(column)) std::move(column.lines.begin(), column.lines.end(), std::back_inserter(out_));
    }
  }

  const std::vector<PlacedWord>& words_;
  const std::vector<Row> rows_;
  std::vector<Gap> gutters_;  // of the rows looked at together
  std::vector<std::vector<size_t>> out_;
};

}  // namespace

void order_leftwards(const std::vector<PlacedWord>& words, std::vector<size_t>& line) {
  const auto is_leftwards = [&](size_t word) { return words[word].leftwards; };
  const auto count = static_cast<size_t>(std::count_if(line.begin(), line.end(), is_leftwards));
  if (count < 2 || count * 2 < line.size()) return;
  std::stable_sort(line.begin(), line.end(), [&](size_t a, size_t b) { return words[a].left > words[b].left; });
  auto begin = line.begin();
  while (begin != line.end()) {
    begin = std::find_if_not(begin, line.end(), is_leftwards);
    const auto end = std::find_if(begin, line.end(), is_leftwards);
    std::reverse(begin, end);
    begin = end;
  }
}

std::vector<std::vector<size_t>> lines_leftwards(const std::vector<PlacedWord>& words) {
  std::vector<std::vector<size_t>> out;
  if (std::none_of(words.begin(), words.end(), [](const PlacedWord& word) { return word.leftwards; })) return out;
  for (const Row& row : rows_of(words)) {
    std::vector<size_t> drawn(row.end - row.begin);
    std::iota(drawn.begin(), drawn.end(), row.begin);
    std::vector<size_t> read = drawn;
    order_leftwards(words, read);
    if (read != drawn) out.push_back(std::move(read));
  }
  return out;
}

std::vector<std::vector<size_t>> lines_by_column(const std::vector<PlacedWord>& words) {
  return Columns(words).run();
}

}  // namespace postern::extract::pdf
