#include "policy/patterns/matcher_tree.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace postern::policy {

namespace {

constexpr std::uint32_t kMostWidth = 1 << 20;  // counting ends here

class TreeReader {
 public:
  TreeReader(std::string_view pattern, bool dotall) : in_(pattern), dotall_(dotall) {}

  std::optional<PatternTree> run() {
    PatternTree all = alternatives();
    if (failed_ || at_ != in_.size()) return std::nullopt;
    return all;
  }

 private:
  bool take(std::string_view text) {
    if (!in_.substr(at_).starts_with(text)) return false;
    at_ += text.size();
    return true;
  }

  std::uint32_t fail() {
    failed_ = true;
    at_ = in_.size();
    return 0;
  }

  PatternTree alternatives() {
    PatternTree out;
    out.kind = PatternTree::Kind::alternatives;
    do {
      PatternTree& one = out.children.emplace_back();
      while (at_ < in_.size() && in_[at_] != '|' && in_[at_] != ')') {
        PatternTree next = atom();
        repeat(next);
        one.children.push_back(std::move(next));
      }
    } while (take("|"));
    return out;
  }

  PatternTree atom() {
    if (take("(?:")) {
      PatternTree inside = alternatives();
      if (!take(")")) fail();
      return inside;
    }
    const size_t begin = at_;
    PatternTree out;
    if (in_[at_] == '(') {
      fail();
    } else if (take("^") || take("$")) {
      out.kind = PatternTree::Kind::anchor;
    } else if (take("\\b") || take("\\m") || take("\\M")) {
      out.kind = PatternTree::Kind::border;
    } else {
      out.kind = PatternTree::Kind::characters;
      out.bytes = characters();
    }
    out.text = in_.substr(begin, at_ - begin);
    return out;
  }

  ByteSet characters() {
    ByteSet bytes;
    if (take(".")) {
      bytes.set();
      bytes.set('\n', dotall_);
    } else if (take("[")) {
      while (at_ < in_.size() && in_[at_] != ']') {
        const std::uint32_t first = code_point();
        add(first, take("-") ? code_point() : first, bytes);
      }
      if (!take("]")) fail();
    } else {
      const std::uint32_t code = code_point();
      add(code, code, bytes);
    }
    return bytes;
  }

  static void add(std::uint32_t first, std::uint32_t last, ByteSet& bytes) {
    for (std::uint32_t c = first; c <= std::min<std::uint32_t>(last, 0x7f); c++) bytes.set(c);
    if (last >= 0x80) bytes |= beyond_ascii();
  }

  // One character, by itself or escaped.
  std::uint32_t code_point() {
    if (take("\\")) return escaped();
    if (at_ >= in_.size()) return fail();
    const auto c = static_cast<unsigned char>(in_[at_++]);
    while (c >= 0x80 && at_ < in_.size() && (static_cast<unsigned char>(in_[at_]) & 0xc0) == 0x80) at_++;
    return c;
  }

  std::uint32_t escaped() {
    if (take("x{")) return number(in_.find('}', at_), 16, 1);
    if (take("x")) return number(at_ + 2, 16, 0);
    if (take("r")) return '\r';
    if (take("n")) return '\n';
    if (at_ >= in_.size() || std::isalnum(static_cast<unsigned char>(in_[at_])) != 0) return fail();
    return static_cast<unsigned char>(in_[at_++]);
  }

  // What stands before `end`, behind which `shut` bytes are passed over.
  std::uint32_t number(size_t end, int base, size_t shut) {
    std::uint32_t value = 0;
    if (end == std::string_view::npos || end > in_.size()) return fail();
    const auto read = std::from_chars(in_.data() + at_, in_.data() + end, value, base);
    if (read.ec != std::errc() || read.ptr != in_.data() + end) return fail();
    at_ = end + shut;
    return value;
  }

  void repeat(PatternTree& tree) {
    if (take("?")) {
      tree.least = 0;
    } else if (take("*")) {
      tree.least = 0;
      tree.most = PatternTree::kNoMost;
    } else if (take("+")) {
      tree.most = PatternTree::kNoMost;
    } else if (take("{")) {
      const size_t shut = in_.find('}', at_);
      const size_t comma = std::min(in_.find(',', at_), shut);
      tree.least = number(comma, 10, 1);
      tree.most = comma == shut ? tree.least : take("}") ? PatternTree::kNoMost : number(shut, 10, 1);
    }
  }

  std::string_view in_;
  bool dotall_;
  size_t at_ = 0;
  bool failed_ = false;
};

void write(const PatternTree& tree, bool is_group, std::string& out);

void write_count(const PatternTree& tree, std::string& out) {
  if (tree.comes_once()) return;
  const bool endless = tree.most == PatternTree::kNoMost;
  if (tree.least == 0 && (endless || tree.most == 1)) {
    out += endless ? '*' : '?';
  } else if (tree.least == 1 && endless) {
    out += '+';
  } else {
    out += '{' + std::to_string(tree.least);
    if (tree.most != tree.least) out += endless ? "," : ',' + std::to_string(tree.most);
    out += '}';
  }
}

void write(const PatternTree& tree, bool is_group, std::string& out) {
  if (tree.kind == PatternTree::Kind::sequence) {
    for (const PatternTree& child : tree.children) write(child, true, out);
    return;
  }
  if (tree.kind == PatternTree::Kind::alternatives) {
    if (is_group) out += "(?:";
    for (size_t i = 0; i < tree.children.size(); i++) {
      if (i > 0) out += '|';
      write(tree.children[i], true, out);
    }
    if (is_group) out += ')';
  } else {
    out += tree.text;
  }
  write_count(tree, out);
}

}  // namespace

ByteSet beyond_ascii() {
  ByteSet bytes;
  for (size_t c = 0x80; c < bytes.size(); c++) bytes.set(c);
  return bytes;
}

std::optional<PatternTree> tree_of(std::string_view pattern, bool dotall) {
  return TreeReader(pattern, dotall).run();
}

std::string text_of(const PatternTree& tree) {
  std::string out;
  write(tree, false, out);
  return out;
}

std::uint32_t least_width(const PatternTree& tree) {
  std::uint64_t width = 0;
  if (tree.kind == PatternTree::Kind::characters) {
    width = 1;
  } else if (tree.kind == PatternTree::Kind::alternatives) {
    width = kMostWidth;
    for (const PatternTree& child : tree.children) width = std::min<std::uint64_t>(width, least_width(child));
  } else {
    for (const PatternTree& child : tree.children) width += least_width(child);
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(kMostWidth, width * tree.least));
}

}  // namespace postern::policy
