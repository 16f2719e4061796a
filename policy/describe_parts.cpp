#include "policy/describe_parts.h"

#include <cstdio>

#include "base/crypto.h"

namespace postern::policy {

namespace {

using std::string;

string list_text(const std::vector<string>& words) {
  string out;
  for (const string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

string where_text(const Where& where) {
  if (where.everywhere()) return {};
  string out = " in";
  for (size_t i = 0; i < kRegions; i++) {
    if (where.regions.test(i)) out += " " + string(to_string(static_cast<Region>(i)));
  }
  for (size_t i = 0; i < kPlaces; i++) {
    // A place that is a region too was asked for as one.
    const string word(to_string(static_cast<Place>(i)));
    const auto region = parse_region(word);
    if (where.places.test(i) && !(region && where.regions.test(static_cast<size_t>(*region)))) out += " " + word;
  }
  return out;
}

string detector_text(const DetectorCondition& condition, const Model& model) {
  string out = model.detectors[condition.detector].id;
  if (condition.min_count != 1) out += " at least " + std::to_string(condition.min_count);
  if (!condition.distinct) out += " not distinct";
  if (condition.min_confidence != kDefaultMinConfidence) {
    out += " confidence " + std::to_string(condition.min_confidence);
  }
  if (condition.min_weight) out += " weight " + std::to_string(*condition.min_weight);
  if (condition.quoted != QuotedText::new_recipients) out += " quoted " + string(to_string(condition.quoted));
  return out;
}

string file_text(const FileCondition& file) {
  string out = "file";
  if (!file.types.empty()) out += " type " + list_text(file.types);
  if (!file.names.empty()) out += " name " + list_text(file.names);
  if (file.larger_than) out += " larger than " + std::to_string(*file.larger_than) + " bytes";
  if (file.smaller_than) out += " smaller than " + std::to_string(*file.smaller_than) + " bytes";
  if (!file.hashes.empty()) {
    // Lists may have many thousands; one more or less shows in the digest of all.
    string all;
    for (const string& hash : file.hashes) all += hash;
    out += " sha256 of " + std::to_string(file.hashes.size()) + " (" + to_hex(sha256(all)).substr(0, 12) + ")";
  }
  if (file.mismatch) out += " mismatch";
  return out;
}

class PatternDescriber {
 public:
  PatternDescriber(const string& prefix, Described& out) : prefix_(prefix), out_(out) {}

  // Patterns under one key may be several (allow.near): they are lists of one entry each.
  void operator()(const RegexPattern& from) { list("regex").insert(from.pattern); }
  void operator()(const WordPattern& from) {
    const string how = string(to_string(from.match)) + ", " + string(to_string(from.letter_case)) +
                       (from.inflected ? ", inflection" : "");
    if (prefix_.empty()) {
      value("match") = how;
    } else {
      list("match").insert(how);
    }
    for (const WordEntry& entry : from.words->entries) {
      list("words").insert(entry.weight == 1 ? entry.text
                                             : entry.text + " (weight " + std::to_string(entry.weight) + ")");
    }
  }
  void operator()(const ExactPattern& from) {
    value("exact") = from.table + ", at least " + std::to_string(from.at_least) + " " + list_text(from.require) +
                     (from.within ? " within " + describe(*from.within) : "");
  }
  void operator()(const FingerprintPattern& from) {
    value("fingerprint") = from.set + (from.contains ? ", contains " + share_text(*from.contains) : "") +
                           (from.covered_by ? ", covered by " + share_text(*from.covered_by) : "");
  }
  void operator()(const BuiltinPattern& from) {
    string text = from.name;
    for (const auto& [name, number] : from.options) text += ", " + name + " " + std::to_string(number);
    value("builtin") = text;
  }
  void operator()(const LabelPattern& from) {
    for (const string& label : from.labels) list("label").insert(label);
  }

 private:
  string& value(const char* key) { return out_.values[prefix_ + key]; }
  std::set<string>& list(const char* key) { return out_.lists[prefix_ + key]; }

  const string& prefix_;
  Described& out_;
};

}  // namespace

string share_text(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%g%%", share * 100);
  return text;
}

string date_text(const DateRef& date) {
  return format_rfc3339(date.time) + (date.name.empty() ? "" : " (" + date.name + ")");
}

void describe_pattern(const PrimaryPattern& pattern, const string& prefix, Described& out) {
  std::visit(PatternDescriber(prefix, out), pattern);
}

string describe(const Content& content, const Model& model) {
  switch (content.kind) {
    case Content::Kind::all:
    case Content::Kind::any:
    case Content::Kind::negation: {
      string out = content.kind == Content::Kind::all ? "all(" : content.kind == Content::Kind::any ? "any(" : "not(";
      for (size_t i = 0; i < content.children.size(); i++) {
        out += (i == 0 ? "" : ", ") + describe(content.children[i], model);
      }
      return out + ")";
    }
    case Content::Kind::detector:
      return detector_text(content.detector, model) + where_text(content.in);
    case Content::Kind::outcome: {
      string out = "outcome";
      for (size_t i = 0; i < kOutcomes; i++) {
        if (content.outcome.outcomes.test(i)) out += " " + string(to_string(static_cast<Outcome>(i)));
      }
      return out + where_text(content.in);
    }
    case Content::Kind::fact:
      return "fact " + list_text(content.fact.facts) + where_text(content.in);
    case Content::Kind::file:
      return file_text(content.file) + where_text(content.in);
  }
  return {};
}

}  // namespace postern::policy
