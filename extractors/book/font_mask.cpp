#include "extractors/book/font_mask.h"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "extractors/lock/primitives.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr size_t kIdpfBytes = 1040, kAdobeBytes = 1024;
constexpr size_t kUuidDigits = 32;
constexpr std::array kFonts = {"\0\1\0\0"sv, "OTTO"sv, "true"sv, "ttcf"sv, "wOFF"sv, "wOF2"sv};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The bytes of "urn:uuid:0123...", "" when the identifier is none.
std::string uuid_of(std::string_view identifier) {
  if (const size_t colon = identifier.rfind(':'); colon != std::string_view::npos) identifier.remove_prefix(colon + 1);
  std::vector<int> digits;
  for (const char c : identifier) {
    if (const int digit = hex_digit(c); digit >= 0 && digits.size() <= kUuidDigits) digits.push_back(digit);
  }
  std::string out;
  if (digits.size() != kUuidDigits) return out;
  for (size_t i = 0; i < digits.size(); i += 2) out += static_cast<char>(digits[i] * 16 + digits[i + 1]);
  return out;
}

}  // namespace

bool FontMask::fits(std::string_view bytes) const {
  std::string head(bytes.substr(0, 4));
  take_off(head);
  return std::find(kFonts.begin(), kFonts.end(), head) != kFonts.end();
}

void FontMask::take_off(std::string& bytes) const {
  for (size_t i = 0; i < std::min(size_, bytes.size()); i++) {
    bytes[i] =
        static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ static_cast<unsigned char>(key_[i % key_.size()]));
  }
}

std::vector<FontMask> font_masks(std::string_view identifier) {
  std::vector<FontMask> out;
  std::string plain(identifier);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  if (plain.empty()) return out;
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  if (std::string sha1 = digest(EVP_sha1(), plain); !sha1.empty()) out.emplace_back(std::move(sha1), kIdpfBytes);
  if (std::string uuid = uuid_of(plain); !uuid.empty()) out.emplace_back(std::move(uuid), kAdobeBytes);
  return out;
}

}  // namespace postern::extract
