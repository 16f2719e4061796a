// YAML files as a strict tree with positions.
//
// A stricter reading than yaml-cpp's own: duplicate keys, anchors, aliases,
// tags, several documents and tabs in indentation are errors; every plain
// scalar keeps its text, so that `no`, `010` and `1e3` mean nothing until a
// typed reader asks, and then an ambiguous spelling is an error with a hint to
// quote it. All problems go to Diagnostics with file, line and column; reading
// goes on after each, so that one run shows them all.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/diagnostic.h"

namespace postern::yaml {

enum class Kind { null, scalar, sequence, map };

struct Node {
  // Declared here and defined below, where a pair of Nodes is a complete type.
  Node();
  ~Node();
  Node(const Node&);
  Node(Node&&) noexcept;
  Node& operator=(const Node&);
  Node& operator=(Node&&) noexcept;

  Kind kind = Kind::null;
  std::string scalar;
  bool plain = true;                           // scalars: written without quotes and without | or >
  std::vector<Node> items;                     // sequence
  std::vector<std::pair<Node, Node>> entries;  // map, in file order; keys are scalars
  SourceMark mark;

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_map() const { return kind == Kind::map; }
  // The value under `key`, or null when this is no map or has no such key.
  const Node* find(std::string_view key) const;
};
inline Node::Node() = default;
inline Node::~Node() = default;
inline Node::Node(const Node&) = default;
inline Node::Node(Node&&) noexcept = default;
inline Node& Node::operator=(const Node&) = default;
inline Node& Node::operator=(Node&&) noexcept = default;

// Parses one document. Problems of syntax are reported under `code`; what could be read is returned.
// An empty file is a null node. Files over kMaxYamlBytes are refused.
inline constexpr size_t kMaxYamlBytes = 64 << 20;  // a 100,000-rule policy is 40 MB
Node parse(const std::shared_ptr<const SourceFile>& file, std::string_view code, Diagnostics& diagnostics);

// Reads a file from disk; nothing (and a diagnostic) when it cannot be read.
std::shared_ptr<const SourceFile> load_file(const std::string& path, std::string_view code, Diagnostics& diagnostics);

// The codes a Reader reports under.
struct ReaderCodes {
  std::string unknown_key;
  std::string wrong_type;
  std::string bad_value;
  std::string missing_key;
};

// Reads a map key by key and reports every key that nobody asked for, with a "did you mean". Typed
// getters report wrong types themselves and return nothing then, and nothing when the key is absent.
// Destroying it does not report; finish() does.
class Reader {
 public:
  // `where` names the map in messages: "rule", "detector".
  Reader(const Node& map, std::string where, const ReaderCodes& codes, Diagnostics& diagnostics);

  bool ok() const { return node_.is_map(); }
  const Node& node() const { return node_; }

  const Node* get(std::string_view key);      // any kind
  const Node* require(std::string_view key);  // reports when absent
  std::optional<std::string> text(std::string_view key);
  std::optional<bool> boolean(std::string_view key);  // true | false only; yes, on ... are errors with a hint
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<double> percent(std::string_view key);  // "10%" as 0.1
  std::optional<std::chrono::milliseconds> duration(std::string_view key);
  std::optional<std::uint64_t> size(std::string_view key);  // 10MB, 512KiB, plain bytes
  std::optional<WallTime> time(std::string_view key);       // RFC 3339 with offset
  std::vector<std::string> texts(std::string_view key);     // a sequence of scalars, or one scalar

  void finish();

 private:
  const Node& node_;
  std::string where_;
  const ReaderCodes& codes_;
  Diagnostics& diagnostics_;
  std::vector<std::string> asked_;
};

// The same conversions for a single node; each reports under `code` and returns nothing on failure.
std::optional<std::string> as_text(const Node& node, std::string_view what, std::string_view code,
                                   Diagnostics& diagnostics);
std::optional<bool> as_boolean(const Node& node, std::string_view what, std::string_view code,
                               Diagnostics& diagnostics);
std::optional<std::int64_t> as_integer(const Node& node, std::int64_t least, std::int64_t most, std::string_view what,
                                       std::string_view code, Diagnostics& diagnostics);
std::optional<std::uint64_t> as_size(const Node& node, std::string_view what, std::string_view code,
                                     Diagnostics& diagnostics);

std::string_view to_string(Kind kind);  // "a map", "a list", "a value", "nothing"

}  // namespace postern::yaml
