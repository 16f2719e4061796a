#include "policy/loader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>

#include "policy/codes.h"
#include "policy/grammar_check.h"
#include "policy/loader_state.h"
#include "policy/pick.h"

namespace postern::policy {

namespace {

using std::string;
using std::string_view;
using yaml::Node;

bool exists(const string& path) {
  std::error_code failed;
  return std::filesystem::exists(path, failed);
}

void check_version(const Node& file, Diagnostics& diagnostics) {
  const Node* version = file.find("apiVersion");
  if (version == nullptr || !version->is_scalar() || version->scalar == grammar::kApiVersion) return;
  diagnostics.error(string(codes::kNotInThisVersion), version->mark,
                    "this version reads apiVersion " + string(grammar::kApiVersion) + ", not '" + version->scalar + "'",
                    did_you_mean(version->scalar, {grammar::kApiVersion}));
}

// Reads, checks and keeps the tree; an empty file is an empty map.
Node read_tree(FileReader& files, Diagnostics& diagnostics, const Source& source, const string& name,
               const grammar::MapSpec& spec) {
  const size_t errors = diagnostics.errors();
  Node tree = files.yaml(source.dir, name, source.label.empty() ? "policy" : source.label);
  // After an error of syntax half a file remains; what it lacks is not the author's mistake.
  if (diagnostics.errors() != errors && !tree.is_map()) return {};
  grammar::check(tree, spec, diagnostics);
  check_version(tree, diagnostics);
  return tree;
}

std::vector<string> folders_in(const string& dir) {
  std::vector<string> out;
  std::error_code failed;
  std::filesystem::directory_iterator it(dir, failed);
  for (; !failed && it != std::filesystem::directory_iterator(); it.increment(failed)) {
    if (it->is_directory()) out.push_back(it->path().filename().string());
  }
  std::sort(out.begin(), out.end());
  return out;
}

void read_rule_files(LoadState& state, Source& source) {
  for (const string& name : state.files().list(source.dir, "rules", ".yaml")) {
    source.rule_files.push_back(read_tree(state.files(), state.diagnostics(), source, name, grammar::kRulesMap));
  }
  for (const string& name : state.files().list(source.dir, "rules", ".yml")) {
    auto file = std::make_shared<SourceFile>();
    file->path = source.dir + "/" + name;
    state.error(codes::kUnreadable, {file, 0, 0, 1}, "rule files end in .yaml; this one would not be read",
                "rename it");
  }
  for (const string& name : folders_in(source.dir + "/rules")) {
    if (name.starts_with('.')) continue;
    auto file = std::make_shared<SourceFile>();
    file->path = source.dir + "/rules/" + name;
    state.error(codes::kUnreadable, {file, 0, 0, 1}, "a folder in rules/; what is in it would not be read",
                "move its files to rules/ itself");
  }
}

// "trade-secrets@1"
struct PackName {
  string name;
  std::uint32_t major = 0;
};
std::optional<PackName> parse_pack_name(string_view text) {
  const size_t at = text.find('@');
  if (at == string_view::npos || at == 0) return std::nullopt;
  PackName out{string(text.substr(0, at)), 0};
  const string_view digits = text.substr(at + 1);
  const auto [rest, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), out.major);
  const bool odd = out.name.find_first_of("/\\.") != string::npos;
  if (failed != std::errc() || rest != digits.data() + digits.size() || out.major == 0 || odd) return std::nullopt;
  return out;
}

void report_missing_pack(LoadState& state, const Node& node, const PackName& pack, const string& packs_dir) {
  state.note_missing_pack();
  if (exists(packs_dir + "/" + pack.name)) {
    string majors;
    for (const string& folder : folders_in(packs_dir + "/" + pack.name))
      majors += (majors.empty() ? "" : ", ") + folder;
    return state.error(codes::kPack, node.mark,
                       "the pack '" + pack.name + "' has no version " + std::to_string(pack.major),
                       "there is " + majors);
  }
  const std::vector<string> names = folders_in(packs_dir);
  const string no_folder = "the shipped packs lie in policy.packs_dir, or in the folder that --packs names";
  state.error(codes::kPack, node.mark, "there is no pack '" + pack.name + "' in " + packs_dir,
              names.empty() ? no_folder : did_you_mean(pack.name, {names.begin(), names.end()}));
}

std::optional<Source> read_pack(LoadState& state, const Node& node, const string& packs_dir) {
  const auto name = parse_pack_name(node.scalar);
  if (!name) {
    state.error(codes::kPack, node.mark, "'" + node.scalar + "' names no pack",
                "write NAME@MAJOR, as in trade-secrets@1");
    state.note_missing_pack();
    return std::nullopt;
  }
  Source pack;
  pack.name = name->name;
  pack.label = name->name + "@" + std::to_string(name->major);
  pack.dir = packs_dir + "/" + name->name + "/" + std::to_string(name->major);
  if (!exists(pack.dir + "/pack.yaml")) {
    report_missing_pack(state, node, *name, packs_dir);
    return std::nullopt;
  }
  pack.head = read_tree(state.files(), state.diagnostics(), pack, "pack.yaml", grammar::kPackMap);
  const string version = pick::text_or(pack.head, "version");
  const Node* own_name = pack.head.find("name");
  if (own_name != nullptr && own_name->is_scalar() && own_name->scalar != pack.name) {
    state.error(codes::kPack, own_name->mark,
                "the pack calls itself '" + own_name->scalar + "' in the folder of '" + pack.name + "'");
  }
  if (!version.empty() && !version.starts_with(std::to_string(name->major) + ".")) {
    state.error(codes::kPack, pack.head.find("version")->mark,
                "version " + version + " in the folder of major version " + std::to_string(name->major));
  }
  read_rule_files(state, pack);
  state.model().packs.push_back({name->name, name->major, version, pack.dir, node.mark});
  return pack;
}

std::vector<Source> read_packs(LoadState& state, const Source& company, const string& packs_dir) {
  std::vector<Source> packs;
  for (const Node* node : pick::items(company.head, "use")) {
    if (!node->is_scalar()) continue;
    const string name = node->scalar.substr(0, node->scalar.find('@'));
    const auto same = [&](const Source& one) { return one.name == name; };
    if (std::any_of(packs.begin(), packs.end(), same)) {
      state.error(codes::kDuplicate, node->mark, "the pack '" + name + "' is used twice");
      continue;
    }
    if (auto pack = read_pack(state, *node, packs_dir)) packs.push_back(std::move(*pack));
  }
  return packs;
}

void report_unread(LoadState& state, const Source& company, const string& name, string hint) {
  auto file = std::make_shared<SourceFile>();
  file->path = company.dir + "/" + name;
  state.diagnostics().warning(string(codes::kNotRead), {file, 0, 0, 1}, "nothing reads this", std::move(hint));
}

// What stands where a reader of the folder would take it for a part of the policy, and is none.
void report_unread_files(LoadState& state, const Source& company) {
  static constexpr std::array<string_view, 8> kFolders = {"rules",    "dictionaries", "boilerplate", "hashes",
                                                          "training", "notices",      "exact",       "fingerprints"};
  for (const string& name : state.files().list(company.dir, ".", ".yaml")) {
    if (name != "./policy.yaml") report_unread(state, company, name.substr(2), "rules are read from rules/*.yaml");
  }
  for (const string& name : state.files().list(company.dir, ".", ".yml")) {
    report_unread(state, company, name.substr(2), "the policy is policy.yaml, its rules are rules/*.yaml");
  }
  for (const string& name : folders_in(company.dir)) {
    if (std::find(kFolders.begin(), kFolders.end(), name) != kFolders.end()) continue;
    string meant = nearest_word(name, {kFolders.begin(), kFolders.end()});
    for (const string_view folder : kFolders) {
      if (meant.empty() && name.starts_with(folder.substr(0, 4))) meant = folder;
    }
    if (!meant.empty()) report_unread(state, company, name, "did you mean '" + meant + "'?");
  }
  const auto in_folder = [&](const string& folder, string_view suffix) {
    for (const string& name : state.files().list(company.dir, folder, "")) {
      const bool aside = name.ends_with('~') || name.starts_with(folder + "/README") || name.ends_with(".yml");
      if (!aside && !name.ends_with(suffix))
        report_unread(state, company, name, "files in " + folder + "/ end in " + string(suffix));
    }
  };
  in_folder("rules", ".yaml");
  in_folder("dictionaries", ".txt");
  in_folder("boilerplate", ".txt");
  in_folder("hashes", ".txt");
}

void report_unused_dictionaries(LoadState& state, const Source& company) {
  for (const string& name : state.files().list(company.dir, "dictionaries", ".txt")) {
    if (company.dictionaries.contains(name)) continue;
    auto file = std::make_shared<SourceFile>();
    file->path = company.dir + "/" + name;
    state.diagnostics().warning(string(codes::kUnused), {file, 0, 0, 1}, "no detector or evidence uses the dictionary",
                                "write dictionary: " + name + " where it is meant, or remove it");
  }
}

void read_boilerplate(LoadState& state, const Source& source) {
  const string label = source.label.empty() ? "policy" : source.label;
  for (const string& name : state.files().list(source.dir, "boilerplate", ".txt")) {
    const auto file = state.files().read(source.dir, name, label);
    if (!file) continue;
    for (Boilerplate& one : parse_boilerplate(name, file)) state.model().boilerplate.push_back(std::move(one));
  }
}

}  // namespace

