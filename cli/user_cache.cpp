#include "cli/user_cache.h"

#include <cerrno>
#include <cstdlib>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "store/keys.h"

namespace postern::cli {

namespace {

bool is_own_folder(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && S_ISDIR(about.st_mode) && about.st_uid == ::geteuid();
}

bool make_folder(const std::string& path) {
  return (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) && is_own_folder(path);
}

// Empty: there is none.
std::string cache_home() {
  // As the specification says, a path that is not absolute is as good as none.
  if (const char* set = std::getenv("XDG_CACHE_HOME"); set != nullptr && *set == '/') return set;
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home != '/' || !is_own_folder(home)) return {};
  return std::string(home) + "/.cache";
}

}  // namespace

std::optional<pipeline::PolicyCache> user_cache() {
  const std::string home = cache_home();
  if (home.empty() || !make_folder(home)) return std::nullopt;
  const std::string folder = home + "/postern";
  if (!make_folder(folder)) return std::nullopt;
  const std::string path = folder + "/cache.key";
  auto keys = store::KeyRing::load(path);
  if (!keys && keys.error().kind == ErrorKind::not_found) {
    // Two commands may begin at once: whichever is first makes it.
    (void)store::KeyRing::create(path, system_entropy());
    keys = store::KeyRing::load(path);
  }
  if (!keys) return std::nullopt;
  return std::optional<pipeline::PolicyCache>(std::in_place, folder, (*keys)->key(store::KeyUse::policy_cache));
}

}  // namespace postern::cli
