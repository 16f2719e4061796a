#include "policy/notice_words.h"

#include <algorithm>
#include <array>

#include "policy/views.h"

namespace postern::policy {

namespace {

using namespace std::string_view_literals;

// Beginnings of words; what follows is an ending.
constexpr std::array kStems = {"confiden"sv,  "confidenz"sv,   "vertraulich"sv, "vertrouwelijk"sv, "konfident"sv,
                               "fortrolig"sv, "riservat"sv,    "poufn"sv,       "důvěrn"sv,        "конфиденциальн"sv,
                               "privileg"sv,  "proprietary"sv, "机密"sv,        "保密"sv,          "機密"sv};
constexpr std::array kBeside = {"strictly"sv, "highly"sv, "legally"sv,     "private"sv,       "and"sv,
                                "or"sv,       "notice"sv, "streng"sv,      "und"sv,           "et"sv,
                                "y"sv,        "e"sv,      "strictement"sv, "aviso"sv,         "de"sv,
                                "avis"sv,     "och"sv,    "og"sv,          "estrictamente"sv, "information"sv};
constexpr size_t kLongestEnding = 10;  // "confiden|tiality"

bool is_secrecy(std::string_view word) {
  return std::any_of(kStems.begin(), kStems.end(), [&](std::string_view stem) {
    return word.starts_with(stem) && word.size() <= stem.size() + kLongestEnding;
  });
}

}  // namespace

bool is_notice_word(std::string_view text) {
  constexpr size_t kLongest = 100;
  if (text.size() > kLongest) return false;
  const std::string folded = folded_word(text);
  bool secrecy = false;
  for (std::string_view rest = folded; !rest.empty();) {
    const size_t end = rest.find_first_of(" \n\t");
    const std::string_view word = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (word.empty()) continue;
    if (is_secrecy(word)) {
      secrecy = true;
    } else if (std::find(kBeside.begin(), kBeside.end(), word) == kBeside.end()) {
      return false;
    }
  }
  return secrecy;
}

}  // namespace postern::policy