Loaded load_files(const LoadOptions& options, Diagnostics& diagnostics) {
  LoadState state(diagnostics);
  Source company;
  company.dir = options.dir;
  while (company.dir.size() > 1 && company.dir.ends_with('/')) company.dir.pop_back();
  company.head = read_tree(state.files(), diagnostics, company, "policy.yaml", grammar::kPolicyMap);
  read_rule_files(state, company);
  std::vector<Source> sources = read_packs(state, company, options.packs_dir);

  for (const Source& pack : sources) state.add_pack_head(pack);
  state.add_policy_head(company);
  state.collect_overrides(company);
  read_boilerplate(state, company);
  // Packs before the company, so that the company's rules can name a pack's detectors.
  const auto each_source = [&](auto&& step) {
    for (Source& pack : sources) step(pack);
    step(company);
  };
  each_source([&](Source& source) { state.add_evidence(source); });
  each_source([&](Source& source) { state.add_detectors(source); });
  each_source([&](Source& source) { state.add_rules(source, company.dir); });
  state.report_unused_overrides();
  report_unread_files(state, company);
  // After an error the detector that names it may be missing.
  if (!diagnostics.has_errors()) report_unused_dictionaries(state, company);

  Loaded out;
  out.model = std::move(state.model());
  out.destinations = Destinations::load(out.model.destinations, catalogue_dir(options), diagnostics);
  for (const string& name : state.files().list(options.packs_dir, "destinations", "")) {
    if (name.ends_with(".yaml") || name.ends_with(".txt"))
      state.files().note_file(options.packs_dir, name, "catalogue");
  }
  out.content_digest = state.files().digest();
  diagnostics.sort();
  return out;
}

}  // namespace postern::policy
