#include "message/address_forms.h"

#include <algorithm>

namespace postern {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// RFC 3629: no overlong form, no half of a surrogate pair, nothing past U+10FFFF.
bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto at = [&](size_t n) { return i + n < text.size() ? static_cast<unsigned char>(text[i + n]) : 0U; };
    const auto between = [&](size_t n, unsigned least, unsigned most) { return at(n) >= least && at(n) <= most; };
    const unsigned lead = at(0);
    if (lead < 0x80) {
      i += 1;
    } else if (lead >= 0xC2 && lead <= 0xDF && between(1, 0x80, 0xBF)) {
      i += 2;
    } else if (lead >= 0xE0 && lead <= 0xEF && between(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF) &&
               between(2, 0x80, 0xBF)) {
      i += 3;
    } else if (lead >= 0xF0 && lead <= 0xF4 && between(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF) &&
               between(2, 0x80, 0xBF) && between(3, 0x80, 0xBF)) {
      i += 4;
    } else {
      return false;
    }
  }
  return true;
}

// RFC 5322 3.2.3, and RFC 6531.
bool is_atext(char c) {
  return is_letter_or_digit(c) ||
         (c != '\0' && std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos);
}

// Takes the local part off the front, quotes included.
bool take_local(std::string_view& text) {
  size_t end = 0;
  if (!text.starts_with('"')) {
    while (end < text.size() && (is_atext(text[end]) || text[end] == '.')) end++;
    text.remove_prefix(end);
    return end > 0;
  }
  for (end = 1; end < text.size() && text[end] != '"'; end++) {
    if (text[end] == '\\') end++;
    if (end == text.size() || static_cast<unsigned char>(text[end]) < 0x20 || text[end] == 0x7F) return false;
    if (std::string_view("@%!:").find(text[end]) != std::string_view::npos) return false;
  }
  if (end == text.size() || end == 1) return false;
  text.remove_prefix(end + 1);
  return true;
}

bool is_plain_domain(std::string_view text) {
  if (text.starts_with('[')) {
    return text.size() > 2 && text.ends_with(']') && std::all_of(text.begin() + 1, text.end() - 1, [](char c) {
             return is_letter_or_digit(c) || c == '.' || c == ':' || c == '-';
           });
  }
  if (text.ends_with('.')) text.remove_suffix(1);
  const auto fits = [](char c) { return is_letter_or_digit(c) || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

bool is_plain_mailbox(std::string_view text) {
  if (text.starts_with('<')) {
    if (!text.ends_with('>')) return false;
    text = text.substr(1, text.size() - 2);
  }
  if (!is_utf8(text) || !take_local(text)) return false;
  return text.empty() || (text.front() == '@' && is_plain_domain(text.substr(1)));
}

std::optional<Address> routed_address(const Address& address) {
  const std::string_view local = address.local;
  std::string_view user, host;
  if (const size_t at = local.rfind('@'); at != std::string_view::npos) {
    user = local.substr(0, at);
    host = local.substr(at + 1);
  } else if (const size_t bang = local.find('!'); bang != std::string_view::npos) {
    host = local.substr(0, bang);
    user = local.substr(bang + 1);
  } else if (const size_t percent = local.rfind('%'); percent != std::string_view::npos) {
    user = local.substr(0, percent);
    host = local.substr(percent + 1);
  }
  auto domain = normal_domain(host);
  if (user.empty() || !domain) return std::nullopt;
  return Address{std::string(user), std::move(*domain)};
}

}  // namespace postern
