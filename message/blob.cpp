#include "message/blob.h"

#include <cerrno>
#include <mutex>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace postern {

namespace {

constexpr size_t kBufferBytes = 64 << 10;  // one write a body chunk of the milter protocol

Result<void> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return fail(ErrorKind::unavailable, "cannot write the spooled message: " + errno_text(errno));
    }
    bytes.remove_prefix(size_t(n));
  }
  return {};
}

Result<UniqueFd> new_memfd() {
  UniqueFd fd(::memfd_create("postern-message", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return fail(ErrorKind::unavailable, "cannot make a memory file: " + errno_text(errno));
  return fd;
}

}  // namespace

struct Blob::Mapping {
  std::once_flag once;
  void* address = nullptr;
  int error = 0;
};

Blob::Blob(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size), mapping_(std::make_unique<Mapping>()) {}

Blob::~Blob() {
  if (mapping_->address != nullptr) ::munmap(mapping_->address, size_);
}

Result<std::string_view> Blob::view() const {
  if (size_ == 0) return std::string_view();
  std::call_once(mapping_->once, [this] {
    void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd_.get(), 0);
    if (address == MAP_FAILED) {
      mapping_->error = errno;
    } else {
      mapping_->address = address;
    }
  });
  if (mapping_->address == nullptr) {
    return fail(ErrorKind::unavailable, "cannot map the message: " + errno_text(mapping_->error));
  }
  return std::string_view(static_cast<const char*>(mapping_->address), size_);
}

Result<std::shared_ptr<const Blob>> Blob::copy_of(std::string_view bytes) {
  auto fd = new_memfd();
  if (!fd) return fail(fd.error());
  if (auto ok = write_all(fd->get(), bytes); !ok) return fail(ok.error());
  if (::fcntl(fd->get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return fail(ErrorKind::unavailable, "cannot seal the memory file: " + errno_text(errno));
  }
  return std::make_shared<const Blob>(std::move(*fd), bytes.size());
}

Result<std::shared_ptr<const Blob>> Blob::adopt(UniqueFd fd) {
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0)
    return fail(ErrorKind::unavailable, "cannot stat the message: " + errno_text(errno));
  return std::make_shared<const Blob>(std::move(fd), std::uint64_t(info.st_size));
}

BlobWriter::BlobWriter(std::string spool_dir) : spool_dir_(std::move(spool_dir)) {}

Result<void> BlobWriter::append(std::string_view bytes) {
  if (buffer_.size() + bytes.size() > kBufferBytes) {
    if (auto ok = flush(); !ok) return ok;
  }
  if (bytes.size() > kBufferBytes) {
    buffer_ = bytes;
    return flush();
  }
  buffer_ += bytes;
  return {};
}

Result<void> BlobWriter::flush() {
  if (!fd_) {
    auto fd = new_memfd();
    if (!fd) return fail(fd.error());
    fd_ = std::move(*fd);
  }
  if (!in_file_ && written_ + buffer_.size() > kBlobMemoryBytes) {
    if (auto ok = move_to_file(); !ok) return ok;
  }
  if (auto ok = write_all(fd_.get(), buffer_); !ok) return ok;
  written_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<void> BlobWriter::move_to_file() {
  UniqueFd file(::open(spool_dir_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return fail(ErrorKind::unavailable, "cannot spool in " + spool_dir_ + ": " + errno_text(errno));
  off_t at = 0;
  std::string chunk(kBufferBytes, '\0');
  for (;;) {
    const ssize_t n = ::pread(fd_.get(), chunk.data(), chunk.size(), at);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, "cannot read the spooled message: " + errno_text(errno));
    if (n == 0) break;
    if (auto ok = write_all(file.get(), std::string_view(chunk.data(), size_t(n))); !ok) return ok;
    at += n;
  }
  fd_ = std::move(file);
  in_file_ = true;
  return {};
}

Result<std::shared_ptr<const Blob>> BlobWriter::seal() {
  if (auto ok = flush(); !ok) return fail(ok.error());
  if (!in_file_ && ::fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    return fail(ErrorKind::unavailable, "cannot seal the spooled message: " + errno_text(errno));
  }
  auto blob = std::make_shared<const Blob>(std::move(fd_), written_);
  written_ = 0;
  in_file_ = false;
  return blob;
}

}  // namespace postern
