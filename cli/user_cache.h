// The policies that a user's commands have compiled, kept for the next command.
//
// In $XDG_CACHE_HOME/postern, else ~/.cache/postern (XDG Base Directory Specification), with a key of its own beside
// them, "cache.key": pipeline/policy_cache.h. Only in a home that belongs to whoever runs the command, so that a root
// that borrows another user's HOME leaves nothing there. Without one nothing is kept and nothing is lost but time.
#pragma once

#include <optional>

#include "pipeline/policy_cache.h"

namespace postern::cli {

// Makes folder and key when they are not there. Nothing when they cannot be made or trusted.
std::optional<pipeline::PolicyCache> user_cache();

}  // namespace postern::cli
