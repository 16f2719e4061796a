// What the parts of the loader share while one policy is read. Internal to loader*.cpp.
//
// A Source is the company's folder or one pack. Names of evidence and detectors belong to their source: a
// pack sees its own alone, the company's rules name a pack's as "PACK/ID". Groups, categories and
// dates are one list over all sources, the company's entry taking the place of a pack's; rule ids are
// unique over all.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/yaml.h"
#include "policy/loader_files.h"
#include "policy/model.h"

namespace postern::policy {

struct Source {
  std::string name;   // empty: the company's own, else the pack's
  std::string dir;    // on disk
  std::string label;  // "financial@1", empty for the company's own
  yaml::Node head;    // policy.yaml or pack.yaml
  std::vector<yaml::Node> rule_files;
  std::map<std::string, std::shared_ptr<const WordList>, std::less<>> dictionaries;  // null: unreadable, reported
};

// Where address terms may be used decides which kinds they may have.
enum class TermsFor {
  rules,         // all kinds
  groups,        // addresses, domains, attributes, groups
  domains,       // domains
  destinations,  // addresses, domains
  people,        // addresses, groups
  classes,       // classes
};

class LoadState {
 public:
  explicit LoadState(Diagnostics& diagnostics) : diagnostics_(diagnostics), files_(diagnostics) {}

  Model& model() { return model_; }
  FileReader& files() { return files_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  void error(std::string_view code, const SourceMark& mark, std::string text, std::string hint = "");
  void unknown(std::string_view what, const std::string& name, const SourceMark& mark,
               const std::vector<std::string_view>& known);

  // ---- loader_policy.cpp ----
  void add_pack_head(const Source& pack);
  void add_policy_head(const Source& company);

  // ---- loader_names.cpp: names and addresses ----
  void collect_groups(const Source& source);
  void resolve_groups();
  // `nullopt` when the term is unknown or of a kind that may not stand there; reported here only when the
  // checker could not know.
  std::optional<AddressTerm> term(const yaml::Node& node, TermsFor use);
  std::vector<AddressTerm> terms(const yaml::Node& map, std::string_view key, TermsFor use);
  AddressFilter filter(const yaml::Node* node);
  std::optional<Party> party(const yaml::Node& node);
  std::optional<DateRef> date(const yaml::Node& map, std::string_view key);

  // ---- loader_detectors.cpp ----
  void add_evidence(Source& source);
  void add_detectors(Source& source);

  // ---- loader_rules.cpp ----
  void collect_overrides(const Source& company);
  void add_rules(Source& source, const std::string& company_dir);
  void report_unused_overrides();
  // A pack of `use:` cannot be read, which is reported: names that may be of that pack, and are like no other, are not
  // reported as well.
  void note_missing_pack() { lacks_pack_ = true; }

 private:
  // loader_names.cpp
  void flatten_group(GroupIndex group, std::vector<int>& state);
  std::vector<std::string_view> group_names() const;

  // loader_policy.cpp
  void add_organisation(const yaml::Node& map);
  void add_destinations(const yaml::Node& head);
  void add_categories(const yaml::Node& head);
  void add_dates(const yaml::Node& head);
  void add_liaisons(const yaml::Node& head);
  void add_settings(const yaml::Node& head);
  void add_ladder(const yaml::Node& map);
  void add_privacy(const yaml::Node& map);

  // loader_detectors.cpp
  std::optional<RegexPattern> regex(const yaml::Node& node);
  std::optional<WordPattern> words(Source& source, const yaml::Node& map);
  std::optional<EvidencePattern> evidence_pattern(Source& source, const yaml::Node& map);
  std::optional<PrimaryPattern> primary_pattern(Source& source, const yaml::Node& map);
  std::shared_ptr<const WordList> dictionary(Source& source, const yaml::Node& node);
  std::optional<Distance> distance(const yaml::Node& map);
  EvidenceCondition evidence_condition(const Source& source, const yaml::Node& map);
  AllowList allow_list(Source& source, const yaml::Node& map);
  static ViewSwitches view_switches_of(const yaml::Node& map);
  void add_detector(Source& source, const yaml::Node& map);
  std::vector<WordEntry> entries(const yaml::Node& map, std::string_view key);

  // loader_rules.cpp
  std::optional<Rule> rule(Source& source, const yaml::Node& map, const std::string& company_dir);
  std::optional<Content> content(const Source& source, const yaml::Node& map);
  std::optional<Content> detector_content(const Source& source, const yaml::Node& map);
  void reject_keys(const yaml::Node& map, std::initializer_list<std::string_view> keys, std::string_view beside);
  Where where(const yaml::Node& map);
  Where where_of_part(const yaml::Node& map, std::string_view beside);
  // loader_file_conditions.cpp
  void check_file_type(const yaml::Node& node);
  FileCondition file_condition(const Source& source, const yaml::Node& map);
  std::vector<std::string> hashes(const Source& source, const yaml::Node& map);
  void add_hash_list(const Source& source, const yaml::Node& node, std::vector<std::string>& out);

  // loader_rules.cpp
  Exemption exemption(const yaml::Node& map);
  Then then(const yaml::Node& map, const Category* category);
  void add_tests(Rule& rule, const yaml::Node& tests, const Source& source, const std::string& company_dir);
  RuleTest rule_test(const yaml::Node& map, const std::string& dir, const std::string& rule_id);

  Diagnostics& diagnostics_;
  FileReader files_;
  Model model_;

  struct RawGroup {
    std::vector<AddressTerm> terms;  // groups not yet replaced by their members
  };
  std::vector<RawGroup> raw_groups_;  // like Model::groups
  std::map<std::string, GroupIndex, std::less<>> groups_by_name_;
  std::map<std::string, EvidenceIndex, std::less<>> evidence_by_name_;   // full names
  std::map<std::string, DetectorIndex, std::less<>> detectors_by_name_;  // full names
  std::map<std::string, SourceMark, std::less<>> rule_ids_;
  struct Override {
    const yaml::Node* node = nullptr;
    SourceMark mark;
    bool used = false;
  };
  std::map<std::string, Override, std::less<>> overrides_;
  bool lacks_pack_ = false;
};

// "financial/payment-card" for a pack's name, the name itself for the company's.
std::string full_name(const Source& source, std::string_view name);

// A path inside a policy folder as policies write it: relative, no "..", no backslash.
bool is_inside(std::string_view path);

}  // namespace postern::policy
