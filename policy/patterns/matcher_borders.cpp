#include "policy/patterns/matcher_borders.h"

#include <algorithm>
#include <utility>

#include "policy/patterns/matcher_tree.h"

namespace postern::policy {

namespace {

using Kind = PatternTree::Kind;

// Matches of so many bytes are looked for with their borders.
constexpr std::uint32_t kShort = 4;

// What stands on one side of a place in a match.
struct Side {
  ByteSet bytes;
  bool open = false;  // may be outside of the match
};

enum class Towards { right, left };

// What is seen looking into `tree` from one side; `open` when it may be empty.
Side seen_in(const PatternTree& tree, Towards towards) {
  Side out;
  switch (tree.kind) {
    case Kind::characters:
      out.bytes = tree.bytes;
      break;
    case Kind::alternatives:
      for (const PatternTree& child : tree.children) {
        const Side one = seen_in(child, towards);
        out.bytes |= one.bytes;
        out.open = out.open || one.open;
      }
      break;
    case Kind::sequence: {
      out.open = true;
      const size_t count = tree.children.size();
      for (size_t i = 0; i < count && out.open; i++) {
        const Side one = seen_in(tree.children[towards == Towards::right ? i : count - 1 - i], towards);
        out.bytes |= one.bytes;
        out.open = one.open;
      }
      break;
    }
    case Kind::border:
    case Kind::anchor:
      out.open = true;
      break;
  }
  if (tree.least == 0) out.open = true;
  return out;
}

ByteSet ascii_word() {
  ByteSet bytes;
  bytes.set('_');
  for (size_t i = 0; i < 26; i++) {
    bytes.set('a' + i);
    bytes.set('A' + i);
    if (i < 10) bytes.set('0' + i);
  }
  return bytes;
}

bool is_ascii_word(const Side& side) {
  static const ByteSet word = ascii_word();
  return !side.open && side.bytes.any() && (side.bytes & ~word).none();
}

bool is_group(const PatternTree& tree) {
  return tree.kind == Kind::alternatives && tree.comes_once();
}

class Settler {
 public:
  // `left` and `right` are what stands beside `tree`, `outside` the least width of all that.
  void settle(PatternTree& tree, const Side& left, const Side& right, std::uint32_t outside) {
    if (tree.kind == Kind::sequence) {
      settle_sequence(tree, left, right, outside);
    } else if (tree.kind == Kind::alternatives) {
      // What is repeated stands beside itself.
      const Side unknown{{}, true};
      const bool once = tree.comes_once();
      for (PatternTree& child : tree.children) settle(child, once ? left : unknown, once ? right : unknown, outside);
    }
  }

 private:
  static Side beside(const PatternTree& sequence, size_t at, Towards towards, const Side& beyond) {
    Side out{{}, true};
    const auto& all = sequence.children;
    if (towards == Towards::right) {
      for (size_t i = at + 1; i < all.size() && out.open; i++) add(seen_in(all[i], towards), out);
    } else {
      for (size_t i = at; i-- > 0 && out.open;) add(seen_in(all[i], towards), out);
    }
    if (out.open) add(beyond, out);
    return out;
  }

  static void add(const Side& further, Side& out) {
    out.bytes |= further.bytes;
    out.open = further.open;
  }

  // Hands the border at `at` into the group beside it.
  static bool hand_on(PatternTree& sequence, size_t at) {
    auto& all = sequence.children;
    const std::string& text = all[at].text;
    if (text != "\\M" && at + 1 < all.size() && is_group(all[at + 1])) {
      for (PatternTree& one : all[at + 1].children) one.children.insert(one.children.begin(), all[at]);
      return true;
    }
    if (text != "\\m" && at > 0 && is_group(all[at - 1])) {
      for (PatternTree& one : all[at - 1].children) one.children.push_back(all[at]);
      return true;
    }
    return false;
  }

  void settle_sequence(PatternTree& tree, const Side& left, const Side& right, std::uint32_t outside) {
    auto& all = tree.children;
    const std::uint32_t width = least_width(tree);
    for (size_t i = 0; i < all.size();) {
      if (all[i].kind != Kind::border || (!hand_on(tree, i) && stays(tree, i, left, right, outside + width))) {
        i++;
      } else {
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    for (size_t i = 0; i < all.size(); i++) {
      if (all[i].kind != Kind::alternatives) continue;
      const std::uint32_t others = outside + width - std::min(width, least_width(all[i]));
      settle(all[i], beside(tree, i, Towards::left, left), beside(tree, i, Towards::right, right), others);
    }
  }

  static bool stays(PatternTree& tree, size_t at, const Side& left, const Side& right, std::uint32_t width) {
    if (width > kShort) return false;
    std::string& text = tree.children[at].text;
    const bool begins = text != "\\M" && is_ascii_word(beside(tree, at, Towards::right, right));
    const bool ends = text != "\\m" && is_ascii_word(beside(tree, at, Towards::left, left));
    text = "\\b";
    return begins || ends;
  }
};

}  // namespace

std::optional<std::string> settle_borders(std::string_view pattern, bool dotall) {
  auto tree = tree_of(pattern, dotall);
  if (!tree) return std::nullopt;
  const Side unknown{{}, true};
  Settler().settle(*tree, unknown, unknown, 0);
  return text_of(*tree);
}

}  // namespace postern::policy
