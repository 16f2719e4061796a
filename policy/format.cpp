#include "policy/format.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policy/format_lines.h"

namespace postern::policy {

namespace {

using grammar::Many;
using grammar::MapSpec;
using grammar::Shape;
using grammar::Type;

constexpr size_t kIndent = 2;

// What is known of a block: the map that it is, the type of the values of a map with free names, or that of the items
// of a list. All null: nothing, and the order stays.
struct Known {
  const MapSpec* map = nullptr;
  const Type* values = nullptr;
};

bool is_of_maps(const Type& type) {
  return type.map != nullptr && (type.shape == Shape::map || type.shape == Shape::filter);
}

Known below(const Type& type) {
  if (!is_of_maps(type)) return {};
  if (type.many == Many::named || type.many == Many::named_list) return {nullptr, &type};
  return {type.map, nullptr};
}

Known value_of(const Known& known, std::string_view key) {
  if (known.values != nullptr) return {known.values->map, nullptr};
  const grammar::KeySpec* spec = known.map == nullptr ? nullptr : known.map->find(key);
  return spec == nullptr ? Known{} : below(spec->type);
}

size_t order_of(const Known& known, std::string_view key) {
  if (known.map == nullptr) return 0;
  const auto is_it = [&](const grammar::KeySpec& spec) { return spec.name == key; };
  const auto& keys = known.map->keys;
  return static_cast<size_t>(std::find_if(keys.begin(), keys.end(), is_it) - keys.begin());
}

class Formatter {
 public:
  explicit Formatter(std::vector<Line> lines) : lines_(std::move(lines)) {}

  // False when the lines are no block that is known here.
  bool write(const MapSpec& root) {
    size_t end = lines_.size();
    size_t first = 0;
    while (first < end && lines_[first].kind != LineKind::content) first++;
    if (first == end) return false;
    // Comments before the last empty line are about the file, and so are all of them when no empty line parts them:
    // a licence or the name of a schema must not move with the key that happens to be first.
    size_t comments = 0;
    while (lines_[comments].kind == LineKind::empty) comments++;
    size_t head = first;
    while (head > comments && lines_[head - 1].kind != LineKind::empty) head--;
    if (head == comments) head = first;
    for (size_t i = 0; i < head; i++) put(lines_[i], 0);
    return block(head, end, 0, {&root, nullptr});
  }

  std::string take() {
    while (out_.ends_with("\n\n")) out_.pop_back();
    return std::move(out_);
  }

 private:
  // A key or an item, with what stands before it and all that is below.
  struct Member {
    size_t begin;  // comments and empty lines before it
    size_t line;   // the one with the key or the dash
    size_t end;
    size_t order;
  };

  bool block(size_t begin, size_t end, size_t indent, const Known& known) {
    size_t first = begin;
    while (first < end && lines_[first].kind != LineKind::content) first++;
    if (first == end) return false;
    const size_t column = lines_[first].indent;
    const bool list = lines_[first].is_item();
    std::vector<Member> members;
    size_t tail = end;  // comments behind the last one, of none of them
    for (size_t i = first, from = begin; i < end;) {
      if (lines_[i].indent != column || lines_[i].is_item() != list) return false;
      Member member{from, i, i + 1, 0};
      if (!list) member.order = order_of(known, lines_[i].key());
      size_t next = i + 1;
      while (next < end && belongs(lines_[next], column, list)) next++;
      // Comments and empty lines before the next key are its own; those that are indented more belong here.
      size_t last = next;
      while (last > i + 1 && lines_[last - 1].kind != LineKind::content && lines_[last - 1].kind != LineKind::inside &&
             !(lines_[last - 1].kind == LineKind::comment && lines_[last - 1].indent > column)) {
        last--;
      }
      member.end = tail = last;
      members.push_back(member);
      from = last;
      i = next;
    }
    if (!list) {
      std::stable_sort(members.begin(), members.end(),
                       [](const Member& a, const Member& b) { return a.order < b.order; });
    }
    for (const Member& member : members) {
      if (!put_member(member, indent, list, known)) return false;
    }
    for (size_t i = tail; i < end; i++) put(lines_[i], indent);
    return true;
  }

  static bool belongs(const Line& line, size_t column, bool list) {
    if (line.kind != LineKind::content) return true;
    // A list may stand in the column of its key.
    return line.indent > column || (!list && line.indent == column && line.is_item());
  }

