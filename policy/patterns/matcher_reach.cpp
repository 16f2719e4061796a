#include "policy/patterns/matcher_reach.h"

#include <algorithm>

#include "policy/patterns/matcher_superset.h"

namespace postern::policy {

namespace {

constexpr std::uint32_t kMost = 1 << 20;  // counts end here: so many bytes are no bound
constexpr std::uint32_t kWidestCharacter = 4;

bool is_without_bound(const PatternTree& tree) {
  return tree.most > kMostCounted;
}

ByteSet bytes_of(const PatternTree& tree) {
  ByteSet bytes = tree.bytes;
  for (const PatternTree& child : tree.children) bytes |= bytes_of(child);
  return bytes;
}

ByteSet repeated_in(const PatternTree& tree) {
  if (is_without_bound(tree)) return bytes_of(tree);
  ByteSet bytes;
  for (const PatternTree& child : tree.children) bytes |= repeated_in(child);
  return bytes;
}

// Most bytes that are not free.
std::uint32_t others_in(const PatternTree& tree, const ByteSet& free) {
  if (is_without_bound(tree)) return 0;
  std::uint64_t others = 0;
  if (tree.kind == PatternTree::Kind::characters) {
    const ByteSet counted = tree.bytes & ~free;
    if (counted.any()) others = (counted & beyond_ascii()).any() ? kWidestCharacter : 1;
  }
  for (const PatternTree& child : tree.children) {
    const std::uint32_t inside = others_in(child, free);
    others = tree.kind == PatternTree::Kind::alternatives ? std::max<std::uint64_t>(others, inside) : others + inside;
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(kMost, others * tree.most));
}

}  // namespace

std::uint32_t Reach::begin_of(std::string_view text, std::uint32_t end, std::uint32_t least) const {
  std::uint32_t left = others;
  std::uint32_t at = end;
  while (at > least) {
    if (!free[static_cast<unsigned char>(text[at - 1])]) {
      if (left == 0) break;
      left--;
    }
    at--;
  }
  return at;
}

std::optional<Reach> reach_of(std::string_view pattern, bool dotall) {
  const auto tree = tree_of(pattern, dotall);
  if (!tree) return std::nullopt;
  Reach reach;
  reach.free = repeated_in(*tree);
  if (reach.free.all()) return std::nullopt;
  reach.others = others_in(*tree, reach.free);
  if (reach.others >= kMost) return std::nullopt;
  return reach;
}

}  // namespace postern::policy
