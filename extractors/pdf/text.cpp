#include "extractors/pdf/text.h"

#include <algorithm>
#include <array>

#include "extractors/xml/code_point.h"

namespace postern::extract::pdf {

namespace {

constexpr std::array<std::string_view, 7> kLigatures = {"ff", "fi", "fl", "ffi", "ffl", "st", "st"};
constexpr char32_t kFirstLigature = 0xFB00;
constexpr char32_t kSoftHyphen = 0xAD;

bool is_direction_mark(char32_t c) {
  return c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t';
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

size_t characters(std::string_view utf8) {
  return static_cast<size_t>(std::count_if(utf8.begin(), utf8.end(), begins_character));
}

struct Words {
  size_t all = 0;
  size_t single = 0;  // of one character
};

Words count_words(std::string_view text) {
  Words out;
  size_t letters = 0;  // of the word so far
  bool in_word = false;
  const auto end_word = [&] {
    if (in_word) out.all++;
    if (in_word && letters == 1) out.single++;
    in_word = false;
    letters = 0;
  };
  for (const char c : text) {
    if (is_blank(c)) {
      end_word();
    } else {
      in_word = true;
      if (begins_character(c)) letters++;
    }
  }
  end_word();
  return out;
}

}  // namespace

std::string to_text(std::basic_string_view<unsigned short> utf16) {
  std::string out;
  out.reserve(utf16.size() + utf16.size() / 8);
  for (size_t i = 0; i < utf16.size(); i++) {
    char32_t c = utf16[i];
    if (c < 0x80) {
      if (c != 0 && c != '\f') out.push_back(static_cast<char>(c));
      continue;
    }
    const bool high = c >= 0xD800 && c < 0xDC00;
    if (high && i + 1 < utf16.size() && utf16[i + 1] >= 0xDC00 && utf16[i + 1] < 0xE000) {
      c = 0x10000 + ((c - 0xD800) << 10) + (char32_t{utf16[++i]} - 0xDC00);
    }
    if (c == kSoftHyphen) {
      if (i + 1 < utf16.size() && utf16[i + 1] == '\n') i++;
    } else if (c >= kFirstLigature && c < kFirstLigature + kLigatures.size()) {
      out += kLigatures[c - kFirstLigature];
    } else if (!is_direction_mark(c)) {
      append_utf8(out, c);
    }
  }
  return out;
}

bool is_scattered(std::string_view text) {
  constexpr size_t kFewWords = 6;
  const Words words = count_words(text);
  return words.all >= kFewWords && words.single * 2 >= words.all;
}

std::string joined_letters(std::string_view text) {
  constexpr size_t kShortestWord = 4;
  std::string out, word;
  size_t letters = 0;
  const auto finish = [&] {
    if (letters >= kShortestWord) out.append(word).append(1, '\n');
    word.clear();
    letters = 0;
  };
  while (!text.empty()) {
    const size_t first = text.find_first_not_of(" \n\t");
    if (first == std::string_view::npos) break;
    if (first > 1) finish();
    text.remove_prefix(first);
    const std::string_view token = text.substr(0, text.find_first_of(" \n\t"));
    text.remove_prefix(token.size());
    if (characters(token) == 1) {
      word += token;
      letters++;
    } else {
      finish();
    }
  }
  finish();
  return out;
}

}  // namespace postern::extract::pdf
