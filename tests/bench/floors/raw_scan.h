// Hyperscan alone, as somebody would use it who asks for no more than which rules match: one database of all rules.
#pragma once

#include <iostream>
#include <vector>

#include <hs.h>

#include "floors/rules_file.h"

namespace postern::bench {

// Null, and a line on standard error, when a rule does not compile. Kept until the program ends.
inline const hs_database_t* raw_database(const std::vector<CorpusRule>& rules) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags, ids;
  for (const CorpusRule& rule : rules) {
    expressions.push_back(rule.regex.c_str());
    flags.push_back(rule.flags == "i" ? HS_FLAG_CASELESS : 0U);
    ids.push_back(static_cast<unsigned>(ids.size()));
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(ids.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error) != HS_SUCCESS)
    std::cerr << error->message << "\n";
  return database;
}

}  // namespace postern::bench
