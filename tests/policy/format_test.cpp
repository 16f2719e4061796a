// `policy fmt`: one layout, nothing lost, the same policy.
#include "policy/format.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "policy/describe.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

namespace fs = std::filesystem;
using grammar::kRulesMap;

std::string formatted(std::string_view text) {
  const auto out = format_yaml(text, kRulesMap);
  return out ? *out : "! " + out.error().message;
}

struct Case {
  const char* name;
  const char* text;
  const char* expected;
};

TEST(Format, LaysOut) {
  const Case cases[] = {
      {"as it is", "apiVersion: postern/v1\nrules:\n  - id: a\n    category: b\n",
       "apiVersion: postern/v1\nrules:\n  - id: a\n    category: b\n"},
      {"order of keys", "rules:\n  - category: b\n    id: a\napiVersion: postern/v1\n",
       "apiVersion: postern/v1\nrules:\n  - id: a\n    category: b\n"},
      {"indentation, and a list in the column of its key",
       "apiVersion: postern/v1\nrules:\n-   id: a\n    when:\n          content:\n              detector: x\n    "
       "tests:\n"
       "        should_match:\n        - {name: n}\n",
       "apiVersion: postern/v1\nrules:\n  - id: a\n    when:\n      content:\n        detector: x\n    tests:\n"
       "      should_match:\n        - {name: n}\n"},
      {"blanks, empty lines and ends of lines", "apiVersion: postern/v1  \r\n\r\n\r\nrules: []\t\r\n\r\n\r\n",
       "apiVersion: postern/v1\n\nrules: []\n"},
      {"no end of the last line", "apiVersion: postern/v1", "apiVersion: postern/v1\n"},
      {"comments move with what they stand before",
       "# of the file\n\n# about the rules\nrules:\n  # the first\n  - id: a  # its name\n    then: x\n    # why\n    "
       "when: y\n"
       "    # at the end\n\n# the version\napiVersion: postern/v1\n# last\n",
       "# of the file\n\n# the version\napiVersion: postern/v1\n# about the rules\nrules:\n  # the first\n"
       "  - id: a  # its name\n    # why\n    when: y\n    then: x\n    # at the end\n# last\n"},
      {"comments at the top without an empty line behind them stay there",
       "# a licence\n# and a schema\nrules:\n  - id: a\n# the version\napiVersion: postern/v1\n",
       "# a licence\n# and a schema\n# the version\napiVersion: postern/v1\nrules:\n  - id: a\n"},
      {"so they do behind empty lines", "\n\n# a licence\nrules: []\napiVersion: postern/v1\n",
       "# a licence\napiVersion: postern/v1\nrules: []\n"},
      {"of several blocks of comments the last is the key's",
       "# one\n\n# two\n\n# about the rules\nrules: []\napiVersion: postern/v1\n",
       "# one\n\n# two\n\napiVersion: postern/v1\n# about the rules\nrules: []\n"},
      {"a comment before the dash's first key", "rules:\n  - then: x\n    # why\n    id: a\n",
       "rules:\n  # why\n  - id: a\n    then: x\n"},
      {"block texts keep their lines",
       "rules:\n- id: a\n  description: |\n      one\n        two: three\n      # no comment\n\n      four\n  title: "
       "t\n",
       "rules:\n  - id: a\n    title: t\n    description: |\n        one\n          two: three\n        # no "
       "comment\n\n"
       "        four\n"},
      {"quoted and bracketed lines go on",
       "rules:\n- id: a\n  title: 'one\n    two: # three'\n  unless: [{senders: [b],\n            recipients: [c]}]\n",
       "rules:\n  - id: a\n    title: 'one\n      two: # three'\n    unless: [{senders: [b],\n"
       "              recipients: [c]}]\n"},
      {"blanks behind a dash", "rules:\n  -   {id: a}\n  -   [b,\n       c]\n",
       "rules:\n  - {id: a}\n  - [b,\n       c]\n"},
      {"free names keep their order", "evidence:\n    zeta: {keywords: [a]}\n    alpha: {keywords: [b]}\n",
       "evidence:\n  zeta: {keywords: [a]}\n  alpha: {keywords: [b]}\n"},
      {"quotes in words and colons in quotes", "rules:\n  - title: don't: 'x'\n",
       "! it has errors: see them with postern policy lint"},
      {"keys in quotes", "rules:\n  - \"title\": \"a: 'b' # c\"\n    'id': it's\n",
       "rules:\n  - 'id': it's\n    \"title\": \"a: 'b' # c\"\n"},
      {"unknown keys stay, behind the others", "rules:\n  - nonsense: 1\n    id: a\n",
       "rules:\n  - id: a\n    nonsense: 1\n"},
      {"no map", "- a\n", "! it has errors: see them with postern policy lint"},
      {"no YAML", "a: [\n", "! it has errors: see them with postern policy lint"},
      {"what would be read otherwise stays", "? apiVersion\n: postern/v1\n",
       "! its layout is one that fmt does not know, so it stays as it is"},
  };
  for (const Case& c : cases) {
    const std::string once = formatted(c.text);
    EXPECT_EQ(once, c.expected) << c.name;
    if (once.starts_with("! ")) continue;
    EXPECT_EQ(formatted(once), once) << c.name;
  }
}

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::map<ThingName, Described> load(const fs::path& dir) {
  LoadOptions options;
  options.dir = dir.string();
  options.packs_dir = POSTERN_SOURCE_DIR "/policy/packs";
  options.now = *parse_rfc3339("2026-12-01T12:00:00Z");
  Diagnostics diagnostics;
  const Loaded loaded = load_files(options, diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.to_text();
  return describe(loaded.model);
}

// Indented by twice as much, in CRLF, with blanks at the ends of lines.
std::string spoiled(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    std::string rest = line.substr(indent);
    if (rest.starts_with("- ")) rest.insert(1, 2, ' ');
    out += std::string(2 * indent, ' ') + rest + "  \r\n";
  }
  return out;
}

