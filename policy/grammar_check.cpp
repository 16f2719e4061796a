#include "policy/grammar_check.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/clock.h"
#include "policy/codes.h"
#include "policy/values.h"

namespace postern::policy::grammar {

namespace {

using std::string;
using std::string_view;
using yaml::Node;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

string quoted(string_view text) {
  return "'" + string(text) + "'";
}

string code(string_view code) {
  return string(code);
}

class Checker {
 public:
  explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void map(const Node& node, const MapSpec& spec) {
    if (!node.is_map()) {
      return report(codes::kWrongType, node,
                    string(spec.name) + " must be a map of keys and values, here is " + string(to_string(node.kind)));
    }
    if (node.entries.empty() && spec.refuses_empty()) {
      return report(codes::kBadValue, node, string(spec.name) + " is an empty map", takes(spec));
    }
    for (const auto& [key, value] : node.entries) {
      const KeySpec* known = spec.find(key.scalar);
      if (known == nullptr) {
        unknown_key(key, spec);
        continue;
      }
      // What is wrong in itself is reported as that.
      const size_t errors = diagnostics_.errors();
      field(value, *known, spec);
      if (diagnostics_.errors() == errors) later(key, value, spec);
    }
    for (const KeySpec& key : spec.keys) {
      if (key.need == Need::required && node.find(key.name) == nullptr) {
        report(codes::kMissingKey, node, string(spec.name) + " has no " + quoted(key.name));
      }
    }
    if (!spec.one_of.empty()) exactly_one(node, spec);
  }

 private:
  void report(string_view which, const Node& node, string text, string hint = "") {
    diagnostics_.error(code(which), node.mark, std::move(text), std::move(hint));
  }

  static string takes(const MapSpec& spec) {
    string out;
    for (const KeySpec& key : spec.keys) out += (out.empty() ? "it takes " : ", ") + string(key.name);
    return out;
  }

  void unknown_key(const Node& key, const MapSpec& spec) {
    std::vector<string_view> names;
    for (const KeySpec& known : spec.keys) names.push_back(known.name);
    string hint = did_you_mean(key.scalar, names);
    if (hint.empty()) hint = takes(spec);
    report(codes::kUnknownKey, key, "unknown key " + quoted(key.scalar) + " in " + string(spec.name), hint);
  }

  void later(const Node& key, const Node& value, const MapSpec& spec) {
    for (const Later& one : grammar::later()) {
      if (one.map != spec.name || one.key != key.scalar) continue;
      if (one.word.empty()) {
        report(codes::kNotInThisVersion, key, quoted(key.scalar) + " is not in this version", "remove it for now");
      } else {
        later_word(key, value, one.word);
      }
    }
  }

  void later_word(const Node& key, const Node& value, string_view word) {
    for (const Node& item : value.items) later_word(key, item, word);
    if (!value.is_scalar()) return;
    const bool all_but = word.starts_with('!');
    if (all_but) word.remove_prefix(1);
    const bool same = value.scalar == word || value.scalar.ends_with(" " + string(word));  // "60 words"
    if (same == all_but) return;
    report(codes::kNotInThisVersion, value, quoted(key.scalar + ": " + value.scalar) + " is not in this version",
           "remove it for now");
  }

  void exactly_one(const Node& node, const MapSpec& spec) {
    std::vector<const Node*> found;
    for (const auto& [key, value] : node.entries) {
      if (std::find(spec.one_of.begin(), spec.one_of.end(), key.scalar) != spec.one_of.end()) found.push_back(&key);
    }
    string all;
    for (const string_view name : spec.one_of) all += (all.empty() ? "" : ", ") + string(name);
    if (found.empty()) {
      report(codes::kMissingKey, node, string(spec.name) + " does not say what it is: one of " + all);
    }
    for (size_t i = 1; i < found.size(); i++) {
      report(codes::kKeysDoNotFit, *found[i], quoted(found[i]->scalar) + " beside " + quoted(found[0]->scalar),
             spec.name == "content" ? "put them under all: or any:" : "keep one of them");
    }
  }

  void field(const Node& value, const KeySpec& key, const MapSpec& spec) {
    if (value.is_null()) {
      return report(codes::kWrongType, value, quoted(key.name) + " has no value", "give it one or remove the key");
    }
    switch (key.type.many) {
      case Many::one:
        return one(value, key.type, key.name);
      case Many::list:
        if (!value.is_sequence()) return must_be_list(value, key.name);
        return list(value, key.type, key.name);
      case Many::one_or_list:
        return value.is_sequence() ? list(value, key.type, key.name) : one(value, key.type, key.name);
      case Many::named:
      case Many::named_list:
        return named(value, key, spec);
    }
  }

  void must_be_list(const Node& value, string_view name) {
    report(codes::kWrongType, value, quoted(name) + " must be a list, here is " + string(to_string(value.kind)),
           value.is_map() ? "begin each entry with '- '" : "");
  }

