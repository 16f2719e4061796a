// Outbox: a worker's send buffer, in memory that the client shares.
//
// A worker batches its frames, so that a small mail costs one send; yet the client
// must know all that the worker had begun when something killed it. So the buffer
// lies in a sealed memfd that both map: what was written is either on the socket or
// still here, whatever became of the worker. The shared header counts the
// bytes of the stream that left the buffer (`sent`) and those that lie in it
// (`filled`); the client knows how many it received and takes the rest from here,
// once the worker is dead. It copies before it looks, and believes no number.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::extract {

// Bytes of the buffer: holds the frames of nearly every mail whole; below the default send buffer of a socket.
inline constexpr size_t kOutboxBytes = 128 << 10;

struct OutboxMemory {
  std::atomic<std::uint64_t> sent;
  std::atomic<std::uint32_t> filled;
  char bytes[kOutboxBytes];
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free);

// A mapping of the shared memory; unmapped at the end.
class OutboxMapping {
 public:
  enum class Access { read, write };
  static Result<OutboxMapping> map(int fd, Access access);
  OutboxMapping() = default;
  OutboxMapping(OutboxMapping&& other) noexcept;
  OutboxMapping& operator=(OutboxMapping&& other) noexcept;
  OutboxMapping(const OutboxMapping&) = delete;
  OutboxMapping& operator=(const OutboxMapping&) = delete;
  ~OutboxMapping();

  OutboxMemory* memory() const { return memory_; }

 private:
  OutboxMemory* memory_ = nullptr;
};

// The client's half: makes the memory (sealed, so that no worker can shrink it under us).
Result<UniqueFd> make_outbox();
// What a dead worker had written and the client, who got `received` bytes of its stream, has not seen.
std::string unsent(const OutboxMapping& mapping, std::uint64_t received);

// The worker's half.
class Outbox {
 public:
  Outbox(OutboxMapping mapping, int socket) : mapping_(std::move(mapping)), socket_(socket) {}

  // Blocks while the client does not read. Fails when the client is gone.
  Result<void> append(std::string_view bytes);
  Result<void> flush();

 private:
  OutboxMapping mapping_;
  int socket_;
  std::uint32_t filled_ = 0;
};

}  // namespace postern::extract
