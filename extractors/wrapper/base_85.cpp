#include "extractors/wrapper/base_85.h"

#include <algorithm>
#include <cstdint>

namespace postern::extract {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kDigits = 5, kBytes = 4;  // of a group

// A group of up to five digits gives a byte less than it has digits, highest first.
class Groups {
 public:
  // False when the number is more than four bytes hold.
  bool add(unsigned digit) {
    value_ = value_ * 85 + digit;
    if (++count_ < kDigits) return true;
    const bool fits = value_ <= 0xFFFFFFFF;
    put(kBytes);
    return fits;
  }
  void zeros() { bytes_.append(kBytes, '\0'); }
  bool at_border() const { return count_ == 0; }
  // A group that breaks off is filled with the highest digit.
  std::string finish() {
    const size_t had = count_;
    if (had > 1) {
      while (count_ < kDigits) {
        value_ = value_ * 85 + 84;
        count_++;
      }
      put(had - 1);
    }
    return std::move(bytes_);
  }

 private:
  void put(size_t bytes) {
    for (size_t i = 0; i < bytes; i++) bytes_ += static_cast<char>(value_ >> (kBytes - 1 - i) * 8 & 0xFF);
    value_ = count_ = 0;
  }

  std::string bytes_;
  std::uint64_t value_ = 0;
  size_t count_ = 0;
};

int git_digit(char c) {
  constexpr std::string_view kAlphabet =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
  const size_t at = kAlphabet.find(c);
  return at == kNone ? -1 : static_cast<int>(at);
}

// "A" is 1, "z" 52.
size_t git_length(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<size_t>(c - 'A') + 1;
  return c >= 'a' && c <= 'z' ? static_cast<size_t>(c - 'a') + 27 : 0;
}

}  // namespace

std::string bytes_of_base32(std::string_view digits) {
  while (digits.ends_with('=')) digits.remove_suffix(1);
  std::string out;
  std::uint64_t held = 0;
  unsigned bits = 0;
  const bool small = !digits.empty() && std::any_of(digits.begin(), digits.end(), [](char c) { return c >= 'a'; });
  const char first = small ? 'a' : 'A';
  for (const char c : digits) {
    const bool letter = c >= first && c <= first + 25;
    if (!letter && (c < '2' || c > '7')) return {};
    held = (held << 5 | static_cast<std::uint64_t>(letter ? c - first : c - '2' + 26)) & 0xFFFF;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>(held >> bits & 0xFF);
  }
  return out;
}

std::string next_ascii85(std::string_view text, size_t& from) {
  constexpr std::string_view kBegin = "<~", kEnd = "~>";
  from = text.find(kBegin, from);
  if (from == kNone) return {};
  const size_t begin = from + kBegin.size();
  from = begin;
  Groups groups;
  for (size_t at = begin; at < text.size(); at++) {
    const char c = text[at];
    if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
    if (c == 'z' && groups.at_border()) {
      groups.zeros();
    } else if (c >= '!' && c <= 'u') {
      if (!groups.add(static_cast<unsigned>(c - '!'))) return {};
    } else if (text.substr(at).starts_with(kEnd)) {
      from = at + kEnd.size();
      return groups.finish();
    } else {
      return {};
    }
  }
  // Without an end in all of the text none begins later either.
  from = kNone;
  return {};
}

std::string next_git_literal(std::string_view text, size_t& from) {
  constexpr std::string_view kMark = "GIT binary patch", kLiteral = "\nliteral ";
  if (from == 0) from = text.find(kMark);
  if (from == kNone) return {};
  from = text.find(kLiteral, from);
  if (from == kNone) return {};
  size_t at = std::min(text.find('\n', from + 1), text.size());
  std::string out;
  while (at < text.size()) {
    std::string_view line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
    at += 1 + line.size();
    if (line.ends_with('\r')) line.remove_suffix(1);
    const size_t length = line.empty() ? 0 : git_length(line[0]);
    if (length == 0 || line.size() - 1 != (length + kBytes - 1) / kBytes * kDigits) break;
    Groups groups;
    bool fits = true;
    for (const char c : line.substr(1)) {
      const int digit = git_digit(c);
      fits = fits && digit >= 0 && groups.add(static_cast<unsigned>(digit));
    }
    if (!fits) break;
    out += groups.finish().substr(0, length);
  }
  from = at;
  return out;
}

}  // namespace postern::extract
