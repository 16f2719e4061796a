// Blob: bytes of a message or part, immutable once sealed, passed by descriptor.
//
// A message is spooled through a BlobWriter: into a memfd up to
// kMemoryBytes, past that into an unlinked file of the spool directory. seal()
// makes it read-only (F_SEAL_WRITE|GROW|SHRINK for a memfd), so that a worker
// that gets the descriptor can map it without fear of change. Nothing here
// parses. A Blob is shared by reference count; reading is safe from several
// threads, a BlobWriter belongs to one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern {

// Messages up to this size stay in memory. Most mail is far below; 16 MiB times
// the messages in flight bounds what the spool takes of the daemon's memory.
constexpr std::uint64_t kBlobMemoryBytes = 16ULL << 20;

class Blob {
 public:
  Blob(UniqueFd fd, std::uint64_t size);
  ~Blob();
  Blob(const Blob&) = delete;
  Blob& operator=(const Blob&) = delete;

  int fd() const { return fd_.get(); }  // stays owned by the Blob
  std::uint64_t size() const { return size_; }

  // The bytes, mapped on first use and unmapped with the Blob.
  Result<std::string_view> view() const;

  // A sealed memfd holding a copy of `bytes`.
  static Result<std::shared_ptr<const Blob>> copy_of(std::string_view bytes);
  // Takes over a descriptor that nobody writes to any more.
  static Result<std::shared_ptr<const Blob>> adopt(UniqueFd fd);

 private:
  UniqueFd fd_;
  std::uint64_t size_;
  struct Mapping;
  std::unique_ptr<Mapping> mapping_;
};

class BlobWriter {
 public:
  // `spool_dir` is where a message past kBlobMemoryBytes goes; it is not touched before.
  explicit BlobWriter(std::string spool_dir);

  Result<void> append(std::string_view bytes);
  std::uint64_t size() const { return written_ + buffer_.size(); }
  // Ends the writing; the writer is empty afterwards and can be used again.
  Result<std::shared_ptr<const Blob>> seal();

 private:
  Result<void> flush();
  Result<void> move_to_file();

  std::string spool_dir_;
  std::string buffer_;
  UniqueFd fd_;
  bool in_file_ = false;
  std::uint64_t written_ = 0;
};

}  // namespace postern
