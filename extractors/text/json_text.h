// JSON and notebooks (.ipynb) as people read them: strings without quotes and escapes.
//
// A reader of the second look: the text as it stands is told elsewhere. Every string, number and word is on a line of
// its own, behind its key ("name: value"). What is no JSON is read as far as it makes sense; nothing here recurses.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

// Programs for notebooks show the strings of a list as one text, and results in HTML as pages.
enum class JsonStyle { plain, notebook };

struct JsonText {
  std::string text;
  std::vector<std::string> pages;  // HTML of a notebook's outputs
};

inline constexpr size_t kMostNotebookPages = 1000;  // further ones stay text only

// The text holds an escape, without which JSON reads as it stands.
bool has_json_escapes(std::string_view utf8);
JsonText text_of_json(std::string_view utf8, JsonStyle style);

// "caf\u00e9" and "\u{1F600}" as JavaScript, Java, Python and .properties files write it: the text with
// them decoded; "" when it has none.
std::string without_unicode_escapes(std::string_view utf8);

}  // namespace postern::extract
