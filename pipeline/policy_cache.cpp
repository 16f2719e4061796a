#include "pipeline/policy_cache.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/log.h"
#include "base/unique_fd.h"

namespace postern::pipeline {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "PNPOLIC1";
constexpr size_t kNameBytes = 32;
constexpr size_t kMacBytes = 32;
constexpr size_t kHeadBytes = kMagic.size() + kNameBytes + sizeof(std::uint64_t);
constexpr std::string_view kPrefix = "policy-";
constexpr std::string_view kSuffix = ".image";
constexpr std::string_view kUnfinished = ".unfinished-";

std::string keyed_hash(std::initializer_list<std::string_view> texts, const store::SecretKey& key) {
  static_assert(kNameBytes == kMacBytes);
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.data(), key.size(), kMacBytes);
  for (const std::string_view text : texts) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  std::string out(kMacBytes, '\0');
  crypto_generichash_final(&state, reinterpret_cast<unsigned char*>(out.data()), out.size());
  return out;
}

// What names a file and what seals it are hashed apart.
std::string name_of(std::string_view inputs, const store::SecretKey& key) {
  return keyed_hash({"name\n", inputs}, key);
}

std::string head_of(std::string_view name, std::uint64_t image_size) {
  std::string out(kMagic);
  out += name;
  for (int shift = 0; shift < 64; shift += 8) out += static_cast<char>(image_size >> shift);
  return out;
}

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return fail(ErrorKind::unavailable, errno_text(n < 0 ? errno : ENOSPC));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

// `not_found` when there is no such file.
Result<std::string> read_all(const std::string& path) {
  const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return fail(errno == ENOENT ? ErrorKind::not_found : ErrorKind::unavailable, errno_text(errno));
  struct stat about {};
  if (::fstat(file.get(), &about) != 0) return fail(ErrorKind::unavailable, errno_text(errno));
  if (!S_ISREG(about.st_mode)) return fail(ErrorKind::corrupt, "it is no file");
  if (static_cast<std::uint64_t>(about.st_size) > PolicyCache::kMaxBytes)
    return fail(ErrorKind::corrupt, "it is too large");
  std::string out(static_cast<size_t>(about.st_size), '\0');
  size_t have = 0;
  while (have < out.size()) {
    const ssize_t n = ::read(file.get(), out.data() + have, out.size() - have);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, errno_text(errno));
    if (n == 0) break;
    have += static_cast<size_t>(n);
  }
  out.resize(have);
  return out;
}

// Takes everything but the image away from a file's bytes.
Result<void> unseal(std::string& bytes, std::string_view name, const store::SecretKey& key) {
  if (bytes.size() < kHeadBytes + kMacBytes) return fail(ErrorKind::corrupt, "it is cut short");
  const std::string_view all = bytes;
  const std::string_view sealed = all.substr(0, all.size() - kMacBytes);
  const std::string mac = keyed_hash({"image\n", sealed}, key);
  if (sodium_memcmp(mac.data(), all.data() + sealed.size(), kMacBytes) != 0) {
    return fail(ErrorKind::corrupt, "it is damaged, or sealed with another key");
  }
  if (sealed.substr(0, kHeadBytes) != head_of(name, sealed.size() - kHeadBytes)) {
    return fail(ErrorKind::corrupt, "it is that of another policy");
  }
  bytes.resize(sealed.size());
  bytes.erase(0, kHeadBytes);
  return {};
}

}  // namespace

std::string this_program() {
  struct stat about {};
  if (::stat("/proc/self/exe", &about) != 0) return POSTERN_VERSION;
  return std::string(POSTERN_VERSION) + ' ' + std::to_string(about.st_size) + ' ' +
         std::to_string(about.st_mtim.tv_sec) + '.' + std::to_string(about.st_mtim.tv_nsec);
}

PolicyCache::PolicyCache(std::string dir, const store::SecretKey& key) : dir_(std::move(dir)), key_(key) {
  system_entropy();  // initialises libsodium, which chooses its fastest hash then
  std::error_code failed;
  if (dir_.empty() || fs::is_directory(dir_, failed)) return;
  if (::mkdir(dir_.c_str(), 0700) == 0 || errno == EEXIST) return;
  log_warning("policies are compiled at each start: cannot make " + dir_ + " (policy.cache_dir): " + errno_text(errno));
  dir_.clear();
}

std::string PolicyCache::path_of(std::string_view inputs) const {
  return dir_ + "/" + std::string(kPrefix) + to_hex(name_of(inputs, key_)) + std::string(kSuffix);
}

std::optional<std::string> PolicyCache::find(std::string_view inputs) const {
  if (dir_.empty()) return std::nullopt;
  const std::string path = path_of(inputs);
  auto bytes = read_all(path);
  auto believed = bytes ? unseal(*bytes, name_of(inputs, key_), key_) : fail(bytes.error());
  if (believed) {
    // The times tell which files were used last.
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    return std::move(*bytes);
  }
  if (believed.error().kind == ErrorKind::not_found) return std::nullopt;
  log_warning("the compiled policy " + path + " is not used: " + believed.error().message);
  if (believed.error().kind == ErrorKind::corrupt) ::unlink(path.c_str());
  return std::nullopt;
}

void PolicyCache::forget(std::string_view inputs) const {
  if (!dir_.empty()) ::unlink(path_of(inputs).c_str());
}

void PolicyCache::keep(std::string_view inputs, std::string_view image) const {
  if (dir_.empty()) return;
  if (auto ok = write(inputs, image); !ok) {
    log_warning("the compiled policy is not kept in " + dir_ + ": " + ok.error().message);
  }
  remove_old();
}

Result<void> PolicyCache::write(std::string_view inputs, std::string_view image) const {
  const std::string path = path_of(inputs);
  std::string unfinished = path + std::string(kUnfinished) + "XXXXXX";
  const UniqueFd file(::mkostemp(unfinished.data(), O_CLOEXEC));  // mode 0600
  if (!file) return fail(ErrorKind::unavailable, errno_text(errno));
  const std::string head = head_of(name_of(inputs, key_), image.size());
  const std::string mac = keyed_hash({"image\n", head, image}, key_);
  Result<void> done;
  for (const std::string_view part : {std::string_view(head), image, std::string_view(mac)}) {
    if (done) done = write_all(file.get(), part);
  }
  // Not synced: after a crash the seal tells a whole file from a part of one.
  if (done && ::rename(unfinished.c_str(), path.c_str()) != 0) done = fail(ErrorKind::unavailable, errno_text(errno));
  if (!done) ::unlink(unfinished.c_str());
  return done;
}

void PolicyCache::remove_old() const {
  // Another gate may be writing its own; what is older was left by one that died.
  constexpr std::chrono::hours kLongestWrite{1};
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  std::error_code failed;
  for (fs::directory_iterator it(dir_, failed), end; !failed && it != end; it.increment(failed)) {
    const std::string name = it->path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    std::error_code gone;
    const auto time = it->last_write_time(gone);
    if (gone) continue;
    if (name.ends_with(kSuffix)) {
      files.emplace_back(time, it->path());
    } else if (name.find(kUnfinished) != std::string::npos && time < fs::file_time_type::clock::now() - kLongestWrite) {
      ::unlink(it->path().c_str());
    }
  }
  std::sort(files.begin(), files.end(), std::greater<>());
  for (size_t i = kKept; i < files.size(); i++) ::unlink(files[i].second.c_str());
}

}  // namespace postern::pipeline