  void list(const Node& value, const Type& type, string_view name) {
    if (value.items.empty() && type.empty == Empty::refused) {
      return report(codes::kBadValue, value, quoted(name) + " is an empty list",
                    "remove the key if nothing belongs here");
    }
    for (const Node& item : value.items) {
      if (item.is_null()) {
        report(codes::kWrongType, item, "an entry of " + quoted(name) + " has no value",
               "remove it, or write it in quotes if the word null is meant");
      } else {
        one(item, type, name);
      }
    }
  }

  void named(const Node& value, const KeySpec& key, const MapSpec&) {
    if (!value.is_map()) {
      return report(codes::kWrongType, value,
                    quoted(key.name) + " must be a map of names, here is " + string(to_string(value.kind)));
    }
    for (const auto& [name, item] : value.entries) {
      const string_view odd = name.plain ? ambiguity(name.scalar) : string_view();
      if (!odd.empty()) ambiguous(name, odd);
      if (item.is_null()) {
        report(codes::kWrongType, item, quoted(name.scalar) + " has no value", "write [] for an empty list");
      } else if (key.type.many == Many::named_list && item.is_sequence()) {
        list(item, key.type, name.scalar);
      } else {
        one(item, key.type, name.scalar);
      }
    }
  }

  void ambiguous(const Node& node, string_view odd) {
    report(codes::kAmbiguous, node, quoted(node.scalar) + " without quotes is " + string(odd) + " to some YAML readers",
           "write '" + node.scalar + "' in quotes if the text is meant");
  }

  bool scalar(const Node& value, string_view name, string_view wanted) {
    if (value.is_scalar()) return true;
    report(codes::kWrongType, value,
           quoted(name) + " must be " + string(wanted) + ", here is " + string(to_string(value.kind)));
    return false;
  }

  template <typename T>
  void converts(const Node& value, string_view name, const Result<T>& result, string_view which) {
    if (!result) report(which, value, quoted(name) + ": " + result.error().message);
  }

  void one(const Node& value, const Type& type, string_view name) {
    const string what = quoted(name);
    switch (type.shape) {
      case Shape::text:
        return text(value, name);
      case Shape::boolean:
        yaml::as_boolean(value, what, codes::kWrongType, diagnostics_);
        return;
      case Shape::on_off:
        return on_off(value, name);
      case Shape::integer:
        yaml::as_integer(value, type.least, type.most, what, codes::kBadValue, diagnostics_);
        return;
      case Shape::entropy:
        if (scalar(value, name, "bits a character, such as 3.5")) {
          converts(value, name, parse_entropy(value.scalar), codes::kBadValue);
        }
        return;
      case Shape::share:
        if (scalar(value, name, "a share such as 10%")) {
          converts(value, name, parse_share(value.scalar), codes::kBadValue);
        }
        return;
      case Shape::percent_number:
        if (value.is_scalar() && value.scalar.ends_with('%')) {
          return converts(value, name, parse_share(value.scalar), codes::kBadValue);
        }
        yaml::as_integer(value, 0, 100, what, codes::kBadValue, diagnostics_);
        return;
      case Shape::duration:
        if (scalar(value, name, "a duration such as 24h")) {
          converts(value, name, parse_duration(value.scalar), codes::kBadValue);
        }
        return;
      case Shape::size:
        yaml::as_size(value, what, codes::kBadValue, diagnostics_);
        return;
      case Shape::time:
        if (scalar(value, name, "a time")) converts(value, name, parse_rfc3339(value.scalar), codes::kTime);
        return;
      case Shape::date_or_name:
        // Whether it is a name that `dates` has is the loader's to say.
        if (scalar(value, name, "a time or a name in 'dates'") && looks_like_time(value.scalar)) {
          converts(value, name, parse_rfc3339(value.scalar), codes::kTime);
        }
        return;
      case Shape::day:
        if (scalar(value, name, "a day")) converts(value, name, parse_day(value.scalar), codes::kTime);
        return;
      case Shape::word:
        return word(value, type, name);
      case Shape::distance:
        if (scalar(value, name, "a distance")) {
          converts(value, name, parse_distance(value.scalar), codes::kBadValue);
        }
        return;
      case Shape::address:
        return address(value, name);
      case Shape::map:
        return map(value, *type.map);
      case Shape::filter:
        return filter(value, type, name);
    }
  }

  static bool looks_like_time(string_view text) {
    return text.size() >= 10 && std::all_of(text.begin(), text.begin() + 4, is_digit) && text[4] == '-';
  }

  void text(const Node& value, string_view name) {
    if (!scalar(value, name, "text")) return;
    const string_view odd = value.plain ? ambiguity(value.scalar) : string_view();
    if (!odd.empty()) {
      ambiguous(value, odd);
    } else if (value.scalar.empty()) {
      report(codes::kBadValue, value, quoted(name) + " is empty", "remove it if nothing belongs here");
    }
  }

