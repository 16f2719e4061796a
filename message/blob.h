// Blob: bytes of a message or part, immutable once sealed, passed by descriptor.
//
// A message is spooled through a BlobWriter. Up to kBlobInlineBytes it is a
// string in memory, for which a descriptor is made when one is first asked for;
// up to kBlobMemoryBytes it is a memfd, past that an unlinked file of the spool
// directory. seal() makes it read-only (F_SEAL_WRITE|GROW|SHRINK for a memfd),
// so that a worker that gets the descriptor can map it without fear of change.
// Nothing here parses. A Blob is shared by reference count; reading is safe from
// several threads, a BlobWriter belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern {

// Messages up to this size cost no system call until someone asks for a descriptor. Holds most mail
// without attachments, and one body chunk of the milter protocol.
constexpr size_t kBlobInlineBytes = 64 << 10;

// Messages up to this size stay in memory. Most mail is far below; 16 MiB times
// the messages in flight bounds what the spool takes of the daemon's memory.
constexpr std::uint64_t kBlobMemoryBytes = 16ULL << 20;

class Blob {
 public:
  Blob(UniqueFd fd, std::uint64_t size);
  explicit Blob(std::string bytes);
  ~Blob();
  Blob(const Blob&) = delete;
  Blob& operator=(const Blob&) = delete;

  // Stays owned by the Blob; its file position is shared, so read with pread or mmap. -1 when no memory file
  // can be made for a small blob (no descriptors or no memory left).
  int fd() const;
  std::uint64_t size() const { return size_; }

  // The bytes of a small blob, which lie in memory; nothing when there has been a descriptor from the beginning.
  std::optional<std::string_view> in_memory() const {
    return is_inline_ ? std::optional<std::string_view>(inline_) : std::nullopt;
  }

  // The bytes, mapped on first use and unmapped with the Blob.
  Result<std::string_view> view() const;

  // A sealed memfd holding a copy of `bytes`.
  static Result<std::shared_ptr<const Blob>> copy_of(std::string_view bytes);
  // Takes over a descriptor that nobody writes to any more.
  static Result<std::shared_ptr<const Blob>> adopt(UniqueFd fd);

 private:
  const std::string inline_;  // the bytes, unless fd_ was there from the beginning
  const bool is_inline_;
  const std::uint64_t size_;

  // Made on first use.
  mutable std::once_flag fd_once_;
  mutable UniqueFd fd_;
  mutable std::once_flag map_once_;
  mutable void* mapped_ = nullptr;
  mutable int map_error_ = 0;
};

class BlobWriter {
 public:
  // `spool_dir` is where a message past kBlobMemoryBytes goes; it is not touched before.
  explicit BlobWriter(std::string spool_dir);

  // After a failure the writer can only be destroyed or assigned to.
  Result<void> append(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > kBlobInlineBytes) return append_slowly(bytes);
    if (buffer_.capacity() < kFirstBytes) buffer_.reserve(kFirstBytes);
    buffer_ += bytes;
    return {};
  }
  std::uint64_t size() const { return written_ + buffer_.size(); }
  // Ends the writing; the writer is empty afterwards and can be used again.
  Result<std::shared_ptr<const Blob>> seal();

 private:
  // The first allocation of the buffer: the header of most mail.
  static constexpr size_t kFirstBytes = 4 << 10;

  Result<void> append_slowly(std::string_view bytes);
  // Writes the buffer and `bytes` out, in one call.
  Result<void> flush(std::string_view bytes);
  Result<void> move_to_file();

  std::string spool_dir_;
  std::string buffer_;
  UniqueFd fd_;
  bool in_file_ = false;
  std::uint64_t written_ = 0;
};

}  // namespace postern
