// The worker's side of the wire: takes requests one after the other, walks or edits.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "extractors/registry.h"
#include "extractors/walker.h"
#include "extractors/worker/outbox.h"
#include "extractors/worker/sandbox.h"
#include "message/body_edit.h"

namespace postern::extract {

// Descriptors that a worker is started with.
inline constexpr int kSocketFd = 3;
inline constexpr int kOutboxFd = 4;

// What works edits out (extractors/footer/footer.h, extractors/strip/strip.h).
struct Editors {
  BodyEdit (*footer)(std::string_view message, const Footer& footer) = nullptr;
  BodyEdit (*strip)(std::string_view message, const std::vector<StripPart>& wanted) = nullptr;
};

// For tests that end the worker at every point.
struct ServeHooks {
  std::function<void()> after_frame;
  std::function<void()> after_message;  // all of its frames are written, if not sent yet
};

// Before the sandbox, which lets no socket be changed: a time limit of the socket makes a worker that nobody asks give
// its memory back, and costs a busy one nothing.
void prepare_socket(int socket);

// Says hello and serves until the client closes the socket. An error is a client that is gone or
// speaks no request.
Result<void> serve(const Registry& registry, Detect detect, const Editors& editors, const SandboxReport& report,
                   int socket, Outbox outbox, const ServeHooks& hooks = {});

}  // namespace postern::extract
