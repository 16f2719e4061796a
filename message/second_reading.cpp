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
// Of a page of a PDF: "p. 4, by columns".
constexpr std::array kOfPages = {", by columns"sv, ", words joined"sv,   ", right to left"sv,
                                 ", as drawn"sv,   ", letters joined"sv, ", by place"sv};

}  // namespace

bool is_second_reading(std::string_view at) {
  if (at.empty()) return false;
  const auto ends = [at](std::string_view end) { return at.ends_with(end); };
  if (at.starts_with("p. ")) return std::any_of(kOfPages.begin(), kOfPages.end(), ends);
  if (at.find('!') != std::string_view::npos) return false;  // a cell: senders name their sheets
  return std::find(kWhole.begin(), kWhole.end(), at) != kWhole.end() || at.starts_with("read as ") ||
         std::any_of(kEndings.begin(), kEndings.end(), ends);
}

}  // namespace postern
