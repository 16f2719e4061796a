// The rules of the corpus, as every program under test gets them.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace postern::bench {

struct CorpusRule {
  std::string id, flags, regex, kind;  // flags: i (any case) or -
};

// A line `id TAB flags TAB regex TAB kind` each, as tests/bench/make_corpus.py writes them.
inline std::vector<CorpusRule> read_rules(const std::string& path) {
  std::vector<CorpusRule> rules;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream fields(line);
    CorpusRule& rule = rules.emplace_back();
    for (std::string* field : {&rule.id, &rule.flags, &rule.regex, &rule.kind}) std::getline(fields, *field, '\t');
  }
  return rules;
}

inline std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace postern::bench
