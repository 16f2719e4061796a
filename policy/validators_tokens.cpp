// Secrets that programs use: how random a text is, and tokens that say what they are.
#include <array>
#include <cmath>

#include "policy/validators.h"
#include "policy/validators_subjects.h"

namespace postern::policy {

namespace {

// The value of a letter of an alphabet, 64 when it has none.
constexpr unsigned kNoValue = 64;

// RFC 4648 section 5.
constexpr unsigned base64url_value(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
  if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a') + 26;
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0') + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : kNoValue;
}

constexpr bool is_base64url(std::string_view text) {
  for (const char c : text) {
    if (base64url_value(c) == kNoValue) return false;
  }
  return !text.empty();
}

// The bytes of `text`, as many as there is room for.
std::string_view decode_base64url(std::string_view text, std::span<char> room) {
  size_t size = 0;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    bits = bits << 6 | base64url_value(c);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (size == room.size()) break;
    room[size++] = static_cast<char>(bits >> held & 0xff);
  }
  return {room.data(), size};
}

// `"alg"`, a colon and a text, with any white space JSON allows.
bool names_algorithm(std::string_view json) {
  constexpr std::string_view kKey = "\"alg\"";
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t key = json.find(kKey);
  if (key == std::string_view::npos) return false;
  const size_t colon = json.find_first_not_of(kSpace, key + kKey.size());
  if (colon == std::string_view::npos || json[colon] != ':') return false;
  const size_t value = json.find_first_not_of(kSpace, colon + 1);
  return value != std::string_view::npos && json[value] == '"';
}

// ISO 3309 (the one of zlib), by bits: values are short.
std::uint32_t crc32(std::string_view text) {
  std::uint32_t crc = 0xffff'ffff;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb8'8320U : 0U);
  }
  return ~crc;
}

}  // namespace

unsigned entropy_of(std::string_view text) {
  std::array<std::uint32_t, 256> counts{};
  for (const char c : text) counts[static_cast<unsigned char>(c)]++;
  double bits = 0;
  for (const std::uint32_t count : counts) {
    if (count > 1) bits += count * std::log2(static_cast<double>(count));
  }
  const auto size = static_cast<double>(text.size());
  return text.empty() ? 0 : static_cast<unsigned>((std::log2(size) - bits / size) * kEntropySteps);
}

namespace checks {

bool is_entropic(std::string_view text) {
  return entropy_of(text) >= kDefaultEntropy;
}

// RFC 7519, RFC 7515: header, payload and signature in base64url; the header a JSON object that names its algorithm.
bool is_jwt(std::string_view text) {
  // Headers that carry certificates are long; the algorithm is looked for in the first bytes.
  constexpr size_t kHeaderBytes = 1024;
  const size_t first = text.find('.');
  const size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
  if (second == std::string_view::npos) return false;
  const std::string_view header = text.substr(0, first);
  const std::string_view payload = text.substr(first + 1, second - first - 1);
  if (!is_base64url(header) || !is_base64url(payload) || !is_base64url(text.substr(second + 1))) return false;
  std::array<char, kHeaderBytes> room{};
  const std::string_view json = decode_base64url(header, room);
  return json.starts_with('{') && (json.size() == room.size() || json.ends_with('}')) && names_algorithm(json);
}

// GitHub, "Behind GitHub's new authentication token formats" (2021): after the prefix 30 characters and their CRC-32 in
// six digits to base 62. npm's tokens are made alike.
bool is_github_token(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  constexpr size_t kRandom = 30;
  constexpr size_t kCheck = 6;
  const size_t prefix = text.rfind('_');
  if (prefix == std::string_view::npos || text.size() - prefix - 1 != kRandom + kCheck) return false;
  const std::string_view random = text.substr(prefix + 1, kRandom);
  std::uint32_t crc = crc32(random);
  for (size_t i = text.size(); i-- > text.size() - kCheck; crc /= 62) {
    if (text[i] != kDigits[crc % 62]) return false;
  }
  return true;
}

}  // namespace checks

}  // namespace postern::policy
