#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "policy/lint_checks.h"

namespace postern::policy {

namespace {

namespace fs = std::filesystem;
using std::string;

// The languages of each module: the LANG.md files of its folder.
using Modules = std::map<string, std::set<string>, std::less<>>;

Modules find_modules(const std::vector<string>& dirs, bool& any_dir) {
  Modules out;
  for (const string& dir : dirs) {
    std::error_code failed;
    fs::directory_iterator it(dir, failed);
    if (failed) continue;
    any_dir = true;
    for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
      std::error_code ignored;
      if (!fs::exists(it->path() / "module.yaml", ignored)) continue;
      std::set<string>& languages = out[it->path().filename().string()];
      fs::directory_iterator file(it->path(), ignored);
      for (; !ignored && file != fs::directory_iterator(); file.increment(ignored)) {
        if (file->path().extension() == ".md") languages.insert(file->path().stem().string());
      }
    }
  }
  return out;
}

}  // namespace

void lint_training(const LintContext& context) {
  bool any_dir = false;
  const Modules modules = find_modules(context.options.training_dirs, any_dir);
  if (!any_dir) return;
  std::vector<std::string_view> names;
  std::set<string> every_language;
  for (const auto& [name, languages] : modules) {
    names.push_back(name);
    every_language.insert(languages.begin(), languages.end());
  }
  std::map<string, SourceMark> used;
  const auto use = [&](const string& module, const SourceMark& mark) {
    if (!module.empty()) used.try_emplace(module, mark);
  };
  for (const Category& category : context.model.categories) use(category.module, category.mark);
  for (const Rule& rule : context.model.rules) use(rule.then.training, rule.then.mark);
  for (const auto& [module, mark] : used) {
    const auto found = modules.find(module);
    if (found == modules.end()) {
      context.warning(codes::kNoModule, mark, "there is no training module '" + module + "'",
                      did_you_mean(module, names));
      continue;
    }
    string missing;
    for (const string& language : every_language) {
      if (!found->second.contains(language)) missing += (missing.empty() ? "" : ", ") + language;
    }
    if (!missing.empty()) {
      context.warning(codes::kModuleLanguage, mark,
                      "the training module '" + module + "' is not written in " + missing + ", as others are");
    }
  }
}

}  // namespace postern::policy
