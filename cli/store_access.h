// The store as the verbs open it: beside a running gate, by the same configuration.
#pragma once

#include <memory>

#include "base/options.h"
#include "store/store.h"

namespace postern::cli {

struct StoreAccess {
  std::unique_ptr<store::Store> store;
  std::string spool_dir;
};

Result<StoreAccess> open_store(const Configuration& configuration);

// Who acts, for the audit: "cli:root", with the name behind sudo when there is one.
std::string actor();

}  // namespace postern::cli
