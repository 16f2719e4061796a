#include "extractors/ooxml/placed_boxes.h"

#include <algorithm>
#include <charconv>

namespace postern::extract::ooxml {

namespace {

constexpr std::int64_t kMostUnits = std::int64_t{1} << 40;

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return std::clamp(number, -kMostUnits, kMostUnits);
}

}  // namespace

void PlacedBoxes::start(XmlTag tag, const XmlAttributes& attributes) {
  if (tag == p_sp) {
    box_ = {};
    in_box_ = true;
    has_place_ = has_size_ = false;
  } else if (tag == a_t) {
    in_text_ = true;
  } else if (tag == a_off && in_box_ && !has_place_) {
    box_.x = number_of(attributes.raw("x"));
    box_.y = number_of(attributes.raw("y"));
    has_place_ = true;
  } else if (tag == a_ext && has_place_ && !has_size_) {
    box_.width = number_of(attributes.raw("cx"));
    box_.height = number_of(attributes.raw("cy"));
    has_size_ = true;
  }
}

void PlacedBoxes::end(XmlTag tag) {
  if (tag == a_t) in_text_ = false;
  if (tag != p_sp) return;
  const bool counts = in_box_ && has_size_ && !box_.text.empty() && box_.text.size() <= kLongestPlacedBox;
  if (counts && boxes_.size() < kMostPlacedBoxes) boxes_.push_back(std::move(box_));
  in_box_ = has_place_ = false;
  has_size_ = true;  // until the next box
}

void PlacedBoxes::text(std::string_view text) {
  if (in_box_ && in_text_ && box_.text.size() <= kLongestPlacedBox) box_.text += text;
}

std::string PlacedBoxes::rows() const {
  std::vector<size_t> order(boxes_.size());
  for (size_t i = 0; i < order.size(); i++) order[i] = i;
  const auto middle = [this](size_t i) { return boxes_[i].y + boxes_[i].height / 2; };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return middle(a) < middle(b); });
  std::string out;
  for (size_t begin = 0; begin < order.size();) {
    size_t end = begin + 1;
    while (end < order.size() && middle(order[end]) - middle(order[begin]) < boxes_[order[begin]].height / 2) end++;
    std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(begin),
                     order.begin() + static_cast<std::ptrdiff_t>(end),
                     [this](size_t a, size_t b) { return boxes_[a].x < boxes_[b].x; });
    std::string row;
    bool differs = false;
    for (size_t i = begin; i < end; i++) {
      if (i > begin) {
        const Box& before = boxes_[order[i - 1]];
        if (boxes_[order[i]].x - before.x - before.width > kBoxesTouch) {
          if (differs) out += row;
          row.clear();
          differs = false;
        } else {
          differs = differs || order[i] < order[i - 1];
        }
      }
      row.append(boxes_[order[i]].text).append(1, '\n');
    }
    if (differs) out += row;
    begin = end;
  }
  return out;
}

}  // namespace postern::extract::ooxml
