// Numbers that are spelled digit by digit in words: "four nine two nine".
#include <algorithm>
#include <array>
#include <optional>

#include "policy/decode_finders.h"
#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

// Shorter ones are counted aloud; account and card numbers are longer.
constexpr size_t kLeastDigits = 8;
// Between two of them; a line end may have indentation.
constexpr size_t kMostBetween = 8;

struct DigitWord {
  std::string_view word;
  char digit;
};
// In English, German, French and Spanish.
constexpr std::array<DigitWord, 48> kDigitWords = {{
    {"zero", '0'},   {"oh", '0'},     {"nought", '0'}, {"one", '1'},   {"two", '2'},    {"three", '3'}, {"four", '4'},
    {"five", '5'},   {"six", '6'},    {"seven", '7'},  {"eight", '8'}, {"nine", '9'},   {"null", '0'},  {"eins", '1'},
    {"zwei", '2'},   {"zwo", '2'},    {"drei", '3'},   {"vier", '4'},  {"fünf", '5'},   {"fuenf", '5'}, {"sechs", '6'},
    {"sieben", '7'}, {"acht", '8'},   {"neun", '9'},   {"zéro", '0'},  {"un", '1'},     {"une", '1'},   {"deux", '2'},
    {"trois", '3'},  {"quatre", '4'}, {"cinq", '5'},   {"sept", '7'},  {"huit", '8'},   {"neuf", '9'},  {"cero", '0'},
    {"uno", '1'},    {"una", '1'},    {"dos", '2'},    {"tres", '3'},  {"cuatro", '4'}, {"cinco", '5'}, {"seis", '6'},
    {"siete", '7'},  {"ocho", '8'},   {"nueve", '9'},  {"niner", '9'}, {"ein", '1'},    {"fife", '5'},
}};
constexpr size_t kLongestDigitWord = 6;

std::optional<char> digit_of(std::string_view word) {
  if (word.size() == 1 && is_ascii_digit(word[0])) return word[0];
  if (word.size() > kLongestDigitWord) return std::nullopt;
  const auto same = [](char written, char letter) {
    return written == letter || (written >= 'A' && written <= 'Z' && written - 'A' + 'a' == letter);
  };
  for (const DigitWord& one : kDigitWords) {
    if (std::equal(word.begin(), word.end(), one.word.begin(), one.word.end(), same)) return one.digit;
  }
  return std::nullopt;
}

size_t end_of_word(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && is_word_char(next_code_point(text, end))) at = end;
  return at;
}

// What stands between two digits; the end of it, or `at` when it is something else.
size_t end_of_between(std::string_view text, size_t at) {
  constexpr std::string_view kBetween = " \t\n-_.,;:/|>";
  size_t end = at;
  while (end < text.size() && kBetween.find(text[end]) != std::string_view::npos) end++;
  return end - at <= kMostBetween ? end : at;
}

}  // namespace

void find_number_words(std::string_view text, const ByteRange& piece, Decoded& out) {
  text = text.substr(0, piece.end);
  for (size_t at = piece.begin; at < text.size();) {
    const size_t first_end = end_of_word(text, at);
    if (first_end == at) {
      next_code_point(text, at);
      continue;
    }
    const size_t begin = at;
    size_t end = at;
    size_t words = 0;
    out.bytes.clear();
    for (size_t word_end = first_end;;) {
      const std::optional<char> digit = digit_of(text.substr(at, word_end - at));
      if (!digit) break;
      out.bytes += *digit;
      words += word_end - at > 1 ? 1U : 0U;
      end = word_end;
      at = end_of_between(text, end);
      if (at == end) break;
      word_end = end_of_word(text, at);
      if (word_end == at) break;
    }
    if (out.bytes.empty()) {
      at = first_end;
      continue;
    }
    at = end;
    if (out.bytes.size() < kLeastDigits || 2 * words < out.bytes.size()) continue;
    if (!out.begin_window(Encoding::number_words, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)}))
      return;
    out.replace(out.bytes, end - begin);
    out.end_window();
  }
}

}  // namespace postern::policy
