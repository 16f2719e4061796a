#include "policy/patterns/matcher_literal.h"

#include <algorithm>
#include <cctype>

namespace postern::policy {

namespace {

bool is_quantifier(char c) {
  return c == '*' || c == '+' || c == '?' || c == '{';
}

// The end of the group that begins at `at`.
size_t end_of_group(std::string_view pattern, size_t at) {
  int depth = 0;
  while (at < pattern.size()) {
    if (const size_t end = end_of_atom(pattern, at); end != at) {
      at = end;
      continue;
    }
    if (pattern[at] == '(') depth++;
    if (pattern[at] == ')' && --depth == 0) return at + 1;
    at++;
  }
  return pattern.size();
}

// Bits of a character; 0 when the atom is no single ASCII character.
unsigned rarity_of(std::string_view atom) {
  constexpr unsigned kLetter = 4;
  constexpr unsigned kCapital = 7;
  constexpr unsigned kOther = 6;
  constexpr unsigned kSpace = 2;
  if (atom.size() == 4 && atom[0] == '[' && std::isupper(static_cast<unsigned char>(atom[1])) == 0 &&
      std::isalpha(static_cast<unsigned char>(atom[1])) != 0 && (atom[1] ^ 0x20) == atom[2]) {
    return kLetter;
  }
  if (atom.size() == 2 && atom[0] == '\\') {
    return std::isalnum(static_cast<unsigned char>(atom[1])) == 0 ? kOther : 0;
  }
  if (atom.size() != 1 || static_cast<unsigned char>(atom[0]) >= 0x80) return 0;
  const auto c = static_cast<unsigned char>(atom[0]);
  if (c <= ' ') return kSpace;
  if (std::isupper(c) != 0) return kCapital;
  if (std::islower(c) != 0) return kLetter;
  return std::isdigit(c) != 0 ? kOther : 0;
}

}  // namespace

size_t end_of_atom(std::string_view pattern, size_t at) {
  if (pattern[at] == '\\') {
    const size_t braces = pattern.substr(at).starts_with("\\x{") ? pattern.find('}', at) : std::string_view::npos;
    return std::min(pattern.size(), braces == std::string_view::npos ? at + 2 : braces + 1);
  }
  if (pattern[at] != '[') return at;
  size_t end = at + 1;
  while (end < pattern.size() && pattern[end] != ']') end = std::max(end + 1, end_of_atom(pattern, end));
  return std::min(pattern.size(), end + 1);
}

std::vector<LiteralRun> literal_runs(std::string_view pattern) {
  std::vector<LiteralRun> runs;
  size_t begin = 0;
  unsigned rarity = 0;
  const auto finish = [&](size_t end) {
    if (rarity > 0) runs.push_back({pattern.substr(begin, end - begin), end, rarity});
    rarity = 0;
  };
  for (size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '|') return {};
    size_t end = pattern[at] == '(' ? end_of_group(pattern, at) : end_of_atom(pattern, at);
    if (end == at) end = at + 1;
    const unsigned bits = rarity_of(pattern.substr(at, end - at));
    const bool repeated = end < pattern.size() && is_quantifier(pattern[end]);
    if (bits == 0 || repeated) {
      finish(at);
      if (repeated) end = pattern[end] == '{' ? std::min(pattern.find('}', end), pattern.size() - 1) + 1 : end + 1;
    } else {
      if (rarity == 0) begin = at;
      rarity += bits;
    }
    at = end;
  }
  finish(pattern.size());
  return runs;
}

void LiteralUses::add(std::string_view pattern) {
  for (const LiteralRun& run : literal_runs(pattern)) uses_[run.text]++;
}

std::optional<LiteralRun> LiteralUses::best_of(std::string_view pattern) const {
  std::optional<LiteralRun> best;
  size_t best_uses = kMostSharing;
  for (const LiteralRun& run : literal_runs(pattern)) {
    if (run.rarity < kLeastRarity) continue;
    const auto found = uses_.find(run.text);
    const size_t uses = found == uses_.end() ? 1 : found->second;
    if (uses < best_uses || (uses == best_uses && (!best || run.rarity > best->rarity))) {
      best = run;
      best_uses = uses;
    }
  }
  return best;
}

}  // namespace postern::policy
