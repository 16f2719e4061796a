// Lane: leave to keep the processors busy, which only so many threads have at a time.
//
// There are more threads than can compute at once, because some wait: for the disk, for a reader that takes its time.
// If all were let loose on what is to be done, each message would be handed from a thread that had to stop to one that
// had to be woken. So a thread begins a message only with a lane, and gives it up before it waits for long.
#pragma once

namespace postern {

class Lane {
 public:
  virtual ~Lane() = default;
  // The caller may be about to wait for long: another thread may begin something in its place. What it holds still
  // after that it does all the same. Quick; may be called again.
  virtual void leave() noexcept = 0;
};

// Of a caller that shares the processors with nobody.
class NoLane final : public Lane {
 public:
  void leave() noexcept override {}
};

}  // namespace postern
