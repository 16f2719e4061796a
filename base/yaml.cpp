#include "base/yaml.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <set>
#include <sstream>

#include <yaml-cpp/anchor.h>
#include <yaml-cpp/emitterstyle.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "base/unique_fd.h"

namespace postern::yaml {

namespace {

constexpr size_t kMostDepth = 64;  // yaml-cpp's own guard is far deeper than its recursion is safe

// Builds the tree from yaml-cpp's events; its Node class would lose duplicate keys and spellings.
class Builder final : public YAML::EventHandler {
 public:
  Builder(std::shared_ptr<const SourceFile> file, std::string code, Diagnostics& diagnostics)
      : file_(std::move(file)), code_(std::move(code)), diagnostics_(diagnostics) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 1) error(mark, "a second document begins here", "keep one document a file");
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    Node node;
    node.mark = mark_of(mark, 1);
    put(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(mark, "aliases (*name) are not used in these files", "write the value out");
    Node node;
    node.mark = mark_of(mark, 1);
    put(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Node node;
    node.kind = Kind::scalar;
    node.scalar = value;
    node.plain = tag != "!";  // yaml-cpp gives quoted and block scalars the non-specific tag
    node.mark = mark_of(mark, int(value.size()));
    // An empty plain scalar, `key:` with nothing behind it, is no value.
    if (node.plain && (value.empty() || value == "~" || value == "null")) node.kind = Kind::null;
    put(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::sequence);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    Node key;
    bool have_key = false;
    std::set<std::string, std::less<>> keys;
  };

  SourceMark mark_of(const YAML::Mark& mark, int length) const {
    return {file_, mark.line + 1, mark.column + 1, std::max(length, 1)};
  }
  void error(const YAML::Mark& mark, std::string text, std::string hint) {
    diagnostics_.error(code_, mark_of(mark, 1), std::move(text), std::move(hint));
  }
  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      error(mark, "anchors (&name) are not used in these files", "write the value out where it is needed");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      error(mark, "tags (" + tag + ") are not used in these files", "remove the tag");
  }
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (stack_.size() >= kMostDepth) throw YAML::ParserException(mark, "nested deeper than 64 levels");
    Open next;
    next.node.kind = kind;
    next.node.mark = mark_of(mark, 1);
    stack_.push_back(std::move(next));
  }
  void close() {
    Node node = std::move(stack_.back().node);
    stack_.pop_back();
    put(std::move(node));
  }
  void put(Node node) {
    if (stack_.empty()) {
      if (documents_ <= 1) root_ = std::move(node);
      return;
    }
    Open& top = stack_.back();
    if (top.node.kind == Kind::sequence) {
      top.node.items.push_back(std::move(node));
    } else if (!top.have_key) {
      take_key(top, std::move(node));
    } else {
      top.node.entries.emplace_back(std::move(top.key), std::move(node));
      top.have_key = false;
    }
  }
  void take_key(Open& top, Node node) {
    if (node.kind == Kind::null && node.scalar == "null") node.kind = Kind::scalar;
    if (node.kind != Kind::scalar) {
      diagnostics_.error(code_, node.mark, "a key must be a plain word", "");
      node.kind = Kind::scalar;
    } else if (!top.keys.insert(node.scalar).second) {
      diagnostics_.error(code_, node.mark, "the key '" + node.scalar + "' stands twice in this map",
                         "YAML readers silently keep one of the two; keep the one you mean");
    }
    // The mark of an entry's key is where messages about the entry point.
    top.key = std::move(node);
    top.have_key = true;
  }

  std::shared_ptr<const SourceFile> file_;
  std::string code_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Open> stack_;
  int documents_ = 0;
};

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a value";
    case Kind::sequence:
      return "a list";
    case Kind::map:
      return "a map";
  }
  return "nothing";
}

const Node* Node::find(std::string_view key) const {
  for (const auto& [k, value] : entries) {
    if (k.scalar == key) return &value;
  }
  return nullptr;
}

Node parse(const std::shared_ptr<const SourceFile>& file, std::string_view code, Diagnostics& diagnostics) {
  Builder builder(file, std::string(code), diagnostics);
  try {
    std::istringstream in(file->text);
    YAML::Parser parser(in);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& e) {
    SourceMark mark{file, e.mark.is_null() ? 0 : e.mark.line + 1, e.mark.is_null() ? 0 : e.mark.column + 1, 1};
    diagnostics.error(std::string(code), mark, "this is not YAML: " + e.msg,
                      "check the indentation and the quotes at and before this line");
  }
  return builder.take();
}

