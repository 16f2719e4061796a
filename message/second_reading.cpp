#include "message/second_reading.h"

#include <algorithm>
#include <array>

namespace postern {

namespace {

using namespace std::string_view_literals;

// docs/formats.md names each where it says what is read a second time.
constexpr std::array kWhole = {"across quote marks"sv,
                               "across places"sv,
                               "in the order of display"sv,
                               "beside each other"sv,
                               "shown and hidden text of a line"sv,
                               "as Outlook shows it"sv,
                               "as printed"sv,
                               "with the rules of some programs or screens"sv};
constexpr std::array kEndings = {"without tags"sv, "without markup"sv, "without escapes"sv};

}  // namespace

bool is_second_reading(std::string_view at) {
  if (at.empty()) return false;
  return std::find(kWhole.begin(), kWhole.end(), at) != kWhole.end() || at.starts_with("read as ") ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view end) { return at.ends_with(end); });
}

}  // namespace postern
