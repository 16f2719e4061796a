#include "extractors/encoded_words.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace postern::extract {
namespace {

constexpr std::array<bool, 256> alphabet() {
  std::array<bool, 256> out{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")) {
    out[static_cast<unsigned char>(c)] = true;
  }
  return out;
}
constexpr std::array<bool, 256> kBase64 = alphabet();

// A blank in the eight bytes in front of `at` or the eight from there on, which no word has in its midst.
bool has_blank_around(std::string_view text, size_t at) {
  constexpr size_t kWord = 8;
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighs = 0x8080808080808080, kBlanks = kOnes * ' ';
  if (at < kWord || text.size() - at < kWord) return false;
  std::uint64_t words[2];
  std::memcpy(words, text.data() + at - kWord, sizeof words);
  const auto has_zero = [](std::uint64_t word) { return ((word - kOnes) & ~word & kHighs) != 0; };
  return has_zero(words[0] ^ kBlanks) || has_zero(words[1] ^ kBlanks);
}

bool holds_long_word(std::string_view text) {
  if (text.size() < kLeastPiece) return false;
  for (size_t at = next_base64(text, 0); at < text.size();) {
    size_t begin = at, end = at;
    while (begin > 0 && is_base64_digit(text[begin - 1])) begin--;
    while (end < text.size() && is_base64_digit(text[end])) end++;
    if (end - begin >= kLeastPiece) return true;
    at = next_base64(text, end);
  }
  return false;
}

}  // namespace

bool is_base64_digit(char c) {
  return kBase64[static_cast<unsigned char>(c)];
}

size_t next_base64(std::string_view text, size_t from) {
  // A word of kLeastPiece digits covers one of every kStride characters, eight bytes from either end.
  constexpr size_t kStride = kLeastPiece - 16;
  size_t at = (from + kStride - 1) / kStride * kStride;
  while (at < text.size() && (!is_base64_digit(text[at]) || has_blank_around(text, at))) at += kStride;
  return std::min(at, text.size());
}

void EncodedWords::see(std::string_view text) {
  constexpr size_t kLastPiece = 80;
  const bool holds = holds_long_word(text);
  if (!holds && !goes_on_) return;
  if (!holds) text = text.substr(0, kLastPiece);
  goes_on_ = holds;
  if (text_.size() + text.size() >= kMostEncodedWords) {
    cut_ = true;
    return;
  }
  text_ += text;
  if (!text.ends_with('\n')) text_ += '\n';
}

}  // namespace postern::extract
