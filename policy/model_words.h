// The closed vocabularies of the policy language that only the policy knows: each list in the order of its
// enum's values, and the way back from word to value.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

#include "policy/model.h"

namespace postern::policy {

std::span<const std::string_view> word_match_words();
std::span<const std::string_view> letter_case_words();
std::span<const std::string_view> distance_unit_words();
std::span<const std::string_view> validator_words();  // without `none`
std::span<const std::string_view> quoted_text_words();
std::span<const std::string_view> scope_words();
std::span<const std::string_view> on_end_words();
std::span<const std::string_view> approver_words();
std::span<const std::string_view> notified_words();
std::span<const std::string_view> on_expiry_words();
std::span<const std::string_view> training_link_words();
std::span<const std::string_view> forgiven_by_words();
std::span<const std::string_view> private_scan_words();
std::span<const std::string_view> reviewer_view_words();
std::span<const std::string_view> fact_words();   // of a part, sorted; those of docs/formats.md
std::span<const std::string_view> where_words();  // regions, then places that are no region

// The value of an enum whose words stand in order from the value `first`.
template <typename Enum>
std::optional<Enum> parse_word(std::span<const std::string_view> words, std::string_view word, Enum first = Enum{}) {
  const auto it = std::find(words.begin(), words.end(), word);
  if (it == words.end()) return std::nullopt;
  return static_cast<Enum>(static_cast<int>(first) + static_cast<int>(it - words.begin()));
}

}  // namespace postern::policy
