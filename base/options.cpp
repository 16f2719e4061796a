#include "base/options.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "base/log.h"
#include "base/yaml.h"

namespace postern {

namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + separator.size());
  }
  return out;
}

std::string_view section_of(std::string_view key) {
  return key.substr(0, key.find('.'));
}
std::string_view name_of(std::string_view key) {
  return key.substr(key.find('.') + 1);
}

std::string_view type_word(OptionType type) {
  switch (type) {
    case OptionType::text:
      return "text";
    case OptionType::list:
      return "list of texts";
    case OptionType::boolean:
      return "true or false";
    case OptionType::integer:
      return "whole number";
    case OptionType::size:
      return "size in bytes (10MB, 512KiB)";
    case OptionType::duration:
      return "duration (30s, 5d)";
    case OptionType::choice:
      return "one of";
    case OptionType::later:
      return "not in this version";
  }
  return "text";
}

// scdoc reads these three as markup.
std::string scdoc_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

// Quotes what YAML would read as something else.
std::string yaml_scalar(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

}  // namespace

class ConfigurationReader {
 public:
  ConfigurationReader(std::span<const OptionRow> table, Diagnostics& diagnostics)
      : table_(table), diagnostics_(diagnostics) {
    for (const OptionRow& row : table_) {
      sections_.push_back(section_of(row.key));
      if (row.type == OptionType::later) continue;
      Configuration::Value value;
      value.row = &row;
      configuration_.index_.emplace(row.key, configuration_.values_.size());
      configuration_.values_.push_back(std::move(value));
    }
    for (Configuration::Value& value : configuration_.values_) set_default(value);
  }

  void read(const std::string& path) {
    const auto file = yaml::load_file(path, "C001", diagnostics_);
    if (!file) return;
    const yaml::Node root = yaml::parse(file, "C001", diagnostics_);
    if (root.is_null()) return;
    if (!root.is_map()) {
      diagnostics_.error("C003", root.mark, "the configuration must be a map of sections", "");
      return;
    }
    for (const auto& [key, section] : root.entries) read_section(key, section);
  }

  Configuration take() { return std::move(configuration_); }

 private:
  void set_default(Configuration::Value& value) {
    yaml::Node node;
    node.kind = yaml::Kind::scalar;
    node.scalar = std::string(value.row->default_value);
    if (value.row->type == OptionType::list) {
      node.kind = yaml::Kind::sequence;
      for (const std::string_view item : split(value.row->default_value, ", ")) {
        yaml::Node child;
        child.kind = yaml::Kind::scalar;
        child.scalar = std::string(item);
        node.items.push_back(std::move(child));
      }
    }
    set(value, node);
    value.mark = {};
  }

  void read_section(const yaml::Node& key, const yaml::Node& section) {
    if (std::find(sections_.begin(), sections_.end(), key.scalar) == sections_.end()) {
      diagnostics_.error("C002", key.mark, "unknown section '" + key.scalar + "'", did_you_mean(key.scalar, sections_));
      return;
    }
    if (section.is_null()) return;
    if (!section.is_map()) {
      diagnostics_.error("C003", section.mark,
                         "section '" + key.scalar + "' must be a map of keys and values, here is " +
                             std::string(yaml::to_string(section.kind)),
                         "");
      return;
    }
    for (const auto& [name, node] : section.entries) read_option(key.scalar, name, node);
  }

  void read_option(const std::string& section, const yaml::Node& name, const yaml::Node& node) {
    const std::string key = section + "." + name.scalar;
    const auto found = configuration_.index_.find(key);
    if (found != configuration_.index_.end()) {
      set(configuration_.values_[found->second], node);
      return;
    }
    std::vector<std::string_view> names;
    for (const OptionRow& row : table_) {
      if (row.key == key) {
        diagnostics_.error("C005", name.mark, "'" + key + "' is not in this version", std::string(row.help));
        return;
      }
      if (section_of(row.key) == section) names.push_back(name_of(row.key));
    }
    diagnostics_.error("C002", name.mark, "unknown key '" + name.scalar + "' in section '" + section + "'",
                       did_you_mean(name.scalar, names));
  }

  void set(Configuration::Value& value, const yaml::Node& node) {
    const OptionRow& row = *value.row;
    const std::string what = "'" + std::string(row.key) + "'";
    value.mark = node.mark;
    switch (row.type) {
      case OptionType::text:
        if (auto text = yaml::as_text(node, what, "C003", diagnostics_)) value.text = std::move(*text);
        break;
      case OptionType::list:
        set_list(value, node, what);
        break;
      case OptionType::boolean:
        if (auto flag = yaml::as_boolean(node, what, "C003", diagnostics_)) {
          value.number = *flag ? 1 : 0;
          value.text = *flag ? "true" : "false";
        }
        break;
      case OptionType::integer:
        if (auto number = yaml::as_integer(node, row.least, row.most, what, "C004", diagnostics_)) {
          value.number = *number;
          value.text = std::to_string(*number);
        }
        break;
      case OptionType::size:
        if (auto bytes = yaml::as_size(node, what, "C004", diagnostics_)) {
          if (check_bounds(row, std::int64_t(*bytes), node, " bytes")) {
            value.number = std::int64_t(*bytes);
            value.text = node.scalar;
          }
        }
        break;
      case OptionType::duration:
        set_duration(value, node, what);
        break;
      case OptionType::choice:
        set_choice(value, node, what);
        break;
      case OptionType::later:
        break;
    }
  }

