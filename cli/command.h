// The frame of the `postern` program: what every verb gets and gives back.
//
// Each verb lives in a file of its own and adds itself to the CLI11 application
// by one function. Results go to standard output, diagnostics to standard
// error; a verb stores its exit status and returns. The statuses are the
// contract: 0 well, 1 findings or failures of what was asked about, 2 cannot
// run; `extract` also has 3, some part not read whole.
#pragma once

#include <optional>
#include <string>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "base/options.h"
#include "base/result.h"

namespace postern::cli {

inline constexpr int kExitWell = 0;
inline constexpr int kExitFindings = 1;
inline constexpr int kExitCannotRun = 2;
inline constexpr int kExitNotWholly = 3;

struct Program {
  std::string config_path;  // --config; empty: the default path, if it is there
  int exit = kExitWell;
};

// The configuration that --config or the default path gives; problems are printed and nothing is returned.
// Without a file at the default path these are the defaults: reading and checking work before anything is installed.
std::optional<Configuration> load_configuration(const Program& program);

// Prints "postern: text" to standard error, escaped as shown() does, and gives kExitCannotRun.
int cannot_run(std::string_view text);

// Colour only on a terminal, and not when NO_COLOR is set (no-color.org).
bool colour_wanted(int fd);

void add_extract(CLI::App& app, Program& program);
void add_check(CLI::App& app, Program& program);
void add_policy(CLI::App& app, Program& program);
void add_destinations(CLI::App& app, Program& program);
void add_quarantine(CLI::App& app, Program& program);
void add_status(CLI::App& app, Program& program);
void add_config(CLI::App& app, Program& program);
void add_setup(CLI::App& app, Program& program);

}  // namespace postern::cli
