// Journal: what a long run has done so far, in a file, so that it goes on after a crash or Ctrl-C.
//
//   {"postern":"journal 1","verb":...,"policy":...,"over":...,"options":...,"key":...}
//   one object of JSON a line for each message, in order
//
// A line is written whole or, when the machine goes down, cut off; a last line without its end counts as not written.
// The file is 0600: names of files and pseudonyms stand in it, and the key that makes the pseudonyms. It is locked
// while a run uses it. For one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::cli {

// What a run is about. One that differs cannot go on where another stopped.
struct JournalHead {
  std::string verb;
  std::string policy;   // digests
  std::string over;     // Mailboxes::fingerprint()
  std::string options;  // what else changes the result
  std::string key;      // of pseudonyms, 32 bytes; taken over from the file
};

class Journal {
 public:
  // Makes the file, or reads one of the same run: `head.key` becomes the file's, `visit` gets each line. `conflict`
  // when it is of another run, in use, or no journal; `corrupt` when it is damaged. `visit` false: damaged.
  static Result<Journal> open(const std::string& path, JournalHead& head,
                              const std::function<bool(std::string_view line)>& visit);

  // `line` without its end.
  Result<void> append(std::string_view line);

 private:
  Journal(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Result<std::uint64_t> read(JournalHead& head, const std::function<bool(std::string_view line)>& visit);

  std::string path_;
  UniqueFd fd_;
};

}  // namespace postern::cli
