#include "extractors/pdf/placed_lines.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace postern::extract::pdf {

namespace {

// All of the size of the font.
constexpr double kSameLine = 0.3;
constexpr double kTouching = 0.1;
constexpr double kNeighbours = 1;  // a wide blank
constexpr double kStretch = 4;     // further apart nothing runs on
constexpr double kOver = 0.5;      // of the narrower of two words that lie over each other

bool is_next_line(const PlacedWord& word, const PlacedWord& before) {
  return word.baseline > before.baseline + kSameLine * before.size;
}

// Drawn from left to right and from above to below, as nearly all pages are.
bool is_in_order(const std::vector<PlacedWord>& words) {
  for (size_t i = 1; i < words.size(); i++) {
    const bool rises = std::abs(words[i].baseline - words[i - 1].baseline) <= kSameLine * words[i - 1].size &&
                       words[i].left >= words[i - 1].right - kOver * words[i - 1].size;
    if (!rises && !is_next_line(words[i], words[i - 1])) return false;
  }
  return true;
}

bool lies_over(const PlacedWord& word, const PlacedWord& other) {
  const double narrower = std::min(word.right - word.left, other.right - other.left);
  return std::min(word.right, other.right) - std::max(word.left, other.left) > kOver * narrower;
}

class Lines {
 public:
  explicit Lines(const std::vector<PlacedWord>& words) : words_(words) {}

  std::vector<std::vector<size_t>> run() {
    std::vector<size_t> order;
    for (size_t i = 0; i < words_.size(); i++) {
      if (!words_[i].leftwards) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](size_t a, size_t b) { return words_[a].baseline < words_[b].baseline; });
    for (auto begin = order.begin(); begin != order.end();) {
      const PlacedWord& first = words_[*begin];
      const auto end = std::find_if(begin, order.end(), [&](size_t word) { return is_next_line(words_[word], first); });
      std::stable_sort(begin, end, [&](size_t a, size_t b) { return words_[a].left < words_[b].left; });
      split({begin, end});
      begin = end;
    }
    return std::move(out_);
  }

 private:
  double gap(size_t a, size_t b) const { return words_[b].left - words_[a].right; }
  double size(size_t a, size_t b) const { return std::max(words_[a].size, words_[b].size); }

  // Whether `b`, which stands to the right of `a`, does not follow it as it is drawn.
  bool contradicts(size_t a, size_t b) const {
    if (b < a) return gap(a, b) < kNeighbours * size(a, b);
    if (b == a + 1 || gap(a, b) >= kTouching * size(a, b)) return false;
    // Raised letters, accents and the like are drawn where they stand.
    const PlacedWord& between = words_[a + 1];
    return between.left < words_[a].left || between.left > words_[b].right ||
           std::abs(between.baseline - words_[a].baseline) > size(a, b);
  }

  void split(const std::vector<size_t>& line) {
    std::vector<size_t> stretch;
    bool wrong = false;
    const auto finish = [&] {
      if (wrong) out_.push_back(stretch);
      stretch.clear();
      wrong = false;
    };
    for (const size_t word : line) {
      if (!stretch.empty()) {
        const size_t before = stretch.back();
        if (lies_over(words_[word], words_[before])) continue;
        if (gap(before, word) > kStretch * size(before, word)) finish();
        wrong = wrong || (!stretch.empty() && contradicts(before, word));
      }
      stretch.push_back(word);
    }
    finish();
  }

  const std::vector<PlacedWord>& words_;
  std::vector<std::vector<size_t>> out_;
};

}  // namespace

std::vector<std::vector<size_t>> lines_by_place(const std::vector<PlacedWord>& words) {
  if (is_in_order(words)) return {};
  return Lines(words).run();
}

}  // namespace postern::extract::pdf
