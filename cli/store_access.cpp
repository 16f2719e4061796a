#include "cli/store_access.h"

#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace postern::cli {

Result<StoreAccess> open_store(const Configuration& configuration) {
  auto keys = store::KeyRing::load(configuration.text("store.key_file"));
  if (!keys) return fail(keys.error());
  store::StoreOptions options;
  options.url = configuration.text("store.url");
  auto opened = store::Store::open(options, std::move(*keys));
  if (!opened) return fail(opened.error());
  return StoreAccess{std::move(*opened), configuration.text("gate.spool_dir")};
}

std::string actor() {
  const passwd* user = ::getpwuid(::getuid());
  std::string out = "cli:" + (user != nullptr ? std::string(user->pw_name) : std::to_string(::getuid()));
  const char* behind = std::getenv("SUDO_USER");
  if (behind != nullptr && *behind != '\0') out += " (" + std::string(behind) + ")";
  return out;
}

}  // namespace postern::cli
