#include "message/blob.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

namespace postern {

namespace {

constexpr size_t kCopyBytes = 256 << 10;  // one read and write while a message moves from memory to disk

Result<void> write_all(int fd, std::string_view first, std::string_view second) {
  while (!first.empty() || !second.empty()) {
    // iovec has no const; writev only reads.
    std::array<iovec, 2> parts = {
        {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
    const ssize_t n = ::writev(fd, parts.data(), int(parts.size()));
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::unavailable, "cannot write the spooled message: " + errno_text(errno));
    }
    const size_t of_first = std::min(size_t(n), first.size());
    first.remove_prefix(of_first);
    second.remove_prefix(size_t(n) - of_first);
  }
  return {};
}

Result<UniqueFd> new_memfd() {
  UniqueFd fd(::memfd_create("postern-message", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return fail(ErrorKind::unavailable, "cannot make a memory file: " + errno_text(errno));
  return fd;
}

Result<void> seal_memfd(int fd) {
  if (::fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return fail(ErrorKind::unavailable, "cannot seal the memory file: " + errno_text(errno));
  }
  return {};
}

// A descriptor of the same file that cannot change it: readers in the sandbox are given it, and could map it writable.
Result<UniqueFd> read_only(int fd) {
  UniqueFd out(::open(("/proc/self/fd/" + std::to_string(fd)).c_str(), O_RDONLY | O_CLOEXEC));
  if (!out) return fail(ErrorKind::unavailable, "cannot open the spooled message again: " + errno_text(errno));
  return out;
}

Result<UniqueFd> sealed_memfd(std::string_view bytes) {
  auto fd = new_memfd();
  if (!fd) return fd;
  if (auto ok = write_all(fd->get(), bytes, {}); !ok) return fail(ok.error());
  if (auto ok = seal_memfd(fd->get()); !ok) return fail(ok.error());
  return fd;
}

}  // namespace

Blob::Blob(UniqueFd fd, std::uint64_t size) : is_inline_(false), size_(size), fd_(std::move(fd)) {}

Blob::Blob(std::string bytes) : inline_(std::move(bytes)), is_inline_(true), size_(inline_.size()) {}

Blob::~Blob() {
  if (mapped_ != nullptr) ::munmap(mapped_, size_);
}

int Blob::fd() const {
  if (is_inline_) {
    std::call_once(fd_once_, [this] {
      if (auto fd = sealed_memfd(inline_)) fd_ = std::move(*fd);
    });
  }
  return fd_.get();
}

Result<std::string_view> Blob::view() const {
  if (is_inline_) return std::string_view(inline_);
  if (size_ == 0) return std::string_view();
  std::call_once(map_once_, [this] {
    void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (address == MAP_FAILED) {
      map_error_ = errno;
    } else {
      mapped_ = address;
    }
  });
  if (mapped_ == nullptr) {
    return fail(ErrorKind::unavailable, "cannot map the message: " + errno_text(map_error_));
  }
  return std::string_view(static_cast<const char*>(mapped_), size_);
}

Result<std::shared_ptr<const Blob>> Blob::copy_of(std::string_view bytes) {
  auto fd = sealed_memfd(bytes);
  if (!fd) return fail(fd.error());
  return std::make_shared<const Blob>(std::move(*fd), bytes.size());
}

Result<std::shared_ptr<const Blob>> Blob::adopt(UniqueFd fd) {
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0)
    return fail(ErrorKind::unavailable, "cannot stat the message: " + errno_text(errno));
  return std::make_shared<const Blob>(std::move(fd), std::uint64_t(info.st_size));
}

BlobWriter::BlobWriter(std::string spool_dir) : spool_dir_(std::move(spool_dir)) {}

Result<void> BlobWriter::append_slowly(std::string_view bytes) {
  // A large chunk goes out from where it stands, with what was gathered before it; a small one is gathered.
  if (bytes.size() >= kBlobInlineBytes / 2) return flush(bytes);
  if (auto ok = flush({}); !ok) return ok;
  buffer_ += bytes;
  return {};
}

Result<void> BlobWriter::flush(std::string_view bytes) {
  if (!fd_) {
    auto fd = new_memfd();
    if (!fd) return fail(fd.error());
    fd_ = std::move(*fd);
  }
  if (!in_file_ && size() + bytes.size() > kBlobMemoryBytes) {
    if (auto ok = move_to_file(); !ok) return ok;
  }
  if (auto ok = write_all(fd_.get(), buffer_, bytes); !ok) return ok;
  written_ += buffer_.size() + bytes.size();
  buffer_.clear();
  return {};
}

Result<void> BlobWriter::move_to_file() {
  UniqueFd file(::open(spool_dir_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return fail(ErrorKind::unavailable, "cannot spool in " + spool_dir_ + ": " + errno_text(errno));
  off_t at = 0;
  std::string chunk(kCopyBytes, '\0');
  for (;;) {
    const ssize_t n = ::pread(fd_.get(), chunk.data(), chunk.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, "cannot read the spooled message: " + errno_text(errno));
    if (n == 0) break;
    if (auto ok = write_all(file.get(), std::string_view(chunk.data(), size_t(n)), {}); !ok) return ok;
    at += n;
  }
  fd_ = std::move(file);
  in_file_ = true;
  return {};
}

Result<std::shared_ptr<const Blob>> BlobWriter::seal() {
  if (!fd_) return std::make_shared<const Blob>(std::exchange(buffer_, std::string()));
  if (auto ok = flush({}); !ok) return fail(ok.error());
  if (in_file_) {
    auto sealed = read_only(fd_.get());
    if (!sealed) return fail(sealed.error());
    fd_ = std::move(*sealed);
  } else if (auto ok = seal_memfd(fd_.get()); !ok) {
    return fail(ok.error());
  }
  auto blob = std::make_shared<const Blob>(std::move(fd_), written_);
  written_ = 0;
  in_file_ = false;
  return blob;
}

}  // namespace postern
