// Loader: a policy folder on disk to a Model.
//
// Reads policy.yaml, rules/*.yaml, dictionaries/*.txt, boilerplate/*.txt, the packs that `use:`
// names (PACKS_DIR/NAME/MAJOR/) and the shipped catalogue of destinations
// (PACKS_DIR/destinations/). Every problem is a diagnostic with file, line and column; reading goes on after each,
// so that one run shows them all. The grammar is the table in grammar.cpp; keys whose engine
// comes later are refused as "not in this version" (the list in grammar.cpp).
//
// The Model that comes back is safe to read even after errors: what could not be understood is left
// out of it. Whether it may be used is for the caller to ask: diagnostics.has_errors().
#pragma once

#include <memory>
#include <string>

#include "base/diagnostic.h"
#include "policy/destinations.h"
#include "policy/model.h"
#include "policy/policy.h"

namespace postern::policy {

struct Loaded {
  Model model;
  std::shared_ptr<const Destinations> destinations;  // never null
  // Hex SHA-256 over names (relative to their folder) and bytes of every file that was read, packs and catalogue
  // included. The same files in another place give the same digest.
  std::string content_digest;
};

// Reads and resolves; does not lint (policy/lint.h) and compiles nothing.
Loaded load_files(const LoadOptions& options, Diagnostics& diagnostics);

// Where the shipped catalogue of destinations lies.
inline std::string catalogue_dir(const LoadOptions& options) {
  return options.packs_dir + "/destinations";
}

// Files larger than this are no dictionary or boilerplate that anybody keeps by hand or export.
inline constexpr size_t kMaxTextFileBytes = 64 << 20;
// Files in one folder. A policy of 100,000 rules has a few hundred.
inline constexpr size_t kMaxPolicyFiles = 10'000;

}  // namespace postern::policy
