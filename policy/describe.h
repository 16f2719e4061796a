// Descriptions: a Model as things with names, each with values and lists of words, for comparing two of them.
//
// What the files merely look like (order of keys and files, comments, quotes, where a definition stands) is not in
// it; what may change a verdict or what people are told is. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/model.h"

namespace postern::policy {

struct Described {
  std::map<std::string, std::string> values;           // "mode" -> "audit"
  std::map<std::string, std::set<std::string>> lists;  // "recipients" -> "class:social", ...
  std::set<std::string> uses;                          // of rules and detectors: ("detector", name) as "detector NAME"
  // Entries of lists are counted, not told: what a sensitive detector looks for.
  bool sensitive = false;
};

// "rule" and "trade-secret.codename". Kinds: organisation, pack, group, category, liaison, date, settings, destination,
// boilerplate, evidence, detector, rule.
using ThingName = std::pair<std::string, std::string>;

std::map<ThingName, Described> describe(const Model& model);

// The content of a rule on one line: "all(codenames in subject body, not(already-public))".
std::string describe(const Content& content, const Model& model);

}  // namespace postern::policy