  void set_list(Configuration::Value& value, const yaml::Node& node, const std::string& what) {
    std::vector<std::string> items;
    if (node.is_scalar()) {
      items.push_back(node.scalar);
    } else if (node.is_sequence()) {
      for (const yaml::Node& item : node.items) {
        auto text = yaml::as_text(item, "an entry of " + what, "C003", diagnostics_);
        if (text) items.push_back(std::move(*text));
      }
    } else {
      diagnostics_.error("C003", node.mark,
                         what + " must be a list, here is " + std::string(yaml::to_string(node.kind)), "");
      return;
    }
    value.list = std::move(items);
  }

  void set_duration(Configuration::Value& value, const yaml::Node& node, const std::string& what) {
    const auto duration = parse_duration(node.is_scalar() ? node.scalar : "");
    if (!duration) {
      diagnostics_.error("C004", node.mark, what + ": " + duration.error().message, "");
    } else if (check_bounds(*value.row, duration->count(), node, " ms")) {
      value.number = duration->count();
      value.text = node.scalar;
    }
  }

  void set_choice(Configuration::Value& value, const yaml::Node& node, const std::string& what) {
    const std::vector<std::string_view> choices = split(value.row->choices, " ");
    if (node.is_scalar() && std::find(choices.begin(), choices.end(), node.scalar) != choices.end()) {
      value.text = node.scalar;
      return;
    }
    std::string all;
    for (const std::string_view choice : choices) all += (all.empty() ? "" : ", ") + std::string(choice);
    diagnostics_.error("C004", node.mark, what + " must be one of " + all, did_you_mean(node.scalar, choices));
  }

  bool check_bounds(const OptionRow& row, std::int64_t number, const yaml::Node& node, std::string_view unit) {
    if (number >= row.least && number <= row.most) return true;
    diagnostics_.error("C004", node.mark,
                       "'" + std::string(row.key) + "' must be from " + std::to_string(row.least) + " to " +
                           std::to_string(row.most) + std::string(unit),
                       "");
    return false;
  }

  std::span<const OptionRow> table_;
  Diagnostics& diagnostics_;
  Configuration configuration_;
  std::vector<std::string_view> sections_;
};

Configuration Configuration::load(const std::string& path, std::span<const OptionRow> table, Diagnostics& diagnostics) {
  ConfigurationReader reader(table, diagnostics);
  if (!path.empty()) {
    reader.read(path);
    const std::filesystem::path extra_dir = std::filesystem::path(path).parent_path() / "conf.d";
    std::vector<std::string> extra;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(extra_dir, ignored)) {
      if (entry.path().extension() == ".yaml") extra.push_back(entry.path().string());
    }
    std::sort(extra.begin(), extra.end());
    for (const std::string& file : extra) reader.read(file);
  }
  return reader.take();
}

const Configuration::Value& Configuration::value(std::string_view key, OptionType type) const {
  const auto found = index_.find(key);
  if (found == index_.end() || values_[found->second].row->type != type) {
    log_error("no such option in the table: " + std::string(key));
    std::abort();
  }
  return values_[found->second];
}

const std::string& Configuration::text(std::string_view key) const {
  const auto found = index_.find(key);
  const bool choice = found != index_.end() && values_[found->second].row->type == OptionType::choice;
  return value(key, choice ? OptionType::choice : OptionType::text).text;
}

const std::vector<std::string>& Configuration::list(std::string_view key) const {
  return value(key, OptionType::list).list;
}

bool Configuration::boolean(std::string_view key) const {
  return value(key, OptionType::boolean).number != 0;
}

std::int64_t Configuration::integer(std::string_view key) const {
  return value(key, OptionType::integer).number;
}

std::uint64_t Configuration::size(std::string_view key) const {
  return std::uint64_t(value(key, OptionType::size).number);
}

std::chrono::milliseconds Configuration::duration(std::string_view key) const {
  return std::chrono::milliseconds(value(key, OptionType::duration).number);
}

std::string Configuration::origin(std::string_view key) const {
  const auto found = index_.find(key);
  if (found == index_.end()) return "";
  const SourceMark& mark = values_[found->second].mark;
  return mark.file ? mark.file->path + ":" + std::to_string(mark.line) : "default";
}

std::string Configuration::dump(Origins origins) const {
  std::string out;
  std::string_view section;
  for (const Value& value : values_) {
    if (section_of(value.row->key) != section) {
      section = section_of(value.row->key);
      out += std::string(section) + ":\n";
    }
    out += "  " + std::string(name_of(value.row->key)) + ": ";
    if (value.row->type == OptionType::list) {
      out += "[";
      for (size_t i = 0; i < value.list.size(); i++) out += (i > 0 ? ", " : "") + yaml_scalar(value.list[i]);
      out += "]";
    } else if (value.row->type == OptionType::text) {
      out += yaml_scalar(value.text);
    } else {
      out += value.text;
    }
    if (origins == Origins::show) out += "  # " + origin(value.row->key);
    out += "\n";
  }
  return out;
}

std::string options_manual(std::span<const OptionRow> table) {
  std::string out;
  std::string_view section;
  for (const OptionRow& row : table) {
    if (section_of(row.key) != section) {
      section = section_of(row.key);
      out += "## " + std::string(section) + "\n\n";
    }
    out += "*" + std::string(row.key) + "* (" + std::string(type_word(row.type));
    if (row.type == OptionType::choice) out += " " + std::string(row.choices);
    if (row.type == OptionType::integer)
      out += " from " + std::to_string(row.least) + " to " + std::to_string(row.most);
    if (row.type != OptionType::later) {
      out += ", default " + (row.default_value.empty() ? "empty" : "'" + std::string(row.default_value) + "'");
    }
    out += ")\n\t" + scdoc_text(row.help) + "\n\n";
  }
  return out;
}

}  // namespace postern
