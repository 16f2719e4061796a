#include <algorithm>
#include <cmath>

#include "policy/builtins.h"
#include "policy/codes.h"
#include "policy/loader_state.h"
#include "policy/pick.h"
#include "policy/regex_check.h"
#include "policy/validators.h"
#include "policy/values.h"
#include "policy/views.h"

namespace postern::policy {

using std::string;
using std::string_view;
using yaml::Node;

namespace {

const Node* scalar_at(const Node& map, string_view key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is_scalar() && !node->scalar.empty() ? node : nullptr;
}

}  // namespace

std::optional<RegexPattern> LoadState::regex(const Node& node) {
  if (!node.is_scalar() || node.scalar.empty()) return std::nullopt;
  if (const auto problem = check_regex(node.scalar)) {
    if (problem->empty_match) {
      error(codes::kEmptyRegex, node.mark, problem->text, "make at least one character mandatory");
    } else {
      error(codes::kRegex, mark_inside(node, problem->offset), "the regex is wrong here: " + problem->text);
    }
    return std::nullopt;
  }
  return RegexPattern{node.scalar, node.mark};
}

std::shared_ptr<const WordList> LoadState::dictionary(Source& source, const Node& node) {
  const auto known = source.dictionaries.find(node.scalar);
  if (known != source.dictionaries.end()) return known->second;
  std::shared_ptr<const WordList> words;
  std::vector<string_view> names;
  const auto files = files_.list(source.dir, "dictionaries", ".txt");
  names.assign(files.begin(), files.end());
  if (!is_inside(node.scalar)) {
    error(codes::kNoFile, node.mark, "a dictionary is a file below the policy's folder", "dictionaries/NAME.txt");
  } else if (std::find(files.begin(), files.end(), node.scalar) == files.end()) {
    string hint = did_you_mean(node.scalar, names);
    for (const string& meant : {"dictionaries/" + node.scalar, "dictionaries/" + node.scalar + ".txt"}) {
      if (std::find(files.begin(), files.end(), meant) != files.end()) hint = "write '" + meant + "'";
    }
    error(codes::kNoFile, node.mark, "there is no dictionary '" + node.scalar + "' in " + source.dir,
          hint.empty() ? "write the path of a file beside policy.yaml, as in dictionaries/NAME.txt" : hint);
  } else if (const auto file = files_.read(source.dir, node.scalar, source.label)) {
    words = parse_dictionary(node.scalar, file, diagnostics_);
    if (words->entries.empty()) words = nullptr;
  }
  source.dictionaries.emplace(node.scalar, words);
  return words;
}

std::vector<WordEntry> LoadState::entries(const Node& map, string_view key) {
  std::vector<WordEntry> out;
  for (const Node* item : pick::items(map, key)) {
    if (!item->is_scalar() || item->scalar.empty()) continue;
    const auto same = [&](const WordEntry& entry) { return entry.text == item->scalar; };
    if (item->scalar.size() > kMaxEntryBytes) {
      error(codes::kBadValue, item->mark, "an entry is longer than " + std::to_string(kMaxEntryBytes) + " bytes");
    } else if (item->scalar.find_first_not_of(" \t\n") == string::npos) {
      error(codes::kBadValue, item->mark, "an entry is made of spaces only");
    } else if (std::any_of(out.begin(), out.end(), same)) {
      diagnostics_.warning(string(codes::kDuplicate), item->mark, "'" + item->scalar + "' stands twice in this list");
    } else {
      out.push_back({item->scalar, 1, item->mark});
    }
  }
  return out;
}

std::optional<WordPattern> LoadState::words(Source& source, const Node& map) {
  WordPattern out;
  pick::word(map, "match", word_match_words(), out.match);
  pick::word(map, "case", letter_case_words(), out.letter_case);
  out.inflected = pick::boolean(map, "inflection").value_or(false);
  if (const Node* node = scalar_at(map, "dictionary")) {
    out.words = dictionary(source, *node);
    out.mark = node->mark;
  } else if (const Node* keywords = map.find("keywords")) {
    auto list = std::make_shared<WordList>();
    list->mark = keywords->mark;
    list->entries = entries(map, "keywords");
    out.mark = keywords->mark;
    if (!list->entries.empty()) out.words = std::move(list);
  }
  if (!out.words) return std::nullopt;
  return out;
}

void LoadState::reject_keys(const Node& map, std::initializer_list<string_view> keys, string_view beside) {
  for (const auto& [key, value] : map.entries) {
    if (std::find(keys.begin(), keys.end(), key.scalar) == keys.end()) continue;
    error(codes::kKeysDoNotFit, key.mark, "'" + key.scalar + "' does not go with '" + string(beside) + "'");
  }
}

std::optional<EvidencePattern> LoadState::evidence_pattern(Source& source, const Node& map) {
  if (const Node* node = map.find("regex")) {
    reject_keys(map, {"match", "case", "inflection"}, "regex");
    if (auto pattern = regex(*node)) return *pattern;
    return std::nullopt;
  }
  if (auto pattern = words(source, map)) return *pattern;
  return std::nullopt;
}

std::optional<PrimaryPattern> LoadState::primary_pattern(Source& source, const Node& map) {
  const auto only = [&](string_view kind, std::initializer_list<string_view> own) {
    for (const string_view key : {"match", "case", "inflection", "validate", "min_entropy", "at_least", "require",
                                  "within", "contains", "covered_by", "min_lines"}) {
      if (std::find(own.begin(), own.end(), key) == own.end()) reject_keys(map, {key}, kind);
    }
  };
  if (const Node* node = map.find("regex")) {
    only("regex", {"validate", "min_entropy"});
    if (auto pattern = regex(*node)) return *pattern;
    return std::nullopt;
  }
  if (map.find("keywords") != nullptr || map.find("dictionary") != nullptr) {
    only(map.find("keywords") != nullptr ? "keywords" : "dictionary", {"match", "case", "inflection"});
    if (auto pattern = words(source, map)) return *pattern;
    return std::nullopt;
  }
  if (const Node* node = scalar_at(map, "exact")) {
    only("exact", {"at_least", "require", "within"});
    ExactPattern out;
    out.table = node->scalar;
    out.mark = node->mark;
    pick::number(map, "at_least", out.at_least);
    out.require = pick::texts(map, "require");
    out.within = distance(map);
    return out;
  }
  if (const Node* node = scalar_at(map, "fingerprint")) {
    only("fingerprint", {"contains", "covered_by"});
    FingerprintPattern out{node->scalar, pick::share(map, "contains"), pick::share(map, "covered_by"), node->mark};
    if (out.contains.has_value() == out.covered_by.has_value()) {
      error(codes::kKeysDoNotFit, node->mark, "a fingerprint takes either 'contains' or 'covered_by'");
      return std::nullopt;
    }
    return out;
  }
  if (const Node* node = scalar_at(map, "builtin")) {
    if (const auto expression = builtin_expression(node->scalar)) {
      only("builtin", {});
      return RegexPattern{string(expression->regex), node->mark};
    }
    only("builtin", {"min_lines"});
    BuiltinPattern out{node->scalar, {}, node->mark};
    if (const auto lines = pick::integer(map, "min_lines")) out.options["min_lines"] = *lines;
    return out;
  }
  if (const Node* node = map.find("label")) {
    only("label", {});
    return LabelPattern{pick::texts(map, "label"), node->mark};
  }
  return std::nullopt;
}

std::optional<Distance> LoadState::distance(const Node& map) {
  const Node* node = map.find("within");
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  auto out = parse_distance(node->scalar);
  if (!out) return std::nullopt;
  out->mark = node->mark;
  return *out;
}

void LoadState::add_evidence(Source& source) {
  for (const Node& file : source.rule_files) {
    const Node* map = file.find("evidence");
    if (map == nullptr || !map->is_map()) continue;
    for (const auto& [key, value] : map->entries) {
      const string name = full_name(source, key.scalar);
      if (key.scalar.find('/') != string::npos) {
        error(codes::kBadValue, key.mark, "a name has no '/' in it", "PACK/NAME is how a pack's is named");
        continue;
      }
      const auto [it, added] = evidence_by_name_.try_emplace(name, EvidenceIndex(model_.evidence.size()));
      if (!added) {
        const SourceMark& first = model_.evidence[it->second].mark;
        error(codes::kDuplicate, key.mark, "the evidence '" + key.scalar + "' is defined twice",
              "the first is at " + first.file->path + ":" + std::to_string(first.line));
        continue;
      }
      // A pattern with an error (reported) stays as a name, so that what uses it is not reported too.
      Evidence evidence{name, RegexPattern{}, key.mark};
      if (value.is_map()) {
        if (auto pattern = evidence_pattern(source, value)) evidence.pattern = std::move(*pattern);
      }
      model_.evidence.push_back(std::move(evidence));
    }
  }
}

EvidenceCondition LoadState::evidence_condition(const Source& source, const Node& map) {
  EvidenceCondition out;
  out.mark = map.mark;
  pick::number(map, "at_least", out.at_least);
  if (const auto within = distance(map)) {
    out.within = *within;
  } else {
    out.within.mark = map.mark;
  }
  for (const Node* item : pick::items(map, "of")) {
    if (!item->is_scalar()) continue;
    auto it = evidence_by_name_.find(full_name(source, item->scalar));
    if (it == evidence_by_name_.end() && source.name.empty()) it = evidence_by_name_.find(item->scalar);
    if (it == evidence_by_name_.end()) {
      std::vector<string_view> names;
      const string prefix = full_name(source, "");
      for (const auto& [name, index] : evidence_by_name_) {
        if (name.starts_with(prefix)) names.push_back(string_view(name).substr(prefix.size()));
      }
      unknown("evidence", item->scalar, item->mark, names);
      continue;
    }
    if (std::find(out.of.begin(), out.of.end(), it->second) != out.of.end()) {
      diagnostics_.warning(string(codes::kDuplicate), item->mark, "'" + item->scalar + "' stands twice in this list");
      continue;
    }
    out.of.push_back(it->second);
  }
  return out;
}

AllowList LoadState::allow_list(Source& source, const Node& map) {
  AllowList out;
  out.values = entries(map, "values");
  for (const Node* item : pick::items(map, "near")) {
    if (!item->is_map()) continue;
    auto pattern = evidence_pattern(source, *item);
    const auto within = distance(*item);
    if (pattern && within) out.near.push_back({std::move(*pattern), *within, item->mark});
  }
  return out;
}

ViewSwitches LoadState::view_switches_of(const Node& map) {
  unsigned on = 0;
  unsigned off = 0;
  const Node* const views = map.find("views");
  if (views == nullptr || !views->is_map()) return {};
  for (const ViewSwitch& one : view_switches()) {
    const auto set = pick::on_off(*views, one.name);
    if (set) (*set ? on : off) |= one.views;
  }
  return {static_cast<ViewMask>(on), static_cast<ViewMask>(off)};
}

void LoadState::add_detector(Source& source, const Node& map) {
  const Node* id = scalar_at(map, "id");
  if (id == nullptr) return;
  if (id->scalar.find('/') != string::npos) {
    return error(codes::kBadValue, id->mark, "a name has no '/' in it", "PACK/NAME is how a pack's is named");
  }
  const string name = full_name(source, id->scalar);
  const auto [it, added] = detectors_by_name_.try_emplace(name, DetectorIndex(model_.detectors.size()));
  if (!added) {
    const SourceMark& first = model_.detectors[it->second].mark;
    return error(codes::kDuplicate, id->mark, "the detector '" + id->scalar + "' is defined twice",
                 "the first is at " + first.file->path + ":" + std::to_string(first.line));
  }
  Detector detector;
  detector.id = name;
  detector.mark = id->mark;
  detector.title = pick::text_or(map, "title");
  detector.sensitive = pick::boolean(map, "sensitive").value_or(false);
  detector.raw = pick::boolean(map, "raw").value_or(false);
  detector.views = view_switches_of(map);
  if (detector.raw) reject_keys(map, {"views"}, "raw");
  if (const Node* primary = map.find("primary"); primary != nullptr && primary->is_map()) {
    if (auto pattern = primary_pattern(source, *primary)) detector.primary = std::move(*pattern);
    if (const auto expression = builtin_expression(pick::text_or(*primary, "builtin"))) {
      detector.validate = expression->validate;
    }
    pick::word(*primary, "validate", validator_words(), detector.validate, Validator::luhn);
    if (const auto bits = pick::entropy(*primary, "min_entropy")) {
      detector.min_entropy = static_cast<unsigned>(std::lround(*bits * kEntropySteps));
      if (detector.validate != Validator::entropy) {
        error(codes::kKeysDoNotFit, primary->find("min_entropy")->mark,
              "'min_entropy' goes with 'validate: entropy' only");
      }
    }
  }
  if (std::holds_alternative<BuiltinPattern>(detector.primary)) reject_keys(map, {"raw", "views"}, kSourceCode);
  if (std::holds_alternative<LabelPattern>(detector.primary)) reject_keys(map, {"raw", "views"}, "label");
  for (const Node* item : pick::items(map, "confidence")) {
    if (!item->is_map()) continue;
    ConfidenceLevel level;
    level.mark = item->mark;
    pick::number(*item, "level", level.level);
    for (const Node* when : pick::items(*item, "when")) {
      if (when->is_map()) level.when.push_back(evidence_condition(source, *when));
    }
    detector.confidence.push_back(std::move(level));
  }
  std::stable_sort(detector.confidence.begin(), detector.confidence.end(),
                   [](const ConfidenceLevel& a, const ConfidenceLevel& b) { return a.level > b.level; });
  if (const Node* allow = map.find("allow"); allow != nullptr && allow->is_map()) {
    detector.allow = allow_list(source, *allow);
  }
  model_.detectors.push_back(std::move(detector));
}

void LoadState::add_detectors(Source& source) {
  for (const Node& file : source.rule_files) {
    for (const Node* item : pick::items(file, "detectors")) {
      if (item->is_map()) add_detector(source, *item);
    }
  }
}

}  // namespace postern::policy
