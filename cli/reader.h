// The sandboxed reader as the verbs use it: one pool, started when first needed.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/options.h"
#include "extractors/worker/pool.h"

namespace postern::cli {

// The worker program: as configured; left at its default and not installed, the one beside this program or in
// ../lib/postern (a tree that was only built).
std::string worker_path(const Configuration& configuration);

// Whether letters in pictures are read.
enum class Letters { as_configured, always };

Result<std::unique_ptr<extract::ExtractPool>> start_reader(const Configuration& configuration, unsigned workers,
                                                           Letters letters = Letters::as_configured);

inline constexpr std::string_view kStandardInput = "-";

// Bytes of one message or document. Far past any; keeps a slip such as /dev/zero from filling the disk.
inline constexpr std::uint64_t kMaxInputBytes = 4ULL << 30;
Error too_large(const std::string& path);

// Where what does not fit into memory goes.
std::string spool_directory();

// The file's bytes as a Blob, at most kMaxInputBytes. An error names the file.
Result<std::shared_ptr<const Blob>> read_input(const std::string& path);

}  // namespace postern::cli
