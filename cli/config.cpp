// postern config check|dump: see postern(1).
#include <cerrno>
#include <iostream>
#include <memory>

#include <unistd.h>

#include "base/settings.h"
#include "cli/command.h"

namespace postern::cli {

void add_config(CLI::App& app, Program& program) {
  CLI::App* config = app.add_subcommand("config", "check or show the configuration");
  config->require_subcommand(1);

  CLI::App* check = config->add_subcommand("check", "read the configuration and report every problem");
  check->callback([&program] {
    const std::string& path = program.config_path;
    if (!path.empty() && ::access(path.c_str(), R_OK) != 0) {
      program.exit = cannot_run(path + ": " + errno_text(errno));
      return;
    }
    if (!load_configuration(program)) {
      program.exit = kExitFindings;
      return;
    }
    std::cout << "the configuration is good\n";
  });

  CLI::App* dump = config->add_subcommand("dump", "print every option with its value");
  auto origin = std::make_shared<bool>(false);
  dump->add_flag("--origin", *origin, "behind each value, the file and line that set it");
  dump->callback([&program, origin] {
    const auto configuration = load_configuration(program);
    if (!configuration) {
      program.exit = kExitCannotRun;
      return;
    }
    std::cout << configuration->dump(*origin ? Configuration::Origins::show : Configuration::Origins::hide);
  });

  CLI::App* manual = config->add_subcommand("manual", "print the options section of postern.yaml(5) in scdoc");
  manual->group("");
  manual->callback([] { std::cout << options_manual(settings_table()); });
}

}  // namespace postern::cli
