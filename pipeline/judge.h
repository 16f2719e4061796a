// Judge: what the milter asks of the rest of the gate.
#pragma once

#include "base/lane.h"
#include "message/mail.h"

namespace postern::pipeline {

class Judge {
 public:
  virtual ~Judge() = default;

  // Decides about one mail and has everything that the answer promises committed
  // before it returns. Blocks for as long as the deadline of a message allows;
  // called from several threads at once. Never throws: what fails inside becomes
  // the answer that `on_error` asks for, a tempfail by default. Leaves the lane before
  // it waits for anything but its own reader, and when that takes long.
  virtual MtaAnswer judge(const Mail& mail, Lane& lane) noexcept = 0;
};

}  // namespace postern::pipeline
