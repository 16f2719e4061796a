#include "policy/inputs.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <hs.h>
#include <unicode/uversion.h>

#include "base/crypto.h"
#include "base/unique_fd.h"
#include "policy/patterns/pcre.h"

namespace postern::policy {

namespace {

namespace fs = std::filesystem;

// A text that cannot run into the next one.
void add(Sha256& digest, std::string_view text) {
  digest.update(std::to_string(text.size()) + ':');
  digest.update(text);
}

std::string engine(std::string_view program) {
  std::string out = std::string(program) + '\n' + std::string(kEngineVersion) + "\nhyperscan " + hs_version();
  hs_platform_info_t platform{};
  if (hs_populate_platform(&platform) == HS_SUCCESS) {
    out += " tune " + std::to_string(platform.tune) + " features " + std::to_string(platform.cpu_features);
  }
  std::array<char, 64> version{};
  pcre2_config(PCRE2_CONFIG_VERSION, version.data());
  return out + "\npcre2 " + version.data() + "\nicu " U_ICU_VERSION;
}

bool is_version_control(const fs::path& name) {
  return name == ".git" || name == ".hg" || name == ".svn";
}

Result<void> list(const fs::path& dir, int depth, std::vector<fs::path>& files) {
  std::error_code failed;
  fs::directory_iterator it(dir, failed);
  if (failed == std::errc::no_such_file_or_directory) return {};
  for (; !failed && it != fs::directory_iterator(); it.increment(failed)) {
    std::error_code unknown;
    if (it->is_directory(unknown)) {
      if (is_version_control(it->path().filename())) continue;
      if (depth == 0) return fail(ErrorKind::limit, it->path().string() + " is too deep");
      if (auto ok = list(it->path(), depth - 1, files); !ok) return ok;
    } else if (it->is_regular_file(unknown)) {
      files.push_back(it->path());
      if (files.size() > kMaxInputFiles) return fail(ErrorKind::limit, dir.string() + " holds too many files");
    }
  }
  if (failed) return fail(ErrorKind::unavailable, "cannot read " + dir.string() + ": " + failed.message());
  return {};
}

Result<void> add_file(Sha256& digest, const fs::path& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return fail(ErrorKind::unavailable, "cannot open " + path.string() + ": " + errno_text(errno));
  Sha256 content;
  std::array<char, 65536> chunk;
  for (;;) {
    const ssize_t n = ::read(file.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, "cannot read " + path.string() + ": " + errno_text(errno));
    if (n == 0) break;
    content.update({chunk.data(), static_cast<size_t>(n)});
  }
  add(digest, path.string());
  add(digest, to_hex(content.finish()));
  return {};
}

}  // namespace

Result<std::string> digest_of_inputs(const LoadOptions& options, std::string_view program) {
  Sha256 digest;
  add(digest, engine(program));
  for (const std::string& dir : {options.dir, options.packs_dir}) {
    std::vector<fs::path> files;
    if (auto ok = list(dir, kMaxInputDepth, files); !ok) return fail(ok.error());
    std::sort(files.begin(), files.end());
    add(digest, dir);
    for (const fs::path& file : files) {
      if (auto ok = add_file(digest, file); !ok) return fail(ok.error());
    }
  }
  return to_hex(digest.finish());
}

}  // namespace postern::policy
