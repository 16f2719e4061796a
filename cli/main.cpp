// postern: the command line of the mail gate. See postern(1).
#include <csignal>
#include <iostream>

#include "base/log.h"
#include "base/standard_descriptors.h"
#include "cli/command.h"

int main(int argc, char** argv) {
  using namespace postern;
  occupy_standard_descriptors();
  // A reader that closes our output early (| head) is no crash; writes then fail.
  std::signal(SIGPIPE, SIG_IGN);
  log_open(LogTarget::standard_error, LogLevel::warning, "postern");

  CLI::App app("Postern, the outbound gate of a company's mail.", "postern");
  app.set_version_flag("--version", std::string("postern ") + POSTERN_VERSION);
  app.require_subcommand(1);
  app.fallthrough();
  cli::Program program;
  app.add_option("--config", program.config_path, "configuration file (default /etc/postern/postern.yaml)");

  cli::add_extract(app, program);
  cli::add_check(app, program);
  cli::add_policy(app, program);
  cli::add_destinations(app, program);
  cli::add_quarantine(app, program);
  cli::add_status(app, program);
  cli::add_config(app, program);
  cli::add_setup(app, program);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // --help and --version are successes; every slip on the command line is "cannot run".
    program.exit = app.exit(e) == 0 ? cli::kExitWell : cli::kExitCannotRun;
  } catch (const std::exception& e) {
    return cli::cannot_run(std::string("defect: ") + e.what());
  }
  std::cout.flush();
  if (!std::cout) return cli::cannot_run("cannot write the result to standard output");
  return program.exit;
}
