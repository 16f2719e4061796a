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

char32_t three_bytes(std::string_view utf8) {
  const auto bits = [&](size_t at, unsigned mask) { return char32_t{static_cast<unsigned char>(utf8[at]) & mask}; };
  return bits(0, 0x0F) << 12 | bits(1, 0x3F) << 6 | bits(2, 0x3F);
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

std::string readable(std::string_view utf8) {
  // The characters at issue begin with one of these bytes; form feeds and NULs stand for themselves.
  constexpr std::string_view kLooked("\0\f\xC2\xE2\xEF", 5);
  constexpr std::string_view kSoft = "\xC2\xAD";
  std::string out;
  out.reserve(utf8.size());
  while (!utf8.empty()) {
    const size_t plain = std::min(utf8.find_first_of(kLooked), utf8.size());
    out.append(utf8.substr(0, plain));
    utf8.remove_prefix(plain);
    if (utf8.empty()) break;
    if (utf8.front() == '\0' || utf8.front() == '\f') {
      utf8.remove_prefix(1);
      continue;
    }
    if (utf8.starts_with(kSoft)) {
      utf8.remove_prefix(kSoft.size());
      if (utf8.starts_with('\n')) utf8.remove_prefix(1);
      continue;
    }
    const size_t size = std::min<size_t>(utf8.front() == '\xC2' ? 2 : 3, utf8.size());
    const std::string_view character = utf8.substr(0, size);
    utf8.remove_prefix(size);
    const char32_t c = size == 3 ? three_bytes(character) : 0;
    if (c >= kFirstLigature && c < kFirstLigature + kLigatures.size()) {
      out += kLigatures[c - kFirstLigature];
    } else if (!is_direction_mark(c)) {
      out += character;
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
