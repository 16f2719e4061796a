#include "extractors/html/placement.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kSpace = " \t\r\n\f";
constexpr float kEm = 16;
constexpr float kFarthest = 1e6F;  // beyond, a page has no order that anybody could follow

struct Unit {
  std::string_view name;
  float pixels;
};
constexpr std::array kUnits = {Unit{"px", 1},       Unit{"rem", kEm},  Unit{"em", kEm},
                               Unit{"pt", 4.F / 3}, Unit{"ch", 9.6F},  Unit{"ex", 8},
                               Unit{"in", 96},      Unit{"cm", 37.8F}, Unit{"mm", 3.78F},
                               Unit{"pc", 16},      Unit{"q", 0.945F}, Unit{"vw", kPageWidth / 100},
                               Unit{"vh", 6},       Unit{"vmin", 6},   Unit{"vmax", kPageWidth / 100},
                               Unit{"lh", 20},      Unit{"rlh", 20},   Unit{"%", kPageWidth / 100},
                               Unit{"cap", 11},     Unit{"ic", kEm}};

struct Kind {
  std::string_view name;
  BoxKind kind;
};
constexpr std::array kKinds = {
    Kind{"inline", BoxKind::in_line},
    Kind{"block", BoxKind::block},
    Kind{"inline-block", BoxKind::inline_block},
    Kind{"inline-table", BoxKind::inline_block},
    Kind{"flex", BoxKind::flex},
    Kind{"-webkit-flex", BoxKind::flex},
    Kind{"-webkit-box", BoxKind::flex},
    Kind{"-ms-flexbox", BoxKind::flex},
    Kind{"inline-flex", BoxKind::inline_flex},
    Kind{"grid", BoxKind::grid},
    Kind{"inline-grid", BoxKind::inline_grid},
    Kind{"table-row", BoxKind::row},
    Kind{"table-cell", BoxKind::cell},
    Kind{"contents", BoxKind::contents},
};

