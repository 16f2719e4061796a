// postern policy packs [list|show PACK]: the shipped packs.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/policy_source.h"
#include "cli/policy_verbs.h"
#include "cli/shown.h"
#include "policy/codes.h"
#include "policy/describe.h"
#include "policy/loader.h"
#include "policy/report_text.h"

namespace postern::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct PacksOptions {
  PolicySource source;
  std::string pack;
  std::string format = "text";
};

// A policy that does nothing but use packs, while it is read.
class UsingFolder {
 public:
  explicit UsingFolder(const std::vector<std::string>& packs) {
    std::error_code failed;
    std::string name = (fs::temp_directory_path(failed) / "postern-packs-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return;
    dir_ = name;
    std::ofstream out(fs::path(dir_) / "policy.yaml");
    out << "apiVersion: postern/v1\norganisation: {name: Example, domains: [example.com]}\nuse:\n";
    for (const std::string& pack : packs) out << "  - '" << pack << "'\n";
  }
  ~UsingFolder() {
    std::error_code ignored;
    if (!dir_.empty()) fs::remove_all(dir_, ignored);
  }
  UsingFolder(const UsingFolder&) = delete;
  UsingFolder& operator=(const UsingFolder&) = delete;
  const std::string& dir() const { return dir_; }

 private:
  std::string dir_;  // empty: it could not be made
};

// "financial@1" for every PACKS/NAME/MAJOR/pack.yaml, sorted.
std::vector<std::string> packs_in(const fs::path& dir) {
  std::vector<std::string> out;
  std::error_code failed;
  for (fs::directory_iterator name(dir, failed), end; !failed && name != end; name.increment(failed)) {
    std::error_code inner;
    for (fs::directory_iterator major(name->path(), inner); !inner && major != end; major.increment(inner)) {
      if (!fs::exists(major->path() / "pack.yaml")) continue;
      out.push_back(name->path().filename().string() + "@" + major->path().filename().string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string label_of(const policy::UsedPack& pack) {
  return pack.name + "@" + std::to_string(pack.major);
}

std::vector<const policy::Rule*> rules_of(const policy::Model& model, const std::string& label) {
  std::vector<const policy::Rule*> out;
  for (const policy::Rule& rule : model.rules) {
    if (rule.pack == label) out.push_back(&rule);
  }
  return out;
}

std::string categories_of(const std::vector<const policy::Rule*>& rules) {
  std::set<std::string> names;
  for (const policy::Rule* rule : rules) names.insert(rule->category);
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// A pack or a rule of one, for JUnit (cases that pass) and SARIF (notes).
struct PackPart {
  std::string name;
  SourceMark mark;
  std::string what;
};

void print_parts(const std::string& suite, const std::vector<PackPart>& parts, const std::string& format) {
  if (format == "junit") {
    std::vector<policy::JunitCase> cases;
    for (const PackPart& part : parts) cases.push_back({suite, part.name, "", "", part.what});
    std::cout << policy::junit_suite(suite, cases);
    return;
  }
  Diagnostics diagnostics;
  for (const PackPart& part : parts) {
    diagnostics.add(
        {DiagnosticSeverity::note, std::string(policy::codes::kPackPart), part.mark, part.name + ": " + part.what, ""});
  }
  std::cout << diagnostics.to_sarif(POSTERN_VERSION);
}

void list_packs(const policy::Model& model, const std::string& format) {
  policy::TextTable table({{"pack"}, {"version"}, {"rules", policy::TextTable::Align::right}, {"categories"}});
  Json rows = Json::array();
  std::vector<PackPart> parts;
  for (const policy::UsedPack& pack : model.packs) {
    const auto rules = rules_of(model, label_of(pack));
    table.add({label_of(pack), pack.version, std::to_string(rules.size()), categories_of(rules)});
    rows.push_back({{"pack", label_of(pack)},
                    {"version", pack.version},
                    {"rules", rules.size()},
                    {"categories", categories_of(rules)}});
    SourceMark mark;
    mark.file = std::make_shared<const SourceFile>(SourceFile{(fs::path(pack.dir) / "pack.yaml").string(), ""});
    parts.push_back({label_of(pack), mark,
                     "version " + pack.version + ", " + policy::counted(rules.size(), "rule") + ", categories " +
                         categories_of(rules)});
  }
  if (format == "json") {
    std::cout << rows.dump(2) << "\n";
  } else if (format == "text") {
    std::cout << table.to_text();
  } else {
    print_parts("packs", parts, format);
  }
}

void show_pack(const policy::Model& model, const std::string& format) {
  const policy::UsedPack& pack = model.packs.front();
  Json out = {{"pack", label_of(pack)}, {"version", pack.version}, {"dir", pack.dir}};
  std::string text = label_of(pack) + ", version " + pack.version + ", in " + shown(pack.dir) + "\n";
  out["groups"] = Json::array();
  for (const policy::Group& group : model.groups) out["groups"].push_back(group.name);
  if (!model.groups.empty()) text += "groups for the company to fill:\n";
  for (const policy::Group& group : model.groups) text += "  " + shown(group.name) + "\n";
  text += "rules:\n";
  out["rules"] = Json::array();
  std::vector<PackPart> parts;
  for (const policy::Rule* rule : rules_of(model, label_of(pack))) {
    const std::string content = rule->content ? policy::describe(*rule->content, model) : "";
    text += "  " + rule->id + " (" + std::string(to_string(rule->severity)) + ", " +
            std::string(to_string(rule->mode)) + ", " + std::string(to_string(rule->then.action)) +
            "): " + shown(rule->title) + "\n";
    if (!content.empty()) text += "    " + shown(content) + "\n";
    parts.push_back({rule->id, rule->mark, rule->title + (content.empty() ? "" : ": " + content)});
    out["rules"].push_back({{"rule", rule->id},
                            {"title", rule->title},
                            {"category", rule->category},
                            {"severity", to_string(rule->severity)},
                            {"mode", to_string(rule->mode)},
                            {"action", to_string(rule->then.action)},
                            {"content", content},
                            {"tests", rule->tests.size()}});
  }
  if (format == "json") {
    std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
  } else if (format == "text") {
    std::cout << text;
  } else {
    print_parts(label_of(pack), parts, format);
  }
}

int run_packs(const Program& program, const PacksOptions& options) {
  const auto configuration = load_configuration(program);
  if (!configuration) return kExitCannotRun;
  policy::LoadOptions load = load_options(*configuration, options.source);
  std::vector<std::string> packs = packs_in(load.packs_dir);
  if (packs.empty()) return cannot_run(load.packs_dir + ": has no packs");
  if (!options.pack.empty()) {
    // Without a version the newest: majors are few, and sorted as texts up to 9.
    const auto same = [&](const std::string& one) {
      return one == options.pack || one.substr(0, one.find('@')) == options.pack;
    };
    const auto found = std::find_if(packs.rbegin(), packs.rend(), same);
    if (found == packs.rend()) return cannot_run(load.packs_dir + ": has no pack '" + options.pack + "'");
    packs = {std::string(*found)};
  }
  const UsingFolder folder(packs);
  if (folder.dir().empty()) return cannot_run("cannot make a folder for temporary files");
  load.dir = folder.dir();
  Diagnostics diagnostics;
  const policy::Loaded loaded = policy::load_files(load, diagnostics);
  if (diagnostics.has_errors()) {
    print_diagnostics(diagnostics, options.format);
    return cannot_run("a pack has errors");
  }
  if (options.pack.empty()) {
    list_packs(loaded.model, options.format);
  } else {
    show_pack(loaded.model, options.format);
  }
  return kExitWell;
}

}  // namespace

void add_policy_packs(CLI::App& group, Program& program) {
  auto options = std::make_shared<PacksOptions>();
  CLI::App* packs = group.add_subcommand("packs", "the shipped packs: list, or show one");
  packs->require_subcommand(1);
  CLI::App* list = packs->add_subcommand("list", "name, version, rules and categories of each");
  CLI::App* show = packs->add_subcommand("show", "the rules of one, and the groups that it leaves to the company");
  show->add_option("PACK", options->pack, "NAME or NAME@MAJOR")->required();
  for (CLI::App* verb : {list, show}) {
    verb->add_option("--packs", options->source.packs_dir, "folder of the shipped packs");
    add_format(*verb, options->format, {"text", "json", "junit", "sarif"});
    verb->callback([&program, options] { program.exit = run_packs(program, *options); });
  }
}

}  // namespace postern::cli
