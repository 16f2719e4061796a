#include "policy/patterns/matcher_reach.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "policy/patterns/matcher_superset.h"

namespace postern::policy {

namespace {

using Bytes = std::bitset<256>;

constexpr std::uint32_t kMost = 1 << 20;  // counts end here: so many bytes are no bound
constexpr std::uint32_t kWidestCharacter = 4;

Bytes beyond_ascii() {
  Bytes bytes;
  for (size_t c = 0x80; c < bytes.size(); c++) bytes.set(c);
  return bytes;
}

// Reads a simplified pattern: once for the bytes that come without bound, once for the number of the others.
class ReachReader {
 public:
  ReachReader(std::string_view pattern, bool dotall, const Bytes& free) : in_(pattern), dotall_(dotall), free_(free) {}

  struct Node {
    Bytes bytes;               // that it may have
    std::uint32_t others = 0;  // most bytes that are not free
  };

  // Nothing when it is not understood.
  std::optional<Node> run() {
    const Node all = alternatives();
    if (failed_ || at_ != in_.size()) return std::nullopt;
    return all;
  }

  const Bytes& repeated() const { return repeated_; }

 private:
  bool take(std::string_view text) {
    if (!in_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  Node fail() {
    failed_ = true;
    at_ = in_.size();
    return {};
  }

  Node alternatives() {
    Node widest;
    do {
      Node one;
      while (at_ < in_.size() && in_[at_] != '|' && in_[at_] != ')') {
        const Node next = repeat(atom());
        one.bytes |= next.bytes;
        one.others = std::min(kMost, one.others + next.others);
      }
      widest.bytes |= one.bytes;
      widest.others = std::max(widest.others, one.others);
    } while (take("|"));
    return widest;
  }

  Node atom() {
    if (take("(?:")) {
      const Node inside = alternatives();
      return take(")") ? inside : fail();
    }
    if (take("[")) return bracket();
    if (take("^") || take("$")) return {};
    if (take(".")) {
      Bytes bytes;
      bytes.set();
      bytes.set('\n', dotall_);
      return character(bytes);
    }
    if (in_[at_] == '(') return fail();
    const std::uint32_t code = code_point();
    return failed_ ? Node{} : character(range(code, code));
  }

  Node character(const Bytes& bytes) const {
    Node node{bytes, 0};
    const Bytes counted = bytes & ~free_;
    if (counted.none()) return node;
    node.others = (counted & beyond_ascii()).any() ? kWidestCharacter : 1;
    return node;
  }

  Node bracket() {
    Bytes bytes;
    while (at_ < in_.size() && in_[at_] != ']') {
      const std::uint32_t first = code_point();
      const std::uint32_t last = take("-") ? code_point() : first;
      if (failed_) return {};
      bytes |= range(first, last);
    }
    return take("]") ? character(bytes) : fail();
  }

  static Bytes range(std::uint32_t first, std::uint32_t last) {
    Bytes bytes;
    for (std::uint32_t c = first; c <= std::min<std::uint32_t>(last, 0x7f); c++) bytes.set(c);
    if (last >= 0x80) bytes |= beyond_ascii();
    return bytes;
  }

  // One character, by itself or escaped.
  std::uint32_t code_point() {
    if (take("\\")) return escaped();
    if (at_ >= in_.size()) return fail().others;
    const auto c = static_cast<unsigned char>(in_[at_++]);
    while (c >= 0x80 && at_ < in_.size() && (static_cast<unsigned char>(in_[at_]) & 0xc0) == 0x80) at_++;
    return c;
  }

  std::uint32_t escaped() {
    if (take("x{")) return number(in_.find('}', at_), 16, 1);
    if (take("x")) return number(at_ + 2, 16, 0);
    if (at_ >= in_.size()) return fail().others;
    const auto c = static_cast<unsigned char>(in_[at_]);
    for (const auto& [letter, means] : {std::pair{'r', '\r'}, std::pair{'n', '\n'}}) {
      if (c == letter) {
        at_++;
        return static_cast<std::uint32_t>(means);
      }
    }
    if (std::isalnum(c) != 0) return fail().others;
    return code_point();
  }

  // Up to `end`, behind which `shut` bytes are passed over.
  std::uint32_t number(size_t end, int base, size_t shut) {
    std::uint32_t value = 0;
    if (end == std::string_view::npos || end > in_.size()) return fail().others;
    const auto read = std::from_chars(in_.data() + at_, in_.data() + end, value, base);
    if (read.ec != std::errc() || read.ptr != in_.data() + end) return fail().others;
    at_ = end + shut;
    return value;
  }

  Node repeat(Node node) {
    if (at_ >= in_.size()) return node;
    if (take("?")) return node;
    if (take("*") || take("+")) return without_bound(node);
    if (!take("{")) return node;
    const size_t shut = in_.find('}', at_);
    const size_t comma = std::min(in_.find(',', at_), shut);
    if (shut == std::string_view::npos) return fail();
    if (comma + 1 == shut) {
      at_ = shut + 1;
      return without_bound(node);
    }
    at_ = comma == shut ? at_ : comma + 1;
    const std::uint64_t most = number(shut, 10, 1);
    if (most > kMostCounted) return without_bound(node);
    node.others = static_cast<std::uint32_t>(std::min<std::uint64_t>(kMost, most * node.others));
    return node;
  }

  Node without_bound(Node node) {
    repeated_ |= node.bytes;
    return node;
  }

  std::string_view in_;
  bool dotall_;
  const Bytes& free_;
  size_t at_ = 0;
  Bytes repeated_;
  bool failed_ = false;
};

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
  const Bytes none;
  ReachReader first(pattern, dotall, none);
  if (!first.run()) return std::nullopt;
  Reach reach;
  reach.free = first.repeated();
  if (reach.free.all()) return std::nullopt;
  const auto counted = ReachReader(pattern, dotall, reach.free).run();
  if (!counted || counted->others >= kMost) return std::nullopt;
  reach.others = counted->others;
  return reach;
}

}  // namespace postern::policy
