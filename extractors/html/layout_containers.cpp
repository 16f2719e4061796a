// Where the children of containers stand: rows and columns (CSS Flexbox 1, 5.4), grids (CSS Grid 1, 8), cells.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "extractors/html/layout.h"

namespace postern::extract {
namespace {

// Grid lines are counted from 1, and from the far end below 0.
int track_of(int line, unsigned tracks) {
  return line > 0 ? line - 1 : std::max(0, static_cast<int>(tracks) + 1 + line);
}

struct Cell {
  int row, column;
};

// The cells of named areas, by name: "'b a' 'c d'".
std::map<std::string, Cell> named_areas(std::string_view value, unsigned& columns) {
  constexpr size_t kMostAreas = 10'000;
  std::map<std::string, Cell> out;
  int row = 0;
  while (out.size() < kMostAreas) {
    const size_t open = value.find_first_of("\"'");
    if (open == std::string_view::npos) break;
    const size_t end = std::min(value.find(value[open], open + 1), value.size());
    std::string_view names = value.substr(open + 1, end - open - 1);
    value.remove_prefix(std::min(end + 1, value.size()));
    for (int column = 0;; column++) {
      names.remove_prefix(std::min(names.find_first_not_of(" \t\r\n"), names.size()));
      if (names.empty()) {
        columns = std::max(columns, static_cast<unsigned>(column));
        break;
      }
      const std::string_view name = names.substr(0, names.find_first_of(" \t\r\n"));
      names.remove_prefix(name.size());
      out.try_emplace(std::string(name), Cell{row, column});
    }
    row++;
  }
  return out;
}

}  // namespace

bool Layout::stands_alone(float width, float height) {
  constexpr float kOfALetter = 40;  // columns of letters are read across
  return height > 1.5F * kLineHeight && width > kOfALetter;
}

void Layout::arrange(Box& box, float& width, float& height) {
  std::stable_sort(box.items.begin(), box.items.end(), [](const Item& a, const Item& b) {
    return a.placement.order.value_or(0) < b.placement.order.value_or(0);
  });
  if (box.kind == BoxKind::grid || box.kind == BoxKind::inline_grid) {
    arrange_grid(box, width, height);
  } else if (box.placement.column.value_or(false) && box.kind != BoxKind::row) {
    arrange_column(box, width, height);
  } else {
    arrange_row(box, width, height);
  }
  box.items.clear();
}

bool Layout::goes_to_the_left(const Box& box) const {
  if (!box.right_to_left) return false;
  return std::none_of(box.items.begin(), box.items.end(), [this](const Item& item) {
    return std::any_of(item.pieces.begin(), item.pieces.end(),
                       [this](const LaidText& piece) { return has_right_to_left(piece); });
  });
}

void Layout::arrange_row(Box& box, float& width, float& height) {
  // Two borders of a pixel and what browsers put between cells: letters still touch.
  const float gap = box.kind == BoxKind::row ? 4 : 0;
  if ((box.placement.reversed.value_or(false) && box.kind != BoxKind::row) != goes_to_the_left(box))
    std::reverse(box.items.begin(), box.items.end());
  float x = 0, y = 0, line = 0;
  const auto next_line = [&] {
    y += line;
    x = line = 0;
  };
  for (Item& item : box.items) {
    // Columns of text are read one by one.
    const bool alone = stands_alone(item.width, item.height);
    if (alone) next_line();
    x += item.placement.margin_left.value_or(0);
    append(box.pieces, std::move(item.pieces), x, y + item.placement.margin_top.value_or(0));
    x += item.width + item.placement.margin_right.value_or(0) + gap;
    width = std::max(width, x);
    line = std::max(line, item.height);
    if (alone) next_line();
  }
  height = y + line;
}

void Layout::arrange_column(Box& box, float& width, float& height) {
  if (box.placement.reversed.value_or(false)) std::reverse(box.items.begin(), box.items.end());
  for (Item& item : box.items) {
    height += item.placement.margin_top.value_or(0);
    append(box.pieces, std::move(item.pieces), item.placement.margin_left.value_or(0), height);
    height += item.height + item.placement.margin_bottom.value_or(0);
    width = std::max(width, item.width);
  }
}

void Layout::arrange_grid(Box& box, float& width, float& height) {
  unsigned columns = box.placement.columns.value_or(0);
  const auto areas = named_areas(box.placement.areas, columns);
  const bool by_column = box.placement.by_column.value_or(false);
  if (columns == 0 && !by_column) columns = 1;
  std::set<std::pair<int, int>> taken;
  struct Placed {
    Cell cell;
    Item* item;
  };
  std::vector<Placed> placed;
  placed.reserve(box.items.size());
  // Those with a place of their own first; the others fill what is left, each behind the one before it.
  std::map<int, int> next_in_row;
  for (Item& item : box.items) {
    Cell cell{-1, -1};
    if (item.placement.row) cell.row = track_of(*item.placement.row, 0);
    if (item.placement.column_line) cell.column = track_of(*item.placement.column_line, columns);
    if (const auto area = areas.find(item.placement.area); area != areas.end()) cell = area->second;
    if (cell.row >= 0 && cell.column < 0) cell.column = next_in_row[cell.row]++;
    if (cell.row >= 0) taken.insert({cell.row, cell.column});
    placed.push_back({cell, &item});
  }
  const int across = static_cast<int>(columns), down = static_cast<int>(box.placement.rows.value_or(1));
  Cell at{0, 0};
  for (Placed& one : placed) {
    if (one.cell.row >= 0) continue;
    if (one.cell.column >= 0) {  // the next row in which this column is free
      if (one.cell.column < at.column) at.row++;
      while (taken.count({at.row, one.cell.column}) != 0) at.row++;
      at.column = one.cell.column;
    } else {
      while (taken.count({at.row, at.column}) != 0) {
        if (by_column) {
          if (++at.row >= down) at = {0, at.column + 1};
        } else if (++at.column >= across) {
          at = {at.row + 1, 0};
        }
      }
    }
    one.cell = at;
    taken.insert({at.row, at.column});
  }
  if (std::any_of(box.items.begin(), box.items.end(),
                  [](const Item& item) { return stands_alone(item.width, item.height); })) {
    std::sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
      return std::pair(a.cell.row, a.cell.column) < std::pair(b.cell.row, b.cell.column);
    });
    std::vector<Item> in_order;
    in_order.reserve(placed.size());
    for (const Placed& one : placed) in_order.push_back(std::move(*one.item));
    box.items = std::move(in_order);
    return arrange_column(box, width, height);
  }
  std::map<int, float> column_widths, row_heights;
  for (const Placed& one : placed) {
    float& widest = column_widths[one.cell.column];
    widest = std::max(widest, one.item->width);
    float& highest = row_heights[one.cell.row];
    highest = std::max(highest, one.item->height);
  }
  for (auto& [column, size] : column_widths) width += std::exchange(size, width);
  for (auto& [row, size] : row_heights) height += std::exchange(size, height);
  const bool to_the_left = goes_to_the_left(box);
  for (Placed& one : placed) {
    float x = column_widths[one.cell.column];
    if (to_the_left) x = width - x - one.item->width;
    append(box.pieces, std::move(one.item->pieces), x, row_heights[one.cell.row]);
  }
}

}  // namespace postern::extract
