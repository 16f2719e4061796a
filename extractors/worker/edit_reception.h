// EditReception: what the frames of a worker mean together that edits a mail.
//
// Checks that the splices are in order and inside the body, that only fields which the task has to change are named,
// and that everything stays within bounds. The first thing that cannot be is an error: then there is no edit. Pure;
// fuzzed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "extractors/worker/wire.h"
#include "message/body_edit.h"

namespace postern::extract {

// Splices of one mail: each edited part has at most four.
inline constexpr size_t kMaxSplices = 256;
// Bytes inserted into one mail: the text parts that become UTF-8, at their longest.
inline constexpr std::uint64_t kMaxInsertedBytes = 128ULL << 20;

class EditReception {
 public:
  // Of a message of so many bytes, whose body begins at `body_offset`. `task` is edit or strip.
  EditReception(std::uint64_t message_size, std::uint64_t body_offset, wire::Task task = wire::Task::edit)
      : message_size_(message_size), body_offset_(body_offset), task_(task) {}

  // True once `edited` has come.
  Result<bool> feed(std::string_view bytes);
  BodyEdit take() { return std::move(edit_); }

 private:
  Result<void> take(const wire::Splice& splice);
  Result<void> take(const wire::Field& field);
  Result<void> take(const wire::Edited& edited);

  const std::uint64_t message_size_;
  const std::uint64_t body_offset_;
  const wire::Task task_;
  std::string pending_;  // the start of a frame whose end has not come
  BodyEdit edit_;
  std::uint64_t next_ = 0;  // where the last splice ended
  std::uint64_t inserted_ = 0;
  bool done_ = false;
};

}  // namespace postern::extract
