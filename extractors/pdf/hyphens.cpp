#include "extractors/pdf/hyphens.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <unordered_set>

#include <unicode/uchar.h>

namespace postern::extract::pdf {

namespace {

using namespace std::string_view_literals;

constexpr auto kHyphen = "\xE2\x80\x90"sv;
// "selfish" is one word as "self-made" is none.
constexpr std::array kOfCompounds = {"all"sv, "cross"sv, "ex"sv, "half"sv, "ill"sv, "non"sv, "self"sv, "well"sv};
constexpr std::array kEndings = {"ed"sv, "ing"sv, "ish"sv, "less"sv, "ness"sv};

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// The character at `begin`, which is no continuation; the text is UTF-8 of a library, and damage only makes no letter.
UChar32 character(std::string_view text, size_t begin, size_t end) {
  const auto lead = static_cast<unsigned char>(text[begin]);
  if (lead < 0x80) return lead;
  auto c = static_cast<UChar32>(lead & (0xFFU >> (end - begin + 1)));
  for (size_t i = begin + 1; i < end; i++)
    c = c << 6 | static_cast<UChar32>(static_cast<unsigned char>(text[i]) & 0x3FU);
  return c;
}

constexpr size_t kLongest = 4;  // bytes of a character

UChar32 after(std::string_view text, size_t& at) {
  const size_t begin = at++;
  while (at < text.size() && at - begin < kLongest && continues(text[at])) at++;
  return character(text, begin, at);
}

UChar32 before(std::string_view text, size_t& at) {
  const size_t end = at--;
  while (at > 0 && end - at < kLongest && continues(text[at])) at--;
  return character(text, at, end);
}

bool is_letter(UChar32 c) {
  return c > 0 && (u_isalpha(c) != 0 || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
}

struct Letters {
  std::string_view text;
  size_t count = 0;
  size_t capitals = 0;
};

void count(Letters& letters, UChar32 c) {
  letters.count++;
  if (u_isupper(c) != 0) letters.capitals++;
}

Letters letters_before(std::string_view text, size_t end) {
  Letters out;
  size_t begin = end;
  while (begin > 0) {
    size_t at = begin;
    const UChar32 c = before(text, at);
    if (!is_letter(c)) break;
    count(out, c);
    begin = at;
  }
  out.text = text.substr(begin, end - begin);
  return out;
}

Letters letters_after(std::string_view text, size_t begin) {
  Letters out;
  size_t end = begin;
  while (end < text.size()) {
    size_t at = end;
    const UChar32 c = after(text, at);
    if (!is_letter(c)) break;
    count(out, c);
    end = at;
  }
  out.text = text.substr(begin, end - begin);
  return out;
}

// The size of the hyphen that ends here, or begins; 0: none.
size_t hyphen_before(std::string_view text, size_t end) {
  const std::string_view head = text.substr(0, end);
  return head.ends_with('-') ? 1 : head.ends_with(kHyphen) ? kHyphen.size() : 0;
}

size_t hyphen_at(std::string_view text, size_t begin) {
  const std::string_view tail = text.substr(begin);
  return tail.starts_with('-') ? 1 : tail.starts_with(kHyphen) ? kHyphen.size() : 0;
}

// What numbers, addresses and file names have beside their hyphens.
bool is_mark(char c) {
  return "0123456789@/\\_#"sv.find(c) != std::string_view::npos;
}

bool stands_free_before(std::string_view text, size_t begin) {
  return begin == 0 || (hyphen_before(text, begin) == 0 && !is_mark(text[begin - 1]));
}

bool stands_free_behind(std::string_view text, size_t end) {
  return end == text.size() || (hyphen_at(text, end) == 0 && !is_mark(text[end]));
}

std::string small(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_compound(std::string_view first, std::string_view second) {
  const std::string left = small(first), right = small(second);
  return std::find(kOfCompounds.begin(), kOfCompounds.end(), left) != kOfCompounds.end() &&
         std::find(kEndings.begin(), kEndings.end(), right) == kEndings.end();
}

// "well-known" and all others with their hyphen inside a line.
std::unordered_set<std::string> compounds_in(std::string_view text) {
  std::unordered_set<std::string> out;
  for (size_t at = 0; at < text.size(); at++) {
    const size_t size = hyphen_at(text, at);
    if (size == 0) continue;
    const Letters left = letters_before(text, at), right = letters_after(text, at + size);
    if (left.count > 0 && right.count > 0) out.insert(small(left.text) + "-" + small(right.text));
    at += size - 1;
  }
  return out;
}

bool goes_on(const Letters& left, const Letters& right) {
  if (left.count < 2 || right.count < 2) return false;
  size_t at = 0;
  const bool small_letter = u_isupper(after(right.text, at)) == 0;
  return small_letter ? right.capitals == 0 : left.capitals == left.count && right.capitals == right.count;
}

}  // namespace

std::string joined_words(std::string_view text) {
  std::string out;
  std::unordered_set<std::string> given, compounds;
  bool looked = false;
  size_t at = 0;
  for (size_t line_end = text.find('\n'); line_end != std::string_view::npos; line_end = text.find('\n', at)) {
    at = line_end + 1;
    const size_t hyphen = hyphen_before(text, line_end);
    if (hyphen == 0) continue;
    const Letters first = letters_before(text, line_end - hyphen);
    if (!stands_free_before(text, line_end - hyphen - first.text.size())) continue;
    std::string word(first.text);
    Letters left = first, right = letters_after(text, at);
    const std::string_view second = right.text;
    bool whole = goes_on(left, right);
    while (whole) {
      word += right.text;
      at += right.text.size();
      const size_t next = hyphen_at(text, at);
      if (next == 0 || !text.substr(at + next).starts_with('\n')) break;
      at += next + 1;  // "confi-", "den-", "tial"
      left = right;
      right = letters_after(text, at);
      whole = goes_on(left, right);
    }
    if (!whole || !stands_free_behind(text, at) || is_compound(first.text, second)) continue;
    if (!looked) compounds = compounds_in(text);
    looked = true;
    if (compounds.contains(small(first.text) + "-" + small(second))) continue;
    if (given.insert(word).second) out.append(word).append(1, '\n');
  }
  return out;
}

}  // namespace postern::extract::pdf
