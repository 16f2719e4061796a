#include "policy/own_mailbox.h"

#include <algorithm>
#include <string>
#include <vector>

namespace postern::policy {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool separates(char c) {
  return c == '.' || c == '_' || c == '-' || (c >= '0' && c <= '9');
}

// The names in a local part, lower case, without digits and "+tag".
std::vector<std::string> names_in(std::string_view local) {
  std::vector<std::string> out;
  bool inside = false;
  for (const char c : local.substr(0, local.find('+'))) {
    if (separates(c)) {
      inside = false;
      continue;
    }
    if (!inside) out.emplace_back();
    inside = true;
    out.back().push_back(lower(c));
  }
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += name;
  return out;
}

}  // namespace

bool resembles_name(std::string_view sender_local, std::string_view recipient_local) {
  const std::vector<std::string> sender = names_in(sender_local);
  const std::string recipient = joined(names_in(recipient_local));
  if (sender.empty() || recipient.empty()) return false;
  if (sender.size() == 1) return sender[0].size() >= kMinSingleName && recipient.find(sender[0]) != std::string::npos;
  const std::string& first = sender.front();
  const std::string& last = sender.back();
  if (first.size() >= 2 && last.size() >= 2) {
    // Both names anywhere, in either order, not laid over each other.
    const size_t at = recipient.find(last);
    if (at != std::string::npos) {
      std::string rest = recipient;
      rest.replace(at, last.size(), "\n");
      if (rest.find(first) != std::string::npos) return true;
    }
  }
  if (last.size() >= 3 && (recipient == first.substr(0, 1) + last || recipient == last + first.substr(0, 1)))
    return true;
  if (first.size() >= 3 && recipient == first + last.substr(0, 1)) return true;
  // "j.doe" at work, "janedoe" at home.
  const bool initial_only = first.size() == 1 && last.size() >= 3;
  return initial_only && recipient.size() > last.size() && recipient.starts_with(first) && recipient.ends_with(last);
}

}  // namespace postern::policy