std::string_view next_word(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
  size_t end = 0, depth = 0;
  for (; end < rest.size() && (depth > 0 || kSpace.find(rest[end]) == std::string_view::npos); end++) {
    if (rest[end] == '(') depth++;
    if (rest[end] == ')' && depth > 0) depth--;
  }
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

std::optional<int> whole_number(std::string_view value) {
  const std::string text(value.substr(0, 16));
  char* end = nullptr;
  const long number = std::strtol(text.c_str(), &end, 10);
  if (end == text.c_str()) return std::nullopt;
  return static_cast<int>(std::clamp(number, -1'000'000L, 1'000'000L));
}

// One to four lengths: top, right, bottom, left.
void apply_four(std::string_view value, std::array<std::optional<float>*, 4> sides) {
  std::array<std::optional<float>, 4> given;
  size_t count = 0;
  while (count < given.size()) {
    const std::string_view word = next_word(value);
    if (word.empty()) break;
    given[count++] = pixels(word).value_or(0.F);
  }
  if (count == 0) return;
  constexpr std::array<std::array<size_t, 4>, 4> kWhich = {{{0, 0, 0, 0}, {0, 1, 0, 1}, {0, 1, 2, 1}, {0, 1, 2, 3}}};
  for (size_t i = 0; i < sides.size(); i++) *sides[i] = given[kWhich[count - 1][i]];
}

// How many tracks "auto 1fr repeat(3, 10px)" has.
unsigned count_tracks(std::string_view value) {
  constexpr unsigned kMostTracks = 10'000;
  unsigned out = 0;
  while (out < kMostTracks) {
    std::string_view word = next_word(value);
    if (word.empty()) break;
    if (word.starts_with('[')) continue;  // the name of a line
    if (word.starts_with("repeat(")) {
      word = word.substr(7, word.size() - 7 - (word.ends_with(')') ? 1 : 0));
      const size_t comma = word.find(',');
      if (comma == std::string_view::npos) continue;
      const auto times = whole_number(word.substr(0, comma));
      out += static_cast<unsigned>(std::clamp(times.value_or(1), 1, 1000)) *
             std::max(1U, count_tracks(word.substr(comma + 1)));
    } else {
      out++;
    }
  }
  return std::min(out, kMostTracks);
}

void apply_translation(std::string_view value, std::optional<float>& shift, std::optional<float>& own_shift) {
  if (value.find('%') != std::string_view::npos) {
    own_shift = pixels(value).value_or(0.F) / kPageWidth;
  } else {
    shift = pixels(value).value_or(0.F);
  }
}

// The functions in the value of `transform` that move or turn over.
void apply_transform(std::string_view value, Placement& out) {
  while (true) {
    const std::string_view word = next_word(value);
    if (word.empty()) return;
    const size_t open = word.find('(');
    if (open == std::string_view::npos) continue;
    const std::string_view function = word.substr(0, open);
    std::string_view rest = word.substr(open + 1);
    rest = rest.substr(0, rest.rfind(')'));
    const size_t comma = rest.find(',');
    const std::string_view first = rest.substr(0, comma);
    const std::string_view second = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    if (function == "translatex" || function == "translate" || function == "translate3d") {
      apply_translation(first, out.shift_x, out.own_shift_x);
    }
    if (function == "translatey") apply_translation(first, out.shift_y, out.own_shift_y);
    if ((function == "translate" || function == "translate3d") && !second.empty())
      apply_translation(second.substr(0, second.find(',')), out.shift_y, out.own_shift_y);
    if (function == "scalex" || function == "scale") {
      if (first.find('-') != std::string_view::npos) out.mirrored = true;
    }
    if (function == "rotatey" && first.find("180") != std::string_view::npos) out.mirrored = true;
  }
}

// "2 / 3 / span 1 / span 2", or a name.
void apply_area(std::string_view value, Placement& out) {
  const size_t slash = value.find('/');
  const auto row = whole_number(value);
  if (!row) {
    out.area = value.substr(0, std::min(value.find_first_of(" /"), size_t{64}));
    return;
  }
  out.row = row;
  if (slash == std::string_view::npos) return;
  std::string_view rest = value.substr(slash + 1);
  const std::string_view column = next_word(rest);
  out.column_line = whole_number(column);
}

void apply_flow(std::string_view value, Placement& out) {
  while (true) {
    const std::string_view word = next_word(value);
    if (word.empty()) return;
    if (word.starts_with("row") || word.starts_with("column")) {
      out.column = word.starts_with("column");
      out.reversed = word.ends_with("reverse");
    }
  }
}

template <typename T>
void take(std::optional<T>& mine, const std::optional<T>& later) {
  if (later) mine = later;
}

template <std::optional<float> Placement::*side>
void length(std::string_view value, Placement& out) {
  out.*side = pixels(value);
}

void apply_box(std::string_view value, Placement& out) {
  const auto* const found =
      std::find_if(kKinds.begin(), kKinds.end(), [value](const Kind& row) { return row.name == value; });
  out.box = found == kKinds.end() ? BoxKind::block : found->kind;
}

void apply_float(std::string_view value, Placement& out) {
  out.floats = value == "left" || value == "inline-start"  ? FloatSide::left
               : value == "right" || value == "inline-end" ? FloatSide::right
                                                           : FloatSide::none;
}

void apply_position(std::string_view value, Placement& out) {
  out.position = value == "relative"                       ? Positioning::relative
                 : value == "absolute" || value == "fixed" ? Positioning::absolute
                                                           : Positioning::in_flow;
}

// Hundredths of a height that nobody set are no height.
void apply_height(std::string_view value, Placement& out) {
  if (value.find('%') == std::string_view::npos) out.height = pixels(value);
}

void apply_order(std::string_view value, Placement& out) {
  out.order = whole_number(value);
}

void apply_row(std::string_view value, Placement& out) {
  out.row = whole_number(value);
}

void apply_column(std::string_view value, Placement& out) {
  out.column_line = whole_number(value);
}

void apply_inset(std::string_view value, Placement& out) {
  apply_four(value, {&out.top, &out.right, &out.bottom, &out.left});
}

void apply_margin(std::string_view value, Placement& out) {
  apply_four(value, {&out.margin_top, &out.margin_right, &out.margin_bottom, &out.margin_left});
}

void apply_translate(std::string_view value, Placement& out) {
  apply_translation(next_word(value), out.shift_x, out.own_shift_x);
  apply_translation(next_word(value), out.shift_y, out.own_shift_y);
}

// Whether a value may make what is inside stand elsewhere than it is written.
bool never(std::string_view /*value*/) {
  return false;
}
bool always(std::string_view /*value*/) {
  return true;
}
bool is_away(std::string_view value) {
  return value.find_first_of("123456789") != std::string_view::npos;
}
bool is_backward(std::string_view value) {
  return value.find('-') != std::string_view::npos;
}
bool is_reverse(std::string_view value) {
  return value.find("reverse") != std::string_view::npos;
}
bool is_no_height(std::string_view value) {
  return pixels(value).value_or(1) < 1;
}
bool may_turn(std::string_view value) {
  return value.find("translate") != std::string_view::npos || value.find('-') != std::string_view::npos ||
         value.find("180") != std::string_view::npos;
}

struct Property {
  std::string_view name;
  void (*apply)(std::string_view value, Placement& out);
  bool (*moves)(std::string_view value);
};
constexpr std::array kProperties = {
    Property{"display", apply_box, never},
    Property{"width", length<&Placement::width>, never},
    Property{"height", apply_height, is_no_height},
    Property{"max-height", apply_height, is_no_height},
    Property{"margin", apply_margin, is_backward},
    Property{"margin-left", length<&Placement::margin_left>, is_backward},
    Property{"margin-right", length<&Placement::margin_right>, is_backward},
    Property{"margin-top", length<&Placement::margin_top>, is_backward},
    Property{"margin-bottom", length<&Placement::margin_bottom>, is_backward},
    Property{"float", apply_float, [](std::string_view value) { return value == "right" || value == "inline-end"; }},
    Property{"clear", [](std::string_view value, Placement& out) { out.clears = value != "none"; }, never},
    Property{"position", apply_position,
             [](std::string_view value) { return value == "absolute" || value == "fixed"; }},
    Property{"left", length<&Placement::left>, is_away},
    Property{"right", length<&Placement::right>, is_away},
    Property{"top", length<&Placement::top>, is_away},
    Property{"bottom", length<&Placement::bottom>, is_away},
    Property{"inset", apply_inset, is_away},
    Property{"inset-inline-start", length<&Placement::left>, is_away},
    Property{"inset-inline-end", length<&Placement::right>, is_away},
    Property{"inset-block-start", length<&Placement::top>, is_away},
    Property{"inset-block-end", length<&Placement::bottom>, is_away},
    Property{"order", apply_order, is_away},
    Property{"-webkit-order", apply_order, is_away},
    Property{"-ms-flex-order", apply_order, is_away},
    Property{"flex-direction", apply_flow, is_reverse},
    Property{"-webkit-flex-direction", apply_flow, is_reverse},
    Property{"-ms-flex-direction", apply_flow, is_reverse},
    Property{"flex-flow", apply_flow, is_reverse},
    Property{"-webkit-flex-flow", apply_flow, is_reverse},
    Property{"-ms-flex-flow", apply_flow, is_reverse},
    Property{"-webkit-box-direction", [](std::string_view value, Placement& out) { out.reversed = value == "reverse"; },
             is_reverse},
    Property{"transform", apply_transform, may_turn},
    Property{"-webkit-transform", apply_transform, may_turn},
    Property{"-ms-transform", apply_transform, may_turn},
    Property{"translate", apply_translate, is_away},
    Property{"scale",
             [](std::string_view value, Placement& out) {
               if (value.starts_with('-')) out.mirrored = true;
             },
             is_backward},
    Property{"caption-side",
             [](std::string_view value, Placement& out) {
               constexpr int kBehindAllSections = 4;
               if (value == "bottom") out.order = kBehindAllSections;
             },
             always},
    Property{"grid-row", apply_row, is_away},
    Property{"grid-row-start", apply_row, is_away},
    Property{"grid-column", apply_column, is_away},
    Property{"grid-column-start", apply_column, is_away},
    Property{"grid-area", apply_area, always},
    Property{"grid-template-columns", [](std::string_view value, Placement& out) { out.columns = count_tracks(value); },
             never},
    Property{"grid-template-rows", [](std::string_view value, Placement& out) { out.rows = count_tracks(value); },
             never},
    // Blocks stand beside each other there; what is inside one is read as it is.
    Property{"writing-mode",
             [](std::string_view value, Placement& out) {
               if (!value.starts_with("vertical") && value != "tb-rl") return;
               out.box = BoxKind::flex;
               out.reversed = value != "vertical-lr";
             },
             always},
    Property{"grid-template-areas", [](std::string_view value, Placement& out) { out.areas = value; }, never},
    Property{"grid-auto-flow",
             [](std::string_view value, Placement& out) { out.by_column = value.starts_with("column"); },
             [](std::string_view value) { return value.starts_with("column"); }},
};

// Most declarations are of colours and fonts; a glance at the ends of a name tells them.
constexpr size_t mark_of(std::string_view name) {
  if (name.empty()) return 0;
  return (static_cast<unsigned char>(name.front()) * 7U + static_cast<unsigned char>(name.back()) * 5U +
          name.size() * 31U) %
         256U;
}
constexpr auto kMarks = [] {
  std::array<bool, 256> out{};
  for (const Property& property : kProperties) out[mark_of(property.name)] = true;
  return out;
}();

const Property* property_of(std::string_view name) {
  if (!kMarks[mark_of(name)]) return nullptr;
  const auto* const found = std::find_if(kProperties.begin(), kProperties.end(),
                                         [name](const Property& property) { return property.name == name; });
  return found == kProperties.end() ? nullptr : found;
}

}  // namespace

