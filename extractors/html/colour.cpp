#include "extractors/html/colour.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

namespace postern::extract {
namespace {

struct NamedColour {
  std::string_view name;
  std::uint32_t value;
};
// clang-format off
constexpr std::array kColours = {
    NamedColour{"aliceblue", 0xf0f8ff},
    NamedColour{"antiquewhite", 0xfaebd7},
    NamedColour{"aqua", 0x00ffff},
    NamedColour{"aquamarine", 0x7fffd4},
    NamedColour{"azure", 0xf0ffff},
    NamedColour{"beige", 0xf5f5dc},
    NamedColour{"bisque", 0xffe4c4},
    NamedColour{"black", 0x000000},
    NamedColour{"blanchedalmond", 0xffebcd},
    NamedColour{"blue", 0x0000ff},
    NamedColour{"blueviolet", 0x8a2be2},
    NamedColour{"brown", 0xa52a2a},
    NamedColour{"burlywood", 0xdeb887},
    NamedColour{"cadetblue", 0x5f9ea0},
    NamedColour{"canvas", 0xffffff},
    NamedColour{"canvastext", 0x000000},
    NamedColour{"chartreuse", 0x7fff00},
    NamedColour{"chocolate", 0xd2691e},
    NamedColour{"coral", 0xff7f50},
    NamedColour{"cornflowerblue", 0x6495ed},
    NamedColour{"cornsilk", 0xfff8dc},
    NamedColour{"crimson", 0xdc143c},
    NamedColour{"cyan", 0x00ffff},
    NamedColour{"darkblue", 0x00008b},
    NamedColour{"darkcyan", 0x008b8b},
    NamedColour{"darkgoldenrod", 0xb8860b},
    NamedColour{"darkgray", 0xa9a9a9},
    NamedColour{"darkgreen", 0x006400},
    NamedColour{"darkgrey", 0xa9a9a9},
    NamedColour{"darkkhaki", 0xbdb76b},
    NamedColour{"darkmagenta", 0x8b008b},
    NamedColour{"darkolivegreen", 0x556b2f},
    NamedColour{"darkorange", 0xff8c00},
    NamedColour{"darkorchid", 0x9932cc},
    NamedColour{"darkred", 0x8b0000},
    NamedColour{"darksalmon", 0xe9967a},
    NamedColour{"darkseagreen", 0x8fbc8f},
    NamedColour{"darkslateblue", 0x483d8b},
    NamedColour{"darkslategray", 0x2f4f4f},
    NamedColour{"darkslategrey", 0x2f4f4f},
    NamedColour{"darkturquoise", 0x00ced1},
    NamedColour{"darkviolet", 0x9400d3},
    NamedColour{"deeppink", 0xff1493},
    NamedColour{"deepskyblue", 0x00bfff},
    NamedColour{"dimgray", 0x696969},
    NamedColour{"dimgrey", 0x696969},
    NamedColour{"dodgerblue", 0x1e90ff},
    NamedColour{"firebrick", 0xb22222},
    NamedColour{"floralwhite", 0xfffaf0},
    NamedColour{"forestgreen", 0x228b22},
    NamedColour{"fuchsia", 0xff00ff},
    NamedColour{"gainsboro", 0xdcdcdc},
    NamedColour{"ghostwhite", 0xf8f8ff},
    NamedColour{"gold", 0xffd700},
    NamedColour{"goldenrod", 0xdaa520},
    NamedColour{"gray", 0x808080},
    NamedColour{"green", 0x008000},
    NamedColour{"greenyellow", 0xadff2f},
    NamedColour{"grey", 0x808080},
    NamedColour{"honeydew", 0xf0fff0},
    NamedColour{"hotpink", 0xff69b4},
    NamedColour{"indianred", 0xcd5c5c},
    NamedColour{"indigo", 0x4b0082},
    NamedColour{"ivory", 0xfffff0},
    NamedColour{"khaki", 0xf0e68c},
    NamedColour{"lavender", 0xe6e6fa},
    NamedColour{"lavenderblush", 0xfff0f5},
    NamedColour{"lawngreen", 0x7cfc00},
    NamedColour{"lemonchiffon", 0xfffacd},
    NamedColour{"lightblue", 0xadd8e6},
    NamedColour{"lightcoral", 0xf08080},
    NamedColour{"lightcyan", 0xe0ffff},
    NamedColour{"lightgoldenrodyellow", 0xfafad2},
    NamedColour{"lightgray", 0xd3d3d3},
    NamedColour{"lightgreen", 0x90ee90},
    NamedColour{"lightgrey", 0xd3d3d3},
    NamedColour{"lightpink", 0xffb6c1},
    NamedColour{"lightsalmon", 0xffa07a},
    NamedColour{"lightseagreen", 0x20b2aa},
    NamedColour{"lightskyblue", 0x87cefa},
    NamedColour{"lightslategray", 0x778899},
    NamedColour{"lightslategrey", 0x778899},
    NamedColour{"lightsteelblue", 0xb0c4de},
    NamedColour{"lightyellow", 0xffffe0},
    NamedColour{"lime", 0x00ff00},
    NamedColour{"limegreen", 0x32cd32},
    NamedColour{"linen", 0xfaf0e6},
    NamedColour{"magenta", 0xff00ff},
    NamedColour{"maroon", 0x800000},
    NamedColour{"mediumaquamarine", 0x66cdaa},
    NamedColour{"mediumblue", 0x0000cd},
    NamedColour{"mediumorchid", 0xba55d3},
    NamedColour{"mediumpurple", 0x9370db},
    NamedColour{"mediumseagreen", 0x3cb371},
    NamedColour{"mediumslateblue", 0x7b68ee},
    NamedColour{"mediumspringgreen", 0x00fa9a},
    NamedColour{"mediumturquoise", 0x48d1cc},
    NamedColour{"mediumvioletred", 0xc71585},
    NamedColour{"midnightblue", 0x191970},
    NamedColour{"mintcream", 0xf5fffa},
    NamedColour{"mistyrose", 0xffe4e1},
    NamedColour{"moccasin", 0xffe4b5},
    NamedColour{"navajowhite", 0xffdead},
    NamedColour{"navy", 0x000080},
    NamedColour{"oldlace", 0xfdf5e6},
    NamedColour{"olive", 0x808000},
    NamedColour{"olivedrab", 0x6b8e23},
    NamedColour{"orange", 0xffa500},
    NamedColour{"orangered", 0xff4500},
    NamedColour{"orchid", 0xda70d6},
    NamedColour{"palegoldenrod", 0xeee8aa},
    NamedColour{"palegreen", 0x98fb98},
    NamedColour{"paleturquoise", 0xafeeee},
    NamedColour{"palevioletred", 0xdb7093},
    NamedColour{"papayawhip", 0xffefd5},
    NamedColour{"peachpuff", 0xffdab9},
    NamedColour{"peru", 0xcd853f},
    NamedColour{"pink", 0xffc0cb},
    NamedColour{"plum", 0xdda0dd},
    NamedColour{"powderblue", 0xb0e0e6},
    NamedColour{"purple", 0x800080},
    NamedColour{"rebeccapurple", 0x663399},
    NamedColour{"red", 0xff0000},
    NamedColour{"rosybrown", 0xbc8f8f},
    NamedColour{"royalblue", 0x4169e1},
    NamedColour{"saddlebrown", 0x8b4513},
    NamedColour{"salmon", 0xfa8072},
    NamedColour{"sandybrown", 0xf4a460},
    NamedColour{"seagreen", 0x2e8b57},
    NamedColour{"seashell", 0xfff5ee},
    NamedColour{"sienna", 0xa0522d},
    NamedColour{"silver", 0xc0c0c0},
    NamedColour{"skyblue", 0x87ceeb},
    NamedColour{"slateblue", 0x6a5acd},
    NamedColour{"slategray", 0x708090},
    NamedColour{"slategrey", 0x708090},
    NamedColour{"snow", 0xfffafa},
    NamedColour{"springgreen", 0x00ff7f},
    NamedColour{"steelblue", 0x4682b4},
    NamedColour{"tan", 0xd2b48c},
    NamedColour{"teal", 0x008080},
    NamedColour{"thistle", 0xd8bfd8},
    NamedColour{"tomato", 0xff6347},
    NamedColour{"turquoise", 0x40e0d0},
    NamedColour{"violet", 0xee82ee},
    NamedColour{"wheat", 0xf5deb3},
    NamedColour{"white", 0xffffff},
    NamedColour{"whitesmoke", 0xf5f5f5},
    NamedColour{"window", 0xffffff},
    NamedColour{"windowtext", 0x000000},
    NamedColour{"yellow", 0xffff00},
    NamedColour{"yellowgreen", 0x9acd32}};
// clang-format on
static_assert(std::is_sorted(kColours.begin(), kColours.end(),
                             [](const NamedColour& a, const NamedColour& b) { return a.name < b.name; }));

constexpr double kFaint = 0.06;  // an alpha of which no letter is seen

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_hex(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [](char c) { return hex(c) >= 0; });
}

Colour colour_of(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 16), static_cast<std::uint8_t>(value >> 8 & 0xFF),
          static_cast<std::uint8_t>(value & 0xFF)};
}