std::shared_ptr<const SourceFile> load_file(const std::string& path, std::string_view code, Diagnostics& diagnostics) {
  auto file = std::make_shared<SourceFile>();
  file->path = path;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(path.c_str(), "rbe"), &std::fclose);
  if (!in) {
    diagnostics.error(std::string(code), {file, 0, 0, 1}, "cannot open the file: " + errno_text(errno), "");
    return nullptr;
  }
  std::array<char, 65536> chunk{};
  size_t n = 0;
  while ((n = std::fread(chunk.data(), 1, chunk.size(), in.get())) > 0) {
    file->text.append(chunk.data(), n);
    if (file->text.size() > kMaxYamlBytes) {
      file->text.clear();
      diagnostics.error(std::string(code), {file, 0, 0, 1}, "the file is larger than 64 MiB", "split it");
      return nullptr;
    }
  }
  if (std::ferror(in.get()) != 0) {
    diagnostics.error(std::string(code), {file, 0, 0, 1}, "cannot read the file: " + errno_text(errno), "");
    return nullptr;
  }
  // A byte order mark is not part of the text (RFC 3629 6).
  if (file->text.starts_with("\xEF\xBB\xBF")) file->text.erase(0, 3);
  return file;
}

std::optional<std::string> as_text(const Node& node, std::string_view what, std::string_view code,
                                   Diagnostics& diagnostics) {
  if (node.is_scalar()) return node.scalar;
  diagnostics.error(std::string(code), node.mark,
                    std::string(what) + " must be text, here is " + std::string(to_string(node.kind)), "");
  return std::nullopt;
}

std::optional<bool> as_boolean(const Node& node, std::string_view what, std::string_view code,
                               Diagnostics& diagnostics) {
  if (node.is_scalar() && node.plain) {
    if (node.scalar == "true") return true;
    if (node.scalar == "false") return false;
  }
  std::string hint = "write true or false";
  if (node.is_scalar() && one_of(node.scalar, {"yes", "Yes", "YES", "on", "On", "ON", "y", "True", "TRUE"}))
    hint = "write true";
  if (node.is_scalar() && one_of(node.scalar, {"no", "No", "NO", "off", "Off", "OFF", "n", "False", "FALSE"}))
    hint = "write false";
  diagnostics.error(std::string(code), node.mark, std::string(what) + " must be true or false", hint);
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node, std::int64_t least, std::int64_t most, std::string_view what,
                                       std::string_view code, Diagnostics& diagnostics) {
  if (node.is_scalar() && node.plain) {
    const std::string& s = node.scalar;
    std::int64_t value = 0;
    const auto [rest, failed] = std::from_chars(s.data(), s.data() + s.size(), value);
    const bool leading_zero = s.size() > 1 && (s[0] == '0' || (s[0] == '-' && s[1] == '0'));
    if (failed == std::errc() && rest == s.data() + s.size()) {
      if (leading_zero) {
        diagnostics.error(std::string(code), node.mark,
                          std::string(what) + " begins with 0, which some readers take for octal",
                          "write it without the 0");
        return std::nullopt;
      }
      if (value >= least && value <= most) return value;
    }
  }
  diagnostics.error(
      std::string(code), node.mark,
      std::string(what) + " must be a whole number from " + std::to_string(least) + " to " + std::to_string(most), "");
  return std::nullopt;
}

std::optional<std::uint64_t> as_size(const Node& node, std::string_view what, std::string_view code,
                                     Diagnostics& diagnostics) {
  struct Unit {
    std::string_view name;
    std::uint64_t bytes;
  };
  static constexpr std::array<Unit, 8> kUnits = {{{"", 1},
                                                  {"B", 1},
                                                  {"KB", 1000},
                                                  {"MB", 1000 * 1000},
                                                  {"GB", 1000 * 1000 * 1000},
                                                  {"KiB", 1 << 10},
                                                  {"MiB", 1 << 20},
                                                  {"GiB", 1 << 30}}};
  if (node.is_scalar()) {
    const std::string& s = node.scalar;
    std::uint64_t value = 0;
    const auto [rest, failed] = std::from_chars(s.data(), s.data() + s.size(), value);
    std::string_view unit(rest, size_t(s.data() + s.size() - rest));
    if (unit.starts_with(' ')) unit.remove_prefix(1);
    if (failed == std::errc()) {
      for (const Unit& u : kUnits) {
        if (u.name == unit && value <= std::numeric_limits<std::uint64_t>::max() / u.bytes) return value * u.bytes;
      }
    }
  }
  diagnostics.error(std::string(code), node.mark, std::string(what) + " must be a size such as 10MB, 512KiB or 4096",
                    "");
  return std::nullopt;
}