std::optional<float> pixels(std::string_view value) {
  value.remove_prefix(std::min(value.find_first_not_of(kSpace), value.size()));
  if (value.starts_with("calc(")) value.remove_prefix(5);
  const bool below = value.starts_with('-');
  if (below || value.starts_with('+')) value.remove_prefix(1);
  // CSS Syntax 3, 4.3.12; nobody writes lengths with exponents.
  float number = 0, step = 1;
  bool has_digits = false, in_fraction = false;
  size_t at = 0;
  for (; at < value.size(); at++) {
    const char c = value[at];
    if (c == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    has_digits = true;
    if (in_fraction) step /= 10;
    number = in_fraction ? number + step * static_cast<float>(c - '0') : number * 10 + static_cast<float>(c - '0');
  }
  if (!has_digits) return std::nullopt;
  value.remove_prefix(at);
  const auto* const unit =
      std::find_if(kUnits.begin(), kUnits.end(), [value](const Unit& row) { return value.starts_with(row.name); });
  if (unit != kUnits.end()) number *= unit->pixels;
  return std::clamp(below ? -number : number, -kFarthest, kFarthest);
}

void apply_placement(std::string_view name, std::string_view value, Placement& out) {
  if (const Property* const property = property_of(name)) property->apply(value, out);
}

bool may_move(std::string_view name, std::string_view value) {
  const Property* const property = property_of(name);
  return property != nullptr && property->moves(value);
}

void Placement::apply(const Placement& later) {
  if (later.box != BoxKind::unset) box = later.box;
  take(column, later.column);
  take(reversed, later.reversed);
  take(order, later.order);
  take(floats, later.floats);
  take(clears, later.clears);
  take(position, later.position);
  for (const auto side :
       {&Placement::left, &Placement::right, &Placement::top, &Placement::bottom, &Placement::margin_left,
        &Placement::margin_right, &Placement::margin_top, &Placement::margin_bottom, &Placement::width,
        &Placement::height, &Placement::shift_x, &Placement::shift_y, &Placement::own_shift_x, &Placement::own_shift_y})
    take(this->*side, later.*side);
  take(mirrored, later.mirrored);
  take(row, later.row);
  take(column_line, later.column_line);
  take(columns, later.columns);
  take(rows, later.rows);
  take(by_column, later.by_column);
  if (!later.area.empty()) area = later.area;
  if (!later.areas.empty()) areas = later.areas;
}

}  // namespace postern::extract
