// The worker's side of the wire: takes requests one after the other, walks or edits.
#pragma once

#include <functional>
#include <string_view>

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

// What works out a footer (extractors/footer/footer.h).
using EditFooter = BodyEdit (*)(std::string_view message, const Footer& footer);

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
Result<void> serve(const Registry& registry, Detect detect, EditFooter edit, const SandboxReport& report, int socket,
                   Outbox outbox, const ServeHooks& hooks = {});

}  // namespace postern::extract
