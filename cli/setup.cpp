// postern setup keys: what an installation needs once.
#include <iostream>

#include "cli/command.h"
#include "store/keys.h"

namespace postern::cli {

void add_setup(CLI::App& app, Program& program) {
  CLI::App* setup = app.add_subcommand("setup", "prepare an installation");
  setup->require_subcommand(1);
  CLI::App* keys =
      setup->add_subcommand("keys", "make the master key that seals held messages; never over an existing one");
  keys->callback([&program] {
    const auto configuration = load_configuration(program);
    if (!configuration) {
      program.exit = kExitCannotRun;
      return;
    }
    const std::string& path = configuration->text("store.key_file");
    if (auto made = store::KeyRing::create(path, system_entropy()); !made) {
      program.exit = cannot_run(made.error().message);
      return;
    }
    std::cout << "made " << path << "; keep a copy of it apart from the store: without it held mail cannot be read\n";
  });
}

}  // namespace postern::cli
