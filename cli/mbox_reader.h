// MboxReader: splits a stream into messages, whatever its size, at one message and one buffer of memory.
//
// A file that does not begin with "From " is one message as it is. See cli/mailboxes.h for where a message begins.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "message/blob.h"

namespace postern::cli {

class MboxReader {
 public:
  // `path` is for errors; messages past what a Blob may hold go to `spool_dir`.
  MboxReader(std::string path, UniqueFd fd, std::string spool_dir);

  struct Message {
    std::uint64_t offset = 0;  // of its "From " line, from where the reader began
    std::uint64_t number = 0;  // from 1; 0: the file is no mbox
    Result<std::shared_ptr<const Blob>> bytes;
  };
  // Nothing at the end. After an error of reading there is no more.
  std::optional<Message> next();

  std::uint64_t offset() const { return offset_; }

 private:
  // Has at least `bytes` in the buffer unless the file ends before.
  bool fill(size_t bytes);
  // The line that begins at the buffer's front, its end included; at most kMostLine of it.
  std::string_view line();
  void drop(size_t bytes);
  bool begins_message(std::string_view line);
  Message read_message(std::uint64_t number);
  Message read_whole();

  const std::string path_;
  const UniqueFd fd_;
  const std::string spool_dir_;
  std::string buffer_;
  size_t front_ = 0;
  bool ended_ = false;
  std::optional<Error> failed_;
  std::uint64_t offset_ = 0;
  std::uint64_t number_ = 0;
  bool begun_ = false;
  bool mbox_ = false;
};

}  // namespace postern::cli
