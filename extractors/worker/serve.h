// The worker's side of the wire: takes requests one after the other and walks them.
#pragma once

#include <functional>

#include "base/result.h"
#include "extractors/registry.h"
#include "extractors/walker.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/sandbox.h"

namespace postern::extract {

// Descriptors that a worker is started with.
inline constexpr int kSocketFd = 3;
inline constexpr int kOutboxFd = 4;

// For tests that end the worker at every point.
struct ServeHooks {
  std::function<void()> after_frame;
  std::function<void()> after_message;  // all of its frames are written, if not sent yet
};

// Says hello and serves until the client closes the socket. An error is a client that is gone or
// speaks no request.
Result<void> serve(const Registry& registry, Detect detect, const SandboxReport& report, int socket, Outbox outbox,
                   const ServeHooks& hooks = {});

}  // namespace postern::extract
