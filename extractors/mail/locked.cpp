#include "extractors/mail/locked.h"

#include <algorithm>

namespace postern::extract {
namespace {

constexpr size_t kNone = std::string_view::npos;

constexpr std::array<std::string_view, kLockedTypes.size()> kPrograms = {"openssl enc", "age",  "KeePass",  "AES Crypt",
                                                                         "AxCrypt",     "LUKS", "BitLocker"};

// At the beginning of a line, behind marks of a quotation, the indentation of YAML or a tag.
bool begins_line(std::string_view text, size_t at) {
  const size_t before = text.substr(0, at).find_last_not_of(" \t");
  return before == kNone || text[before] == '\n' || text[before] == '\r' || text[before] == '>';
}

size_t count_of(std::string_view text, bool (*fits)(char)) {
  return static_cast<size_t>(std::find_if_not(text.begin(), text.end(), fits) - text.begin());
}

bool is_digit64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// base64 of "Salted__", a salt and a block. Tokens in addresses begin alike: they stand in no line of their own.
bool is_openssl(std::string_view text, size_t at) {
  constexpr size_t kLeastDigits = 43;
  return begins_line(text, at) && count_of(text.substr(at), is_digit64) >= kLeastDigits;
}

bool is_age(std::string_view text, size_t at) {
  return begins_line(text, at);
}

// "$ANSIBLE_VAULT;1.1;AES256", a line end, and lines of hexadecimal digits.
bool is_ansible(std::string_view text, size_t at) {
  constexpr size_t kLongestHeader = 200, kLeastDigits = 32;
  const std::string_view head = text.substr(at, kLongestHeader);
  const size_t line = head.find('\n');
  if (line == kNone || !begins_line(text, at)) return false;
  const std::string_view body = text.substr(at + line);
  const size_t first = body.find_first_not_of(" \t\r\n");
  return first != kNone && count_of(body.substr(first), is_hex) >= kLeastDigits;
}

// "ENC[AES256_GCM,data:...,iv:".
bool is_sops(std::string_view text, size_t at) {
  constexpr std::string_view kData = "data:";
  const std::string_view data = text.substr(text.find(kData, at) + kData.size());
  return data.substr(count_of(data, is_digit64)).starts_with(",iv:");
}

struct Mark {
  std::string_view letters;
  bool (*fits)(std::string_view text, size_t at);
  std::string_view program;
};
constexpr std::array kMarks = {
    Mark{"U2FsdGVkX1", is_openssl, "openssl enc"}, Mark{"-----BEGIN AGE ENCRYPTED FILE-----", is_age, "age"},
    Mark{"$ANSIBLE_VAULT;", is_ansible, "Ansible Vault"}, Mark{"ENC[AES256_GCM,data:", is_sops, "SOPS"}};

}  // namespace

std::string_view locking_program(std::string_view mime) {
  const auto found = std::find(kLockedTypes.begin(), kLockedTypes.end(), mime);
  return found == kLockedTypes.end() ? std::string_view()
                                     : kPrograms[static_cast<size_t>(found - kLockedTypes.begin())];
}

std::string_view locked_in_text(std::string_view text) {
  for (const Mark& mark : kMarks) {
    for (size_t at = text.find(mark.letters); at != kNone; at = text.find(mark.letters, at + 1)) {
      if (mark.fits(text, at)) return mark.program;
    }
  }
  return {};
}

}  // namespace postern::extract
