// WorkerProcess: one `postern-extract` as the client holds it.
//
// The process gets its socket and its outbox and no other descriptor. It is killed
// and waited for when the object ends, at the latest. Belongs to one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/clock.h"
#include "base/lane.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/wire.h"

namespace postern::extract {

// How a worker ended.
struct Death {
  int signal = 0;  // 0: it exited
  int status = 0;
  std::string text() const;  // "killed by SIGSEGV", "exited with status 76"
};

class WorkerProcess {
 public:
  static Result<std::unique_ptr<WorkerProcess>> spawn(const std::string& path, std::uint64_t memory,
                                                      const std::string& ocr_languages = "");
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  // Waits for the hello from inside the sandbox and checks its version.
  Result<void> greet(const Clock& clock, SteadyTime deadline);

  // `gone`: the worker is not there any more; `late`: it took less than all of the request before the deadline, and
  // is of no use afterwards.
  enum class Sent { whole, gone, late };
  // `fd` goes along with a request that does not carry its message.
  Sent send(const Clock& clock, SteadyTime deadline, const wire::Request& request, int fd);

  enum class Got { bytes, end, late };
  // The next bytes of the stream, valid until the next call; `late` when the deadline came first. `lane`, if not null,
  // is left when they do not come for a while.
  Got receive(const Clock& clock, SteadyTime deadline, std::string_view& bytes, Lane* lane = nullptr);

  // Kills what is left of it and tells how it ended. `rest` is what it had written and nobody received.
  Death bury(std::string& rest);

  unsigned worn = 0;               // by messages (PoolOptions::recycle_after)
  bool replacement_asked = false;  // it is old and a successor is being started
  bool reads_heavy = false;        // what it was given last is a heavy message

 private:
  WorkerProcess() = default;

  enum class Ready { yes, late };
  Ready wait_to_send(const Clock& clock, SteadyTime deadline) const;
  void be_patient(std::chrono::milliseconds left);

  pid_t pid_ = -1;
  UniqueFd socket_;
  OutboxMapping outbox_;
  std::uint64_t received_ = 0;
  std::chrono::milliseconds patience_{0};  // how long one receiving call waits; 0: not set yet
  std::string buffer_;
  std::string request_;
};

}  // namespace postern::extract
