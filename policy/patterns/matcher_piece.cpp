#include "policy/patterns/matcher_piece.h"

#include <algorithm>

#include "policy/patterns/matcher_tree.h"

namespace postern::policy {

namespace {

using Kind = PatternTree::Kind;

// Hyperscan follows this many characters for a few instructions a byte.
constexpr std::uint64_t kSmall = 64;
// A word of so many letters is rare enough, and Hyperscan looks for it first.
constexpr size_t kLeastWord = 3;
// A beginning of fewer bits stands everywhere, a longer one is no rarer.
constexpr unsigned kLeastBits = 12;
constexpr size_t kMostCharacters = 8;
// Characters of what may be missing or come several times, and is looked for with what stands behind.
constexpr std::uint64_t kMostOptional = 6;

bool is_letter(const PatternTree& tree) {
  if (tree.kind != Kind::characters || !tree.comes_once()) return false;
  const size_t count = tree.bytes.count();
  if (count > 2) return false;
  for (size_t c = 'A'; c <= 'Z'; c++) {
    if (tree.bytes[c] || tree.bytes[c + 0x20]) return count == 1 || (tree.bytes[c] && tree.bytes[c + 0x20]);
  }
  return count == 1 && !tree.bytes[' '];
}

// How many characters have a place of their own in the pattern.
std::uint64_t places_in(const PatternTree& tree) {
  std::uint64_t places = tree.kind == Kind::characters ? 1 : 0;
  for (const PatternTree& child : tree.children) places += places_in(child);
  const std::uint32_t times = tree.most == PatternTree::kNoMost ? std::max(tree.least, 1U) : tree.most;
  return std::min<std::uint64_t>(places * times, 1 << 20);
}

// Whether every match has a word.
bool has_word(const PatternTree& tree) {
  if (tree.least == 0) return false;
  if (tree.kind == Kind::alternatives) return std::all_of(tree.children.begin(), tree.children.end(), has_word);
  size_t run = 0;
  for (const PatternTree& child : tree.children) {
    if (has_word(child)) return true;
    run = is_letter(child) ? run + 1 : child.kind == Kind::border ? run : 0;
    if (run == kLeastWord) return true;
  }
  return false;
}

// What characters a beginning has: numbers are rare in text, letters and blanks are not, and few digits stand alone.
struct Rarity {
  unsigned single = 0;  // bits of characters that are but one
  unsigned digits = 0;
  unsigned others = 0;

  unsigned bits() const {
    constexpr unsigned kFirstDigit = 5;
    constexpr unsigned kNextDigit = 3;
    constexpr unsigned kOther = 2;
    constexpr unsigned kMostOthers = 2;
    const unsigned of_digits = digits > 0 ? kFirstDigit + kNextDigit * (digits - 1) : 0;
    return single + of_digits + kOther * std::min(others, kMostOthers);
  }

  void add(const Rarity& more) {
    single += more.single;
    digits += more.digits;
    others += more.others;
  }
};

Rarity rarity_of(const ByteSet& bytes) {
  constexpr unsigned kLetter = 4;
  constexpr unsigned kCharacter = 8;
  const size_t count = bytes.count();
  size_t digits = 0;
  size_t letters = 0;
  for (size_t c = 0; c < bytes.size(); c++) {
    if (!bytes[c]) continue;
    if (c >= '0' && c <= '9') digits++;
    if (c == ' ' || (c >= 'a' && c <= 'z')) letters++;
  }
  if (count == 1) return {letters > 0 ? kLetter : kCharacter, 0, 0};
  return digits == count ? Rarity{0, 1, 0} : Rarity{0, 0, count < bytes.size() ? 1U : 0U};
}

struct Beginning {
  std::string text;
  Rarity rarity;  // of its most frequent alternative
  size_t characters = 0;
  bool whole = true;  // the pattern may go on behind it
};

Beginning beginning_in(const PatternTree& tree);

// Few characters, so that all of it may be looked for.
bool is_short(const PatternTree& tree) {
  return tree.most != PatternTree::kNoMost && places_in(tree) <= kMostOptional;
}

void add_repeated(const PatternTree& tree, Beginning& out) {
  const Beginning one = beginning_in(tree);
  const bool empty = tree.kind == Kind::anchor || tree.kind == Kind::border || (one.whole && one.characters == 0);
  if (empty) return;
  if (tree.least != tree.most && one.whole && is_short(tree) && out.rarity.bits() < kLeastBits) {
    // As it is, with what may be missing.
    PatternTree copy;
    copy.children.push_back(tree);
    out.text += text_of(copy);
    for (std::uint32_t i = 0; i < tree.least; i++) out.rarity.add(one.rarity);
    out.characters += std::max<size_t>(one.characters * tree.least, 1);
    return;
  }
  const std::uint32_t most = one.whole ? tree.least : std::min(tree.least, 1U);
  std::uint32_t times = 0;
  for (; times < most && out.characters + one.characters <= kMostCharacters; times++) {
    out.text += one.text;
    out.rarity.add(one.rarity);
    out.characters += one.characters;
  }
  out.whole = one.whole && times == tree.least && tree.least == tree.most;
}

Beginning beginning_from(const PatternTree& sequence, size_t first) {
  Beginning out;
  for (size_t i = first; i < sequence.children.size() && out.whole; i++) add_repeated(sequence.children[i], out);
  return out;
}

Beginning beginning_in(const PatternTree& tree) {
  Beginning out;
  if (tree.kind == Kind::characters) {
    out.text = tree.text;
    out.rarity = rarity_of(tree.bytes);
    out.characters = 1;
  } else if (tree.kind == Kind::sequence) {
    out = beginning_from(tree, 0);
  } else if (tree.kind == Kind::alternatives) {
    bool first = true;
    for (const PatternTree& child : tree.children) {
      const Beginning one = beginning_in(child);
      out.text += (first ? "" : "|") + one.text;
      if (first || one.rarity.bits() < out.rarity.bits()) out.rarity = one.rarity;
      out.characters = std::max(out.characters, one.characters);
      out.whole = out.whole && one.whole;
      first = false;
    }
    out.text = "(?:" + out.text + ")";
  }
  return out;
}

}  // namespace

std::optional<RarePiece> rare_piece_of(std::string_view pattern, bool dotall) {
  const auto tree = tree_of(pattern, dotall);
  if (!tree || places_in(*tree) <= kSmall || has_word(*tree)) return std::nullopt;
  RarePiece out;
  bool whole = true;
  for (const PatternTree& way : tree->children) {
    size_t first = 0;
    Beginning piece = beginning_from(way, 0);
    while (piece.rarity.bits() < kLeastBits && ++first < way.children.size()) piece = beginning_from(way, first);
    if (piece.rarity.bits() < kLeastBits) return std::nullopt;
    PatternTree before;
    before.children.assign(way.children.begin(), way.children.begin() + static_cast<std::ptrdiff_t>(first));
    const char* const or_else = out.text.empty() ? "" : "|";
    out.up_to_it += or_else + text_of(before) + piece.text;
    out.text += or_else + piece.text;
    out.inside = out.inside || first > 0;
    whole = whole && first == 0 && piece.whole;
  }
  if (whole) return std::nullopt;
  return out;
}

}  // namespace postern::policy
