#include "message/address.h"

#include <algorithm>

#include <idn2.h>

namespace postern {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0x80) != 0; });
}

}  // namespace

std::string Address::to_string() const {
  return domain.empty() ? local : local + "@" + domain;
}

std::string Address::key() const {
  return lowered(local) + (domain.empty() ? "" : "@" + domain);
}

std::optional<std::string> normal_domain(std::string_view domain) {
  if (!domain.empty() && domain.back() == '.') domain.remove_suffix(1);
  if (domain.empty() || domain.size() > 1024) return std::nullopt;
  const bool bad = std::any_of(domain.begin(), domain.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '@' || c == '<' || c == '>';
  });
  if (bad || domain.front() == '.' || domain.find("..") != std::string_view::npos) return std::nullopt;
  if (is_ascii(domain)) return lowered(domain);
  char* ascii = nullptr;
  const std::string copy(domain);
  if (idn2_to_ascii_8z(copy.c_str(), &ascii, IDN2_NONTRANSITIONAL) != IDN2_OK) return std::nullopt;
  std::string out = lowered(ascii);
  idn2_free(ascii);
  return out;
}

std::optional<Address> parse_address(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  if (!text.empty() && text.front() == '<') {
    if (text.back() != '>') return std::nullopt;
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty()) return Address{};
  // RFC 5321 4.1.2, A-d-l: a source route "@a,@b:" is accepted and ignored.
  if (text.front() == '@') {
    const size_t colon = text.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  if (text.size() > 2048 || text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos)
    return std::nullopt;
  Address out;
  const size_t at = text.rfind('@');
  std::string_view local = text.substr(0, at);
  if (at != std::string_view::npos) {
    auto domain = normal_domain(text.substr(at + 1));
    if (!domain) return std::nullopt;
    out.domain = std::move(*domain);
  }
  if (local.size() >= 2 && local.front() == '"' && local.back() == '"') {
    local = local.substr(1, local.size() - 2);
    for (size_t i = 0; i < local.size(); i++) {
      if (local[i] == '\\' && i + 1 < local.size()) i++;
      out.local.push_back(local[i]);
    }
  } else {
    out.local = local;
  }
  if (out.local.empty()) return std::nullopt;
  return out;
}

bool domain_matches(std::string_view pattern, std::string_view domain) {
  if (pattern.empty()) return false;
  if (pattern.front() == '.') return domain.size() > pattern.size() && domain.ends_with(pattern);
  return pattern == domain;
}

}  // namespace postern
