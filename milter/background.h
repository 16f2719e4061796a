// Going to the background, and telling whoever called how the start went.
//
//   caller (waits, copies what is said to its standard error) <- pipes - child, in a session of its own: the gate
//
// The caller ends with 0 once the gate serves mail, and with the gate's own status when it does not come so far: a
// refused policy is seen where the gate was started. The gate's processes hold none of the caller's descriptors, so
// that nobody who waits for their end waits for the gate.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace postern::milter {

class Background {
 public:
  // Returns in the child; the caller's process ends in here. Before any thread and any descriptor that must stay.
  static Result<Background> enter();

  // The gate serves mail: lets the caller go. Standard error leads nowhere from then on.
  void started();

 private:
  explicit Background(UniqueFd ready) : ready_(std::move(ready)) {}

  UniqueFd ready_;
};

}  // namespace postern::milter
