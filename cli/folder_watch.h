// FolderWatch: waits until something changes in a folder or below it (inotify). For one thread.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::cli {

class FolderWatch {
 public:
  static Result<FolderWatch> create(std::string dir);

  // Folders that came since the last time are watched from now on.
  Result<void> look_again();
  // Until something was written, made, moved or removed, and then nothing more for a moment: editors save in steps.
  Result<void> wait() const;

 private:
  FolderWatch(std::string dir, UniqueFd fd) : dir_(std::move(dir)), fd_(std::move(fd)) {}

  std::string dir_;
  UniqueFd fd_;
};

}  // namespace postern::cli
