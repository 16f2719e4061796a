// The verbs of `postern policy`: each in a file of its own, added to the group by one function.
#pragma once

#include "cli/command.h"

namespace postern::cli {

void add_policy_backtest(CLI::App& group, Program& program);
void add_policy_diff(CLI::App& group, Program& program);
void add_policy_first_day(CLI::App& group, Program& program);
void add_policy_packs(CLI::App& group, Program& program);
void add_policy_new(CLI::App& group, Program& program);
void add_policy_fmt(CLI::App& group, Program& program);

}  // namespace postern::cli
