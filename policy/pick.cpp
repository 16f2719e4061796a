#include "policy/pick.h"

#include "policy/values.h"

namespace postern::policy::pick {

using std::string;
using std::string_view;
using yaml::Node;

const string* text(const Node& map, string_view key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is_scalar() ? &node->scalar : nullptr;
}

string text_or(const Node& map, string_view key, string_view fallback) {
  const string* found = text(map, key);
  return found != nullptr ? *found : string(fallback);
}

std::optional<bool> boolean(const Node& map, string_view key) {
  const string* found = text(map, key);
  if (found == nullptr || (*found != "true" && *found != "false")) return std::nullopt;
  return *found == "true";
}

std::optional<bool> on_off(const Node& map, string_view key) {
  const string* found = text(map, key);
  if (found != nullptr && (*found == "on" || *found == "off")) return *found == "on";
  return boolean(map, key);
}

std::optional<std::int64_t> integer(const Node& map, string_view key) {
  const Node* node = map.find(key);
  if (node == nullptr) return std::nullopt;
  Diagnostics reported_before;
  return yaml::as_integer(*node, INT64_MIN, INT64_MAX, key, "", reported_before);
}

std::optional<double> share(const Node& map, string_view key) {
  const string* found = text(map, key);
  if (found == nullptr) return std::nullopt;
  const auto value = parse_share(found->ends_with('%') ? *found : *found + "%");
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<double> entropy(const Node& map, string_view key) {
  const string* found = text(map, key);
  if (found == nullptr) return std::nullopt;
  const auto value = parse_entropy(*found);
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<std::uint64_t> size(const Node& map, string_view key) {
  const Node* node = map.find(key);
  if (node == nullptr) return std::nullopt;
  Diagnostics reported_before;
  return yaml::as_size(*node, key, "", reported_before);
}

void duration(const Node& map, string_view key, std::chrono::milliseconds& out) {
  const string* found = text(map, key);
  if (found == nullptr) return;
  if (const auto value = parse_duration(*found)) out = *value;
}

std::vector<const Node*> items(const Node& map, string_view key) {
  std::vector<const Node*> out;
  const Node* node = map.find(key);
  if (node == nullptr || node->is_null()) return out;
  if (!node->is_sequence()) return {node};
  for (const Node& item : node->items) out.push_back(&item);
  return out;
}

std::vector<string> texts(const Node& map, string_view key) {
  std::vector<string> out;
  for (const Node* item : items(map, key)) {
    if (item->is_scalar()) out.push_back(item->scalar);
  }
  return out;
}

}  // namespace postern::policy::pick
