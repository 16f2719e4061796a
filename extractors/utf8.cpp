#include "extractors/utf8.h"

#include <cstdint>
#include <cstring>

namespace postern::extract {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_continuation(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

// The table 3-7 of the Unicode standard: the range of the second byte is what excludes overlong forms,
// surrogates and values past U+10FFFF.
struct Lead {
  size_t length = 0;  // 0: no lead byte
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2, 0x80, 0xBF};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3, 0x80, 0xBF};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4, 0x80, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {};
}

struct Step {
  size_t bytes;
  bool valid;
};

// The sequence at the start of non-ASCII `bytes`: a character, or the maximal subpart of an ill-formed one.
Step step(std::string_view bytes) {
  const auto at = [bytes](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const Lead lead = lead_of(at(0));
  if (lead.length == 0) return {1, false};
  if (bytes.size() < 2 || at(1) < lead.low || at(1) > lead.high) return {1, false};
  size_t n = 2;
  while (n < lead.length) {
    if (n >= bytes.size() || !is_continuation(at(n))) return {n, false};
    n++;
  }
  return {n, true};
}

size_t ascii_prefix(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;
  size_t i = 0;
  for (; i + 4 * sizeof(std::uint64_t) <= bytes.size(); i += 4 * sizeof(std::uint64_t)) {
    std::uint64_t words[4];
    std::memcpy(words, bytes.data() + i, sizeof words);
    if (((words[0] | words[1] | words[2] | words[3]) & kHighBits) != 0) break;
  }
  while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) i++;
  return i;
}

}  // namespace

size_t valid_utf8_prefix(std::string_view bytes) {
  size_t at = ascii_prefix(bytes);
  while (at < bytes.size()) {
    if (static_cast<unsigned char>(bytes[at]) < 0x80) {
      at += ascii_prefix(bytes.substr(at));
      continue;
    }
    const Step next = step(bytes.substr(at));
    if (!next.valid) return at;
    at += next.bytes;
  }
  return at;
}

std::string to_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t good = valid_utf8_prefix(bytes);
    out += bytes.substr(0, good);
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out += kReplacement;
    bytes.remove_prefix(step(bytes).bytes);
  }
  return out;
}

size_t character_cut(std::string_view utf8, size_t at) {
  if (at >= utf8.size()) return utf8.size();
  while (at > 0 && is_continuation(static_cast<unsigned char>(utf8[at]))) at--;
  return at;
}

}  // namespace postern::extract