Reader::Reader(const Node& map, std::string where, const ReaderCodes& codes, Diagnostics& diagnostics)
    : node_(map), where_(std::move(where)), codes_(codes), diagnostics_(diagnostics) {
  if (!map.is_map()) {
    diagnostics_.error(codes_.wrong_type, map.mark,
                       where_ + " must be a map of keys and values, here is " + std::string(to_string(map.kind)), "");
  }
}

const Node* Reader::get(std::string_view key) {
  asked_.emplace_back(key);
  return node_.find(key);
}

const Node* Reader::require(std::string_view key) {
  const Node* node = get(key);
  if (node == nullptr && node_.is_map()) {
    diagnostics_.error(codes_.missing_key, node_.mark, where_ + " has no '" + std::string(key) + "'", "");
  }
  return node;
}

std::optional<std::string> Reader::text(std::string_view key) {
  const Node* node = get(key);
  return node == nullptr ? std::nullopt : as_text(*node, "'" + std::string(key) + "'", codes_.wrong_type, diagnostics_);
}

std::optional<bool> Reader::boolean(std::string_view key) {
  const Node* node = get(key);
  return node == nullptr ? std::nullopt
                         : as_boolean(*node, "'" + std::string(key) + "'", codes_.bad_value, diagnostics_);
}

std::optional<std::int64_t> Reader::integer(std::string_view key, std::int64_t least, std::int64_t most) {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  return as_integer(*node, least, most, "'" + std::string(key) + "'", codes_.bad_value, diagnostics_);
}

std::optional<double> Reader::percent(std::string_view key) {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  if (node->is_scalar() && node->scalar.ends_with('%')) {
    const std::string digits = node->scalar.substr(0, node->scalar.size() - 1);
    double value = 0;
    const auto [rest, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (failed == std::errc() && rest == digits.data() + digits.size() && value >= 0 && value <= 100)
      return value / 100;
  }
  diagnostics_.error(codes_.bad_value, node->mark, "'" + std::string(key) + "' must be a share such as 10%", "");
  return std::nullopt;
}

std::optional<std::chrono::milliseconds> Reader::duration(std::string_view key) {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  auto value = parse_duration(node->is_scalar() ? node->scalar : "");
  if (value) return *value;
  diagnostics_.error(codes_.bad_value, node->mark, "'" + std::string(key) + "': " + value.error().message, "");
  return std::nullopt;
}

std::optional<std::uint64_t> Reader::size(std::string_view key) {
  const Node* node = get(key);
  return node == nullptr ? std::nullopt : as_size(*node, "'" + std::string(key) + "'", codes_.bad_value, diagnostics_);
}

std::optional<WallTime> Reader::time(std::string_view key) {
  const Node* node = get(key);
  if (node == nullptr) return std::nullopt;
  auto value = parse_rfc3339(node->is_scalar() ? node->scalar : "");
  if (value) return *value;
  diagnostics_.error(codes_.bad_value, node->mark, "'" + std::string(key) + "': " + value.error().message, "");
  return std::nullopt;
}

std::vector<std::string> Reader::texts(std::string_view key) {
  const Node* node = get(key);
  std::vector<std::string> out;
  if (node == nullptr) return out;
  const std::string what = "'" + std::string(key) + "'";
  if (node->is_scalar()) {
    out.push_back(node->scalar);
  } else if (node->is_sequence()) {
    for (const Node& item : node->items) {
      if (auto value = as_text(item, "an entry of " + what, codes_.wrong_type, diagnostics_))
        out.push_back(std::move(*value));
    }
  } else {
    diagnostics_.error(codes_.wrong_type, node->mark,
                       what + " must be a list of texts, here is " + std::string(to_string(node->kind)), "");
  }
  return out;
}

void Reader::finish() {
  const std::vector<std::string_view> known(asked_.begin(), asked_.end());
  for (const auto& [key, value] : node_.entries) {
    if (std::find(asked_.begin(), asked_.end(), key.scalar) != asked_.end()) continue;
    diagnostics_.error(codes_.unknown_key, key.mark, "unknown key '" + key.scalar + "' in " + where_,
                       did_you_mean(key.scalar, known));
  }
}

}  // namespace postern::yaml
