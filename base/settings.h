// The table of all options of posternd and postern (see base/options.h).
#pragma once

#include <span>

#include "base/limits.h"
#include "base/options.h"

namespace postern {

std::span<const OptionRow> settings_table();

// Where the programs look when --config is not given.
inline constexpr std::string_view kDefaultConfigPath = "/etc/postern/postern.yaml";

// The `extract.*` limits as one value.
Limits limits_of(const Configuration& configuration);

}  // namespace postern