// Nor the blanks at the ends of lines, which stay inside quotes.
std::string without_indentation(const std::string& text) {
  std::string out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    out += line.substr(std::min(line.find_first_not_of(' '), line.size())) + "\n";
  }
  return out;
}

// The shipped packs, as policies of companies are written: the packs are laid out already, and what was spoiled comes
// back.
TEST(Format, ThePolicyStaysTheSame) {
  size_t files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(POSTERN_SOURCE_DIR "/policy/packs")) {
    const fs::path& path = entry.path();
    const bool rules = path.parent_path().filename() == "rules";
    if (path.extension() != ".yaml" || !(rules || path.filename() == "pack.yaml")) continue;
    const grammar::MapSpec& root = rules ? kRulesMap : grammar::kPackMap;
    const std::string text = read(path);
    const auto once = format_yaml(text, root);
    ASSERT_TRUE(once) << path << once.error().message;
    EXPECT_EQ(*once, text) << path;
    const auto again = format_yaml(spoiled(text), root);
    ASSERT_TRUE(again) << path << again.error().message;
    // Lines inside brackets keep what they are indented by beside their key.
    EXPECT_EQ(without_indentation(*again), without_indentation(text)) << path;
    EXPECT_EQ(format_yaml(*again, root).value_or(""), *again) << path;
    files++;
  }
  EXPECT_GE(files, 12U);

  PolicyFolder folder;
  const fs::path source = POSTERN_SOURCE_DIR "/tests/cli/policy";
  fs::copy(source, folder.dir(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  const auto before = load(folder.dir());
  for (const auto& entry : fs::directory_iterator(folder.dir() + "/rules")) {
    const std::string text = spoiled(read(entry.path()));
    std::ofstream(entry.path(), std::ios::binary) << text;
  }
  const std::string policy = read(folder.dir() + "/policy.yaml");
  const auto out = format_yaml(spoiled(policy), grammar::kPolicyMap);
  ASSERT_TRUE(out);
  std::ofstream(folder.dir() + "/policy.yaml", std::ios::binary) << *out;
  for (const auto& entry : fs::directory_iterator(folder.dir() + "/rules")) {
    const auto rules = format_yaml(read(entry.path()), kRulesMap);
    ASSERT_TRUE(rules) << entry.path() << rules.error().message;
    std::ofstream(entry.path(), std::ios::binary) << *rules;
  }
  const auto after = load(folder.dir());
  ASSERT_EQ(before.size(), after.size());
  for (const auto& [name, thing] : before) {
    const auto found = after.find(name);
    ASSERT_NE(found, after.end()) << name.second;
    EXPECT_EQ(found->second.values, thing.values) << name.second;
    EXPECT_EQ(found->second.lists, thing.lists) << name.second;
    EXPECT_EQ(found->second.uses, thing.uses) << name.second;
  }
}

}  // namespace
}  // namespace postern::policy
