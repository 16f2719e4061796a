#include "store/keys.h"

#include <cerrno>

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace postern::store {

namespace {

constexpr std::string_view kPrefix = "postern-master-key-v1 ";
constexpr char kContext[crypto_kdf_CONTEXTBYTES + 1] = "postern1";
constexpr size_t kKeyIdBytes = 16;  // the least that crypto_kdf gives; half of it is shown
constexpr size_t kFileBytes = kPrefix.size() + 2 * std::tuple_size_v<SecretKey> + 1;

static_assert(std::tuple_size_v<SecretKey> == crypto_kdf_KEYBYTES);

// Syncs the directory too: a key that a crash takes away takes every hold with it.
Result<void> write_new(const std::string& path, std::string_view text) {
  UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) {
    if (errno == EEXIST) return fail(ErrorKind::conflict, "the master key " + path + " exists already");
    return fail(ErrorKind::unavailable, "cannot make " + path + ": " + errno_text(errno));
  }
  errno = ENOSPC;  // what a short write means
  const ssize_t written = ::write(fd.get(), text.data(), text.size());
  if (written != ssize_t(text.size()) || ::fsync(fd.get()) != 0) {
    const int error = errno;
    ::unlink(path.c_str());
    return fail(ErrorKind::unavailable, "cannot write " + path + ": " + errno_text(error));
  }
  const size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  UniqueFd dir(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir || ::fsync(dir.get()) != 0) {
    return fail(ErrorKind::unavailable, "cannot sync " + directory + ": " + errno_text(errno));
  }
  return {};
}

}  // namespace

KeyRing::KeyRing(const SecretKey& master) : master_(master) {
  std::array<unsigned char, kKeyIdBytes> id{};
  crypto_kdf_derive_from_key(id.data(), id.size(), std::uint64_t(KeyUse::key_id), kContext, master_.data());
  id_ = to_hex(std::string_view(reinterpret_cast<const char*>(id.data()), id.size() / 2));
}

KeyRing::~KeyRing() {
  sodium_memzero(master_.data(), master_.size());
}

SecretKey KeyRing::key(KeyUse use) const {
  SecretKey out;
  crypto_kdf_derive_from_key(out.data(), out.size(), std::uint64_t(use), kContext, master_.data());
  return out;
}

std::shared_ptr<const KeyRing> KeyRing::from_master(const SecretKey& master) {
  system_entropy();  // initialises libsodium
  return std::shared_ptr<const KeyRing>(new KeyRing(master));
}

Result<void> KeyRing::create(const std::string& path, Entropy& entropy) {
  SecretKey master;
  entropy.fill(reinterpret_cast<char*>(master.data()), master.size());
  std::string line(kPrefix);
  line += to_hex(std::string_view(reinterpret_cast<const char*>(master.data()), master.size()));
  line += '\n';
  auto done = write_new(path, line);
  sodium_memzero(line.data(), line.size());
  sodium_memzero(master.data(), master.size());
  return done;
}

Result<std::shared_ptr<const KeyRing>> KeyRing::load(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) {
    const ErrorKind kind = errno == ENOENT   ? ErrorKind::not_found
                           : errno == EACCES ? ErrorKind::permission
                                             : ErrorKind::unavailable;
    return fail(kind, "cannot open the master key " + path + ": " + errno_text(errno));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) {
    return fail(ErrorKind::unavailable, "cannot stat the master key " + path + ": " + errno_text(errno));
  }
  // Root may read a key that belongs to the daemon's user (the command line does).
  const bool owner_trusted = info.st_uid == ::geteuid() || info.st_uid == 0 || ::geteuid() == 0;
  if (!S_ISREG(info.st_mode) || !owner_trusted || (info.st_mode & 077) != 0) {
    return fail(ErrorKind::permission,
                "the master key " + path + " must be a plain file of this user or root with mode 0600: chmod 0600 it");
  }
  std::array<char, kFileBytes + 1> text{};  // one more than a key, to notice a longer file
  size_t size = 0;
  while (size < text.size()) {
    const ssize_t n = ::read(fd.get(), text.data() + size, text.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, "cannot read the master key " + path + ": " + errno_text(errno));
    if (n == 0) break;
    size += size_t(n);
  }
  SecretKey master{};
  size_t decoded = 0;
  const char* end = nullptr;
  const bool good = size == kFileBytes && std::string_view(text.data(), kPrefix.size()) == kPrefix &&
                    text[kFileBytes - 1] == '\n' &&
                    sodium_hex2bin(master.data(), master.size(), text.data() + kPrefix.size(), 2 * master.size(),
                                   nullptr, &decoded, &end) == 0 &&
                    decoded == master.size();
  sodium_memzero(text.data(), text.size());
  auto ring = good ? from_master(master) : nullptr;
  sodium_memzero(master.data(), master.size());
  if (!ring) return fail(ErrorKind::invalid_input, path + " holds no Postern master key");
  return ring;
}

}  // namespace postern::store
