#include "policy/patterns/class_probe.h"

#include <cctype>
#include <memory>
#include <optional>

#include <unicode/uset.h>

#include "policy/views_unicode.h"

namespace postern::policy {

namespace {

void append_hex(std::string& out, size_t c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\x";
  out += kHex[c >> 4];
  out += kHex[c & 15];
}

constexpr std::string_view kBeyondAscii = "\\x{80}-\\x{10ffff}";
// Case and its exceptions are known below that.
constexpr char32_t kLastKnown = 0x2bff;
constexpr char32_t kFirstMark = 0x2000;

void append_character(std::string& out, char32_t c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  for (; c != 0; c >>= 4) digits.insert(digits.begin(), kHex[c & 15]);
  out += "\\x{" + digits + "}";
}

// `c` with all that is the same but for case.
void append_cases(std::string& out, char32_t c) {
  const std::unique_ptr<USet, decltype(&uset_close)> set(uset_open(static_cast<UChar32>(c), static_cast<UChar32>(c)),
                                                         uset_close);
  uset_closeOver(set.get(), USET_CASE_INSENSITIVE);
  for (int32_t i = 0; i < uset_getItemCount(set.get()); i++) {
    UChar32 first = 0;
    UChar32 last = 0;
    UErrorCode status = U_ZERO_ERROR;
    if (uset_getItem(set.get(), i, &first, &last, nullptr, 0, &status) != 0 || U_FAILURE(status)) continue;
    for (; first <= last; first++) {
      if (first >= 0x80) append_character(out, static_cast<char32_t>(first));
    }
  }
}

// What a character, or a class that lists characters, takes beyond ASCII. Nothing when it says more than that.
std::optional<std::string> listed_beyond_ascii(std::string_view token, bool caseless) {
  const bool is_class = token.size() > 2 && token.front() == '[';
  if (is_class) token = token.substr(1, token.size() - 2);
  if (is_class && token.front() == '^') return std::nullopt;
  std::string out;
  char32_t before = 0;
  for (size_t at = 0; at < token.size();) {
    char32_t c = next_code_point(token, at);
    const bool goes_on = is_class && at < token.size();
    if (c == '[' && goes_on && std::string_view(":.=").find(token[at]) != std::string_view::npos) return std::nullopt;
    if (c == '\\') {
      if (at >= token.size()) return std::nullopt;
      c = next_code_point(token, at);
      if (c >= 0x80) return std::nullopt;
      if (std::isalnum(static_cast<int>(c)) != 0 &&
          std::string_view("dsnrtfhv").find(static_cast<char>(c)) == std::string_view::npos)
        return std::nullopt;
      before = 0;
      continue;
    }
    if (c == '-' && goes_on && before != 0) {
      const char32_t last = next_code_point(token, at);
      if (last == '\\' || (before < 0x80) != (last < 0x80)) return std::nullopt;
      if (last >= 0x80) {
        if (before < kFirstMark || last > kLastKnown) return std::nullopt;
        for (char32_t one = before + 1; one <= last; one++) append_cases(out, one);
      }
      before = 0;
      continue;
    }
    if (c > kLastKnown) return std::nullopt;
    if (c >= 0x80 && caseless) append_cases(out, c);
    if (c >= 0x80 && !caseless) append_character(out, c);
    before = c;
  }
  return out;
}

std::string spell(const std::array<bool, 128>& takes, std::string_view beyond_ascii) {
  std::string out = "[";
  for (size_t c = 0; c < takes.size(); c++) {
    if (!takes[c]) continue;
    size_t last = c;
    while (last + 1 < takes.size() && takes[last + 1]) last++;
    append_hex(out, c);
    if (last > c) {
      out += '-';
      append_hex(out, last);
    }
    c = last;
  }
  out += beyond_ascii;
  if (out.size() == 1) return std::string(kAnyCharacter);
  return out + "]";
}

}  // namespace

std::string ClassProbe::class_for(const std::string& token, bool beyond_ascii, bool caseless) {
  const std::string key = token + (beyond_ascii ? "+" : "-") + (caseless ? "i" : "c");
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  std::array<bool, 128> takes{};
  bool ok = probe(token, takes);
  if (caseless) ok = probe("(?i)" + token, takes) && ok;
  std::string beyond;
  if (beyond_ascii) beyond = listed_beyond_ascii(token, caseless).value_or(std::string(kBeyondAscii));
  return known_.emplace(key, ok ? spell(takes, beyond) : std::string()).first->second;
}

bool ClassProbe::probe(const std::string& token, std::array<bool, 128>& takes) const {
  const auto code = Pcre::compile(token);
  if (!code) return false;
  for (size_t c = 0; c < takes.size(); c++) {
    const char text = static_cast<char>(c);
    if (code->find(std::string_view(&text, 1), 0, 0, scratch_).kind == PcreMatch::Kind::found) takes[c] = true;
  }
  return true;
}

}  // namespace postern::policy
