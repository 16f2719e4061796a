#include "cli/reader.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/settings.h"

namespace postern::cli {

namespace fs = std::filesystem;

Error too_large(const std::string& path) {
  return {ErrorKind::limit, path + ": is larger than 4 GiB, the most that is read at once"};
}

std::string spool_directory() {
  std::error_code failed;
  const fs::path temporary = fs::temp_directory_path(failed);
  return failed ? "/tmp" : temporary.string();
}

std::string worker_path(const Configuration& configuration) {
  const std::string& configured = configuration.text("extract.worker");
  std::error_code ignored;
  if (configuration.origin("extract.worker") != "default" || fs::exists(configured, ignored)) return configured;
  const fs::path here = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& candidate : {here / "postern-extract", here / "../lib/postern/postern-extract"}) {
    if (fs::exists(candidate, ignored)) return fs::weakly_canonical(candidate, ignored).string();
  }
  return configured;
}

Result<std::unique_ptr<extract::ExtractPool>> start_reader(const Configuration& configuration, unsigned workers,
                                                           Letters letters) {
  extract::PoolOptions options;
  options.worker_path = worker_path(configuration);
  options.workers = workers;
  options.recycle_after = unsigned(configuration.integer("extract.recycle_after"));
  options.worker_memory = configuration.size("extract.worker_memory");
  if (letters == Letters::always || configuration.boolean("extract.ocr")) {
    options.ocr_languages = configuration.text("extract.ocr_languages");
  }
  return extract::ExtractPool::start(std::move(options));
}

Result<std::shared_ptr<const Blob>> read_input(const std::string& path) {
  UniqueFd in(path == kStandardInput ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                                     : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in) return fail(ErrorKind::not_found, path + ": " + errno_text(errno));
  struct stat info {};
  if (::fstat(in.get(), &info) != 0) return fail(ErrorKind::unavailable, path + ": " + errno_text(errno));
  if (S_ISDIR(info.st_mode)) return fail(ErrorKind::invalid_input, path + ": is a directory");
  if (S_ISREG(info.st_mode) && std::uint64_t(info.st_size) > kMaxInputBytes) return fail(too_large(path));
  BlobWriter out(spool_directory());
  std::array<char, 65536> chunk{};
  for (;;) {
    const ssize_t n = ::read(in.get(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, path + ": " + errno_text(errno));
    if (n == 0) return out.seal();
    if (out.size() + std::uint64_t(n) > kMaxInputBytes) return fail(too_large(path));
    if (auto ok = out.append(std::string_view(chunk.data(), size_t(n))); !ok) return fail(ok.error());
  }
}

}  // namespace postern::cli