// The arguments of a colour function: three and an alpha, parted by spaces, commas and a slash.
struct Argument {
  double number = 0;
  bool percent = false;
};
struct Arguments {
  std::array<Argument, 4> given;
  size_t count = 0;
};
Arguments arguments_of(std::string_view text) {
  Arguments out;
  const size_t open = text.find('(');
  std::string_view rest = open == std::string_view::npos ? std::string_view{} : text.substr(open + 1);
  while (out.count < out.given.size()) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" ,/\t"), rest.size()));
    const std::string word(rest.substr(0, std::min(rest.find_first_of(" ,/)\t"), size_t{24})));
    char* end = nullptr;
    const double number = std::strtod(word.c_str(), &end);
    if (end == word.c_str() || !std::isfinite(number)) break;
    out.given[out.count++] = {number, *end == '%'};
    rest.remove_prefix(word.size());
  }
  return out;
}

std::uint8_t channel(double value) {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0));
}

// CSS Color 4, 7.1.
Colour from_hsl(double hue, double saturation, double lightness) {
  hue = std::fmod(std::fmod(hue, 360) + 360, 360);
  const auto part = [&](double n) {
    const double k = std::fmod(n + hue / 30, 12);
    const double a = saturation * std::min(lightness, 1 - lightness);
    return channel(255 * (lightness - a * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}))));
  };
  return {part(0), part(8), part(4)};
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.starts_with('#')) {
    const std::string_view digits = text.substr(1);
    if (!is_hex(digits)) return std::nullopt;
    Colour out{};
    if (digits.size() == 3 || digits.size() == 4) {
      for (size_t i = 0; i < out.size(); i++) out[i] = static_cast<std::uint8_t>(hex(digits[i]) * 17);
      return out;
    }
    if (digits.size() != 6 && digits.size() != 8) return std::nullopt;
    for (size_t i = 0; i < out.size(); i++)
      out[i] = static_cast<std::uint8_t>(hex(digits[2 * i]) * 16 + hex(digits[2 * i + 1]));
    return out;
  }
  if (text.starts_with("rgb")) {
    const Arguments arguments = arguments_of(text);
    if (arguments.count < 3) return std::nullopt;
    Colour out{};
    for (size_t i = 0; i < out.size(); i++) {
      const Argument& one = arguments.given[i];
      out[i] = channel(one.percent ? one.number * 2.55 : one.number);
    }
    return out;
  }
  if (text.starts_with("hsl")) {
    const Arguments arguments = arguments_of(text);
    if (arguments.count < 3) return std::nullopt;
    const auto& given = arguments.given;
    return from_hsl(given[0].number, std::clamp(given[1].number / 100, 0.0, 1.0),
                    std::clamp(given[2].number / 100, 0.0, 1.0));
  }
  const auto* const found =
      std::lower_bound(kColours.begin(), kColours.end(), text,
                       [](const NamedColour& row, std::string_view name) { return row.name < name; });
  if (found == kColours.end() || found->name != text) return std::nullopt;
  return colour_of(found->value);
}

std::optional<Colour> parse_attribute_colour(std::string_view text) {
  if (text.size() == 6 && is_hex(text)) return parse_colour("#" + std::string(text));
  return parse_colour(text);
}

bool is_transparent(std::string_view text) {
  if (text == "transparent") return true;
  if (text.starts_with('#') && (text.size() == 5 || text.size() == 9)) {
    const std::string_view digits = text.substr(1);
    return is_hex(digits) && (digits.size() == 4 ? hex(digits[3]) == 0 : hex(digits[6]) == 0);
  }
  if (!text.starts_with("rgb") && !text.starts_with("hsl")) return false;
  const Arguments arguments = arguments_of(text);
  const Argument& alpha = arguments.given[3];
  return arguments.count == 4 && alpha.number < (alpha.percent ? kFaint * 100 : kFaint);
}

bool hard_to_see(const Colour& text, const Colour& ground) {
  constexpr int kNear = 36;  // sum over the channels; #fefefe on white is 3, light grey captions are 100 and more
  int distance = 0;
  for (size_t i = 0; i < text.size(); i++) distance += std::abs(int{text[i]} - int{ground[i]});
  return distance <= kNear;
}

}  // namespace postern::extract