  bool put_member(const Member& member, size_t indent, bool list, const Known& known) {
    for (size_t i = member.begin; i < member.line; i++) put(lines_[i], indent);
    Line& line = lines_[member.line];
    if (list) {
      const size_t behind = line.behind_dash();
      // "- key: value" is a block whose first line has the dash in it.
      if (behind > 0 && Line::has_key(std::string_view(line.text).substr(behind))) {
        const size_t at = out_.size();
        line.indent += behind;
        line.value_ends -= behind;
        line.text.erase(0, behind);
        if (!block(member.line, member.end, indent + kIndent, known)) return false;
        return put_dash(at, indent);
      }
      if (behind > 2) {
        line.text.erase(2, behind - 2);
        line.value_ends -= behind - 2;
      }
      return put_value(member, indent);
    }
    const std::string key(line.key());
    if (key.empty()) return false;
    if (!line.opens_block()) return put_value(member, indent);
    const size_t first = first_content(member.line + 1, member.end);
    if (first == member.end || lines_[first].kind == LineKind::inside) return put_value(member, indent);
    put(line, indent);
    return block(member.line + 1, member.end, indent + kIndent, value_of(known, key));
  }

  size_t first_content(size_t begin, size_t end) const {
    while (begin < end && (lines_[begin].kind == LineKind::empty || lines_[begin].kind == LineKind::comment)) begin++;
    return begin;
  }

  // A value on the line itself, with what goes on below it.
  bool put_value(const Member& member, size_t indent) {
    const size_t column = lines_[member.line].indent;
    put(lines_[member.line], indent);
    for (size_t i = member.line + 1; i < member.end; i++) {
      const Line& line = lines_[i];
      if (line.kind == LineKind::content) return false;
      if (line.kind == LineKind::inside) {
        put_moved(line, column, indent);
      } else {
        put(line, indent + (line.indent > column ? kIndent : 0));
      }
    }
    return true;
  }

  // Keys may have changed places: the dash goes before the first line that is no comment.
  bool put_dash(size_t at, size_t indent) {
    size_t line = at;
    while (line < out_.size()) {
      const size_t text = out_.find_first_not_of(' ', line);
      if (text != std::string::npos && out_[text] != '#' && out_[text] != '\n') break;
      if (text != std::string::npos && out_[text] == '#') out_.erase(line, kIndent);
      line = out_.find('\n', line) + 1;
      if (line == 0) return false;
    }
    if (line + indent >= out_.size()) return false;
    out_[line + indent] = '-';
    return true;
  }

  // A line inside a text or a list in brackets keeps what it is indented by beside its key.
  void put_moved(const Line& line, size_t column, size_t indent) {
    const size_t beyond = line.indent > column ? line.indent - column : line.text.empty() ? 0 : 1;
    if (!line.text.empty()) out_.append(indent + beyond, ' ');
    out_ += line.text;
    out_ += '\n';
  }

  void put(const Line& line, size_t indent) {
    if (line.kind == LineKind::empty) {
      if (!out_.empty() && !out_.ends_with("\n\n")) out_ += '\n';
      return;
    }
    out_.append(indent, ' ');
    out_ += line.text;
    out_ += '\n';
  }

  std::vector<Line> lines_;
  std::string out_;
};

std::optional<yaml::Node> read(std::string_view text) {
  auto file = std::make_shared<const SourceFile>(SourceFile{"", std::string(text)});
  Diagnostics diagnostics;
  yaml::Node node = yaml::parse(file, "P001", diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  return node;
}

bool same(const yaml::Node& a, const yaml::Node& b) {
  if (a.kind != b.kind || a.scalar != b.scalar || a.plain != b.plain) return false;
  if (a.items.size() != b.items.size() || a.entries.size() != b.entries.size()) return false;
  if (!std::equal(a.items.begin(), a.items.end(), b.items.begin(), same)) return false;
  return std::all_of(a.entries.begin(), a.entries.end(), [&](const auto& entry) {
    const yaml::Node* other = b.find(entry.first.scalar);
    return other != nullptr && same(entry.second, *other);
  });
}

std::vector<std::string> comments_of(const std::vector<Line>& lines) {
  std::vector<std::string> out;
  for (const Line& line : lines) {
    if (std::string comment = line.comment(); !comment.empty()) out.push_back(std::move(comment));
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<std::string> format_yaml(std::string_view text, const MapSpec& root) {
  const std::optional<yaml::Node> before = read(text);
  if (!before || !before->is_map())
    return fail(ErrorKind::invalid_input, "it has errors: see them with postern policy lint");
  std::vector<Line> lines = lines_of(text);
  const std::vector<std::string> comments = comments_of(lines);
  Formatter formatter(std::move(lines));
  const bool known = formatter.write(root);
  std::string out = formatter.take();
  const std::optional<yaml::Node> after = known ? read(out) : std::nullopt;
  if (!after || !same(*before, *after) || comments_of(lines_of(out)) != comments) {
    return fail(ErrorKind::invalid_input, "its layout is one that fmt does not know, so it stays as it is");
  }
  return out;
}

}  // namespace postern::policy
