// Picking values out of a tree that the grammar's checker has seen.
//
// What is absent or was found wrong (and reported) by the checker comes back as nothing, without a second
// report.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/yaml.h"
#include "policy/model_words.h"

namespace postern::policy::pick {

const std::string* text(const yaml::Node& map, std::string_view key);
std::string text_or(const yaml::Node& map, std::string_view key, std::string_view fallback = "");
std::optional<bool> boolean(const yaml::Node& map, std::string_view key);
// Of Shape::on_off.
std::optional<bool> on_off(const yaml::Node& map, std::string_view key);
std::optional<std::int64_t> integer(const yaml::Node& map, std::string_view key);
std::optional<double> share(const yaml::Node& map, std::string_view key);    // "10%" or 10
std::optional<double> entropy(const yaml::Node& map, std::string_view key);  // 3.5
std::optional<std::uint64_t> size(const yaml::Node& map, std::string_view key);
void duration(const yaml::Node& map, std::string_view key, std::chrono::milliseconds& out);
// A list's items, or one value by itself; empty when absent.
std::vector<const yaml::Node*> items(const yaml::Node& map, std::string_view key);
std::vector<std::string> texts(const yaml::Node& map, std::string_view key);

template <typename Enum>
void word(const yaml::Node& map, std::string_view key, std::span<const std::string_view> words, Enum& out,
          Enum first = Enum{}) {
  const std::string* found = text(map, key);
  if (found == nullptr) return;
  if (const auto value = parse_word<Enum>(words, *found, first)) out = *value;
}

template <typename Enum>
std::vector<Enum> words(const yaml::Node& map, std::string_view key, std::span<const std::string_view> words) {
  std::vector<Enum> out;
  for (const yaml::Node* item : items(map, key)) {
    const auto value = parse_word<Enum>(words, item->scalar);
    if (value && std::find(out.begin(), out.end(), *value) == out.end()) out.push_back(*value);
  }
  return out;
}

template <typename Number>
void number(const yaml::Node& map, std::string_view key, Number& out) {
  if (const auto value = integer(map, key)) out = static_cast<Number>(*value);
}

}  // namespace postern::policy::pick
