#include "cli/store_access.h"

#include <cerrno>
#include <cstdlib>

#include <pwd.h>
#include <unistd.h>

namespace postern::cli {

namespace {

// Opening would make the store, as whoever looks: root's, which the gate could not open afterwards.
Result<void> expect_store(const std::string& url) {
  constexpr std::string_view kSqlite = "sqlite://";
  if (!url.starts_with(kSqlite)) return {};
  const std::string path = url.substr(kSqlite.size());
  if (::access(path.c_str(), F_OK) == 0 || errno != ENOENT) return {};
  return fail(ErrorKind::not_found, "there is no store at " + path + " yet; the gate makes it when it first starts");
}

}  // namespace

Result<StoreAccess> open_store(const Configuration& configuration) {
  auto keys = store::KeyRing::load(configuration.text("store.key_file"));
  if (!keys) return fail(keys.error());
  store::StoreOptions options;
  options.url = configuration.text("store.url");
  if (auto ok = expect_store(options.url); !ok) return fail(ok.error());
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
