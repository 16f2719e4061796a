// A judge that answers as told and can hold every message until it is let go.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/judge.h"

namespace postern::testing {

// Safe from several threads.
class ScriptedJudge final : public pipeline::Judge {
 public:
  MtaAnswer judge(const Mail& mail, Lane& lane) noexcept override {
    std::unique_lock lock(mutex_);
    if (leaves_) {
      lock.unlock();
      lane.leave();
      lock.lock();
    }
    seen_.push_back(mail.envelope.queue_id);
    bodies_.push_back(std::string(mail.message->view().value()));
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    return answer_;
  }
  void set_answer(MtaAnswer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  // From now on the lane is left before anything else.
  void leave_lanes() {
    const std::lock_guard lock(mutex_);
    leaves_ = true;
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void wait_until_seen(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return seen_.size() >= count; });
  }
  std::vector<std::string> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<std::string> bodies() {
    const std::lock_guard lock(mutex_);
    return bodies_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  bool leaves_ = false;
  MtaAnswer answer_ = accept();
  std::vector<std::string> seen_;
  std::vector<std::string> bodies_;

  static MtaAnswer accept() {
    MtaAnswer out;
    out.kind = MtaAnswer::Kind::accept;
    return out;
  }
};

}  // namespace postern::testing
