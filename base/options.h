// Options: the configuration as one table of rows.
//
// Every option of Postern has exactly one row: its key, type, bounds, default
// and help. The same rows make the parser, `postern config dump --origin` and
// the reference postern.yaml(5), so that none of them can drift.
//
// Files: one main file, then conf.d/*.yaml beside it in lexical order; later
// files win key by key (lists are replaced whole). Keys are nested maps in YAML
// and dotted here: `milter.listen`. Unknown keys, duplicates and wrong types
// are errors with file, line and column; keys of a later version are refused as
// "not in this version".
//
// A Configuration is immutable after loading and safe to share.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace postern {

enum class OptionType {
  text,
  list,      // of texts; one scalar is a list of one
  boolean,   // true | false
  integer,   // least..most
  size,      // bytes: 10MB, 512KiB
  duration,  // 30s, 5d; least..most are milliseconds
  choice,    // one of `choices`
  later,     // known, and an engine for it comes in a later version
};

struct OptionRow {
  std::string_view key;  // "section.name"
  OptionType type = OptionType::text;
  std::string_view default_value;  // as it would be written in YAML; lists separated by ", "
  std::string_view help;           // one or two sentences
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view choices = {};  // "tempfail accept quarantine"
};

class Configuration {
 public:
  // Reads `path` and `conf.d/*.yaml` beside it. `path` empty: the defaults alone. Problems are in
  // `diagnostics` (codes C001-C005); what could be read is returned, and must not be used when there are errors.
  static Configuration load(const std::string& path, std::span<const OptionRow> table, Diagnostics& diagnostics);

  // Getters for keys of the table; asking for another key or type is a defect and aborts.
  const std::string& text(std::string_view key) const;
  const std::vector<std::string>& list(std::string_view key) const;
  bool boolean(std::string_view key) const;
  std::int64_t integer(std::string_view key) const;
  std::uint64_t size(std::string_view key) const;
  std::chrono::milliseconds duration(std::string_view key) const;

  // Where the value was set: "postern.yaml:12", or "default".
  std::string origin(std::string_view key) const;

  // The whole configuration as YAML; with origins as comments behind each value.
  enum class Origins { hide, show };
  std::string dump(Origins origins) const;

 private:
  struct Value {
    const OptionRow* row = nullptr;
    std::string text;
    std::vector<std::string> list;
    std::int64_t number = 0;
    SourceMark mark;  // no file: the default
  };
  const Value& value(std::string_view key, OptionType type) const;

  friend class ConfigurationReader;
  std::vector<Value> values_;  // in order of the table
  std::map<std::string, size_t, std::less<>> index_;
};

// The rows as the options section of postern.yaml(5), in scdoc.
std::string options_manual(std::span<const OptionRow> table);

}  // namespace postern
