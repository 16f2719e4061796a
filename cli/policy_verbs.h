// The verbs of `postern policy`: each in a file of its own, added to the group by one function.
#pragma once

#include "cli/command.h"

namespace postern::cli {

void add_policy_backtest(CLI::App& group, Program& program);

}  // namespace postern::cli
