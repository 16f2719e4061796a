#include "extractors/story/field_code.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

// They say nothing that their results do not say.
constexpr std::array kSilent = {"PAGE"sv,   "NUMPAGES"sv, "SECTIONPAGES"sv, "SECTION"sv,      "PAGEREF"sv, "TOC"sv,
                                "SYMBOL"sv, "FORMTEXT"sv, "FORMCHECKBOX"sv, "FORMDROPDOWN"sv, "SHAPE"sv};

constexpr size_t kMostWords = 64;  // a link has at most a target, a place, a tip and a frame

bool is_space(char c) {
  return static_cast<unsigned char>(c) <= ' ';
}

// Words and quoted strings, a backslash in quotes standing for the next character.
std::vector<std::string> words_of(std::string_view code) {
  std::vector<std::string> words;
  size_t at = 0;
  while (at < code.size() && words.size() < kMostWords) {
    if (is_space(code[at])) {
      at++;
      continue;
    }
    std::string word;
    if (code[at] == '"') {
      for (at++; at < code.size() && code[at] != '"'; at++) {
        if (code[at] == '\\' && at + 1 < code.size()) at++;
        word += code[at];
      }
      at++;
    } else {
      while (at < code.size() && !is_space(code[at])) word += code[at++];
    }
    words.push_back(std::move(word));
  }
  return words;
}

bool same_letters(std::string_view word, std::string_view upper) {
  return std::equal(word.begin(), word.end(), upper.begin(), upper.end(),
                    [](char a, char b) { return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 32) : a) == b; });
}

}  // namespace

void tell_field_code(Teller& teller, std::string_view at, std::string_view code) {
  while (!code.empty() && is_space(code.front())) code.remove_prefix(1);
  while (!code.empty() && is_space(code.back())) code.remove_suffix(1);
  const std::string_view name = code.substr(0, code.find_first_of(" \t\r\n\"\\"));
  if (std::any_of(kSilent.begin(), kSilent.end(), [name](std::string_view word) { return same_letters(name, word); }) &&
      code.find('"') == std::string_view::npos) {
    return;
  }
  if (!same_letters(name, "HYPERLINK")) {
    teller.tell(Place::field, at, code);
    return;
  }
  const std::vector<std::string> words = words_of(code.substr(name.size()));
  for (size_t i = 0; i < words.size(); i++) {
    if (words[i] == "\\o" && i + 1 < words.size()) {
      teller.tell(Place::alt_text, at, words[++i]);
    } else if (!words[i].starts_with('\\') || words[i].size() > 2) {
      teller.tell(Place::link, at, words[i]);
    }
  }
}

}  // namespace postern::extract
