#include "cli/command.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include <unistd.h>

#include "base/settings.h"
#include "cli/shown.h"

namespace postern::cli {

std::optional<Configuration> load_configuration(const Program& program) {
  std::string path = program.config_path;
  if (path.empty() && std::filesystem::exists(kDefaultConfigPath)) path = kDefaultConfigPath;
  Diagnostics diagnostics;
  Configuration configuration = Configuration::load(path, settings_table(), diagnostics);
  std::cerr << diagnostics.to_text(colour_wanted(STDERR_FILENO));
  if (diagnostics.has_errors()) return std::nullopt;
  return configuration;
}

int cannot_run(std::string_view text) {
  std::cerr << "postern: " << shown(text) << "\n";
  return kExitCannotRun;
}

bool colour_wanted(int fd) {
  const char* no_color = std::getenv("NO_COLOR");
  return (no_color == nullptr || *no_color == '\0') && ::isatty(fd) == 1;
}

}  // namespace postern::cli
