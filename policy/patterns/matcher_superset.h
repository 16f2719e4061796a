// What Hyperscan is given for a PCRE2 pattern: a simpler one that ends wherever the pattern may end.
//
// Hyperscan only locates, PCRE2 decides (matcher.h), so the simpler pattern may match more but never
// less. It leaves out what Hyperscan refuses or sees differently:
//
//   \B \K, lookarounds           dropped
//   \b (?!\w) (?<!\w)           kept as \b at short words, where both see the same (matcher_borders.h)
//   atomic groups, possessives   made plain
//   back references              anything
//   \A \z ^ $                    beginnings and ends of lines
//   classes                      exact on ASCII (PCRE2 itself is asked, character by character). Beyond it those
//                                that a class lists, in any case when case does not matter; of any other class that
//                                could take one every character passes. So neither the size of Unicode's
//                                classes nor the age of Hyperscan's tables matters.
//   letters in any case          the two of ASCII. Hyperscan would add U+017F to s and U+212A to k, and what has
//                                such a letter is no literal to it any more: it compiles forty times as slowly.
//
// This holds for text in the reader view (policy/views.h) and those made from it, where all decimal
// digits and spaces are ASCII and NFKC has left neither U+017F nor U+212A.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace postern::policy {

struct SupersetPattern {
  std::string pattern;   // letters that match in any case are written as [aA]; without HS_FLAG_UCP
  bool anchors = false;  // has ^ or $, needs HS_FLAG_MULTILINE
  bool utf8 = false;     // has more than ASCII, or what takes more: needs HS_FLAG_UTF8
  bool dotall = false;   // needs HS_FLAG_DOTALL
};

// Repeats that go up to more than this are located without their bound: the states that count it make compiling
// slow (seconds for one address of mail), and PCRE2 counts anyway. What is reported too often costs less.
inline constexpr std::uint32_t kMostCounted = 12;

enum class Anchors { keep, drop };

// Nothing for what is not understood here: recursion, conditions, callouts, verbs, \G, rare escapes.
// `pattern` compiles in PCRE2.
std::optional<SupersetPattern> superset_of(std::string_view pattern, Anchors anchors);

}  // namespace postern::policy
