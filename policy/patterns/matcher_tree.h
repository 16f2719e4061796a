// A simplified pattern (matcher_superset.h) as a tree.
#pragma once

#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::policy {

using ByteSet = std::bitset<256>;

struct PatternTree {
  enum class Kind {
    characters,    // one of a set
    sequence,      // `children`, one after the other
    alternatives,  // `children`, which are sequences
    border,        // \b, \m or \M
    anchor,        // ^ or $
  };
  static constexpr std::uint32_t kNoMost = std::numeric_limits<std::uint32_t>::max();

  Kind kind = Kind::sequence;
  std::string text;         // of characters, border and anchor
  ByteSet bytes;            // of characters; all from 0x80 when any beyond ASCII
  std::uint32_t least = 1;  // how often it comes
  std::uint32_t most = 1;
  std::vector<PatternTree> children;

  bool comes_once() const { return least == 1 && most == 1; }
};

ByteSet beyond_ascii();

// The tree is one of alternatives. Nothing for what no simplified pattern has.
std::optional<PatternTree> tree_of(std::string_view pattern, bool dotall);

// The pattern of a tree.
std::string text_of(const PatternTree& tree);

// Bytes of the shortest text that it matches.
std::uint32_t least_width(const PatternTree& tree);

}  // namespace postern::policy