  void on_off(const Node& value, string_view name) {
    static constexpr std::array<string_view, 4> kWords = {"on", "off", "true", "false"};
    if (value.is_scalar() && std::find(kWords.begin(), kWords.end(), value.scalar) != kWords.end()) return;
    report(codes::kWrongType, value, quoted(name) + " must be on or off");
  }

  void word(const Node& value, const Type& type, string_view name) {
    const auto words = type.words();
    string all;
    for (const string_view w : words) all += (all.empty() ? "" : ", ") + string(w);
    if (!scalar(value, name, "one of " + all)) return;
    if (std::find(words.begin(), words.end(), value.scalar) != words.end()) return;
    string hint = did_you_mean(value.scalar, {words.begin(), words.end()});
    if (hint.empty()) hint = "one of " + all;
    report(codes::kBadValue, value, quoted(name) + " cannot be " + quoted(value.scalar), hint);
  }

  void address(const Node& value, string_view name) {
    if (!scalar(value, name, "an address, domain, class: or group:")) return;
    const auto term = parse_address_term(value.scalar);
    if (term && term->kind == AddressTerm::Kind::attribute) {
      return report(codes::kNotInThisVersion, value, quoted(value.scalar) + ": attributes are not in this version",
                    "no directory is asked yet: name addresses, domains or a group");
    }
    if (term) return;
    string hint;
    if (value.scalar.starts_with("class:")) {
      const auto words = destination_class_words();
      hint = did_you_mean(string_view(value.scalar).substr(6), {words.begin(), words.end()});
    }
    if (value.scalar.starts_with('@')) hint = "write " + value.scalar.substr(1) + " for all of its addresses";
    report(codes::kAddress, value, quoted(value.scalar) + ": " + term.error().message, hint);
  }

  void filter(const Node& value, const Type& type, string_view name) {
    if (value.is_map()) {
      if (value.entries.empty()) {
        return report(codes::kBadValue, value, quoted(name) + " is an empty map",
                      "remove the key if everyone is meant");
      }
      return map(value, *type.map);
    }
    constexpr Type kAddresses{Shape::address, Many::one_or_list};
    return value.is_sequence() ? list(value, kAddresses, name) : one(value, kAddresses, name);
  }

  Diagnostics& diagnostics_;
};

}  // namespace

// YAML 1.1 (yes, octal, sexagesimal, underscores) and 1.2 (floats, 0x, 0o) type resolution.
std::string_view ambiguity(string_view plain_text) {
  static constexpr std::array<string_view, 22> kBooleans = {
      "y",  "Y",  "yes", "Yes", "YES", "n",    "N",    "no",   "No",    "NO",    "on",
      "On", "ON", "off", "Off", "OFF", "true", "True", "TRUE", "false", "False", "FALSE"};
  if (std::find(kBooleans.begin(), kBooleans.end(), plain_text) != kBooleans.end()) return "true or false";
  string_view digits = plain_text;
  if (digits.starts_with('-') || digits.starts_with('+')) digits.remove_prefix(1);
  static constexpr std::array<string_view, 6> kNoDigits = {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"};
  if (std::find(kNoDigits.begin(), kNoDigits.end(), digits) != kNoDigits.end()) return "a number";
  const bool fraction = digits.size() > 1 && digits[0] == '.' && is_digit(digits[1]);
  if (digits.empty() || (!is_digit(digits[0]) && !fraction)) return "";
  if (digits.starts_with("0x") || digits.starts_with("0o") || digits.starts_with("0b"))
    return "a number in another base";
  const bool all_digits = std::all_of(digits.begin(), digits.end(), is_digit);
  if (all_digits) return digits.size() > 1 && digits[0] == '0' ? "an octal number" : "";
  const bool numeric =
      std::all_of(digits.begin(), digits.end(), [](char c) { return is_digit(c) || c == '_' || c == '.' || c == ':'; });
  if (numeric) {
    if (digits.find('_') != string_view::npos) return "a number";
    const auto dots = std::count(digits.begin(), digits.end(), '.');
    const auto colons = std::count(digits.begin(), digits.end(), ':');
    if (colons > 0) return "a number to base 60";
    return dots == 1 ? "a number that may lose digits" : "";
  }
  const size_t e = digits.find_first_of("eE");
  if (e == string_view::npos || e + 1 >= digits.size()) return "";
  string_view exponent = digits.substr(e + 1);
  if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
  const auto is_mantissa = [](char c) { return is_digit(c) || c == '.'; };
  const bool exponential = !exponent.empty() && std::all_of(exponent.begin(), exponent.end(), is_digit) &&
                           std::all_of(digits.begin(), digits.begin() + std::ptrdiff_t(e), is_mantissa);
  return exponential ? "a number with an exponent" : "";
}

void check(const Node& node, const MapSpec& spec, Diagnostics& diagnostics) {
  Checker(diagnostics).map(node, spec);
}

}  // namespace postern::policy::grammar
