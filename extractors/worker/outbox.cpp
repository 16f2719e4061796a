#include "extractors/worker/outbox.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

namespace postern::extract {

Result<OutboxMapping> OutboxMapping::map(int fd, Access access) {
  const int protection = access == Access::read ? PROT_READ : PROT_READ | PROT_WRITE;
  void* address = ::mmap(nullptr, sizeof(OutboxMemory), protection, MAP_SHARED, fd, 0);
  if (address == MAP_FAILED) return fail(ErrorKind::unavailable, "cannot map the outbox: " + errno_text(errno));
  OutboxMapping out;
  out.memory_ = static_cast<OutboxMemory*>(address);
  return out;
}

OutboxMapping::OutboxMapping(OutboxMapping&& other) noexcept : memory_(std::exchange(other.memory_, nullptr)) {}

OutboxMapping& OutboxMapping::operator=(OutboxMapping&& other) noexcept {
  std::swap(memory_, other.memory_);
  return *this;
}

OutboxMapping::~OutboxMapping() {
  if (memory_ != nullptr) ::munmap(memory_, sizeof(OutboxMemory));
}

Result<UniqueFd> make_outbox() {
  UniqueFd fd(::memfd_create("postern-outbox", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd || ::ftruncate(fd.get(), sizeof(OutboxMemory)) != 0 ||
      ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return fail(ErrorKind::unavailable, "cannot make the outbox of a reader: " + errno_text(errno));
  }
  return fd;
}

std::string unsent(const OutboxMapping& mapping, std::uint64_t received) {
  const OutboxMemory& memory = *mapping.memory();
  const std::uint64_t sent = memory.sent.load(std::memory_order_acquire);
  const std::uint32_t filled = memory.filled.load(std::memory_order_acquire);
  if (filled > kOutboxBytes || received < sent || received - sent >= filled) return "";
  const auto seen = static_cast<size_t>(received - sent);
  return std::string(memory.bytes + seen, filled - seen);
}

Result<void> Outbox::append(std::string_view bytes) {
  OutboxMemory& memory = *mapping_.memory();
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), kOutboxBytes - filled_);
    std::memcpy(memory.bytes + filled_, bytes.data(), size);
    filled_ += static_cast<std::uint32_t>(size);
    memory.filled.store(filled_, std::memory_order_release);
    bytes.remove_prefix(size);
    if (filled_ == kOutboxBytes) {
      if (auto ok = flush(); !ok) return ok;
    }
  }
  return {};
}

Result<void> Outbox::flush() {
  OutboxMemory& memory = *mapping_.memory();
  size_t done = 0;
  while (done < filled_) {
    const ssize_t n = ::send(socket_, memory.bytes + done, filled_ - done, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorKind::unavailable, "the client is gone: " + errno_text(errno));
    done += static_cast<size_t>(n);
  }
  // First empty, then further on: between the two the client sees nothing left, which is so.
  memory.filled.store(0, std::memory_order_release);
  memory.sent.fetch_add(filled_, std::memory_order_release);
  filled_ = 0;
  return {};
}

}  // namespace postern::extract
