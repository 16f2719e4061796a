// The knobs of the gate's front, with their defaults and reasons.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "milter/session.h"
#include "pipeline/judge.h"

namespace postern::milter {

// Called once for each message when its judgement begins, from several threads: a reload
// that swaps what it returns never splits a message between two policies.
using JudgeProvider = std::function<std::shared_ptr<pipeline::Judge>()>;

struct ServerOptions {
  SessionOptions session;
  size_t loops = 2;    // threads that own connections: one spools a large message while the other serves
  size_t judges = 16;  // threads that judge: they wait for workers and the store more than they compute
  // Of them, those that may begin light mail at a time (base/lane.h): as many as there are readers. 0: all.
  size_t lanes = 0;
  // Connections past this are closed at once. One idle connection costs about 2 KB and a descriptor.
  size_t max_connections = 20'000;
  // Between messages; Postfix keeps a connection as long as its SMTP client stays, libmilter's default is 7210 s.
  std::chrono::milliseconds idle_timeout{7'200'000};
  // Silence in the middle of a packet, of content or of our answer. An MTA reads content from its disk.
  std::chrono::milliseconds content_timeout{120'000};
  // How often an MTA that waits is told that we still work; its own patience is 300 s (milter_content_timeout).
  std::chrono::milliseconds progress_interval{10'000};
  // A message for which no judge is free by then is tempfailed: the deadline of a message (30 s) includes the waiting.
  std::chrono::milliseconds max_wait{15'000};
  // A judge has a deadline of its own; one that passes this hangs, and its message is tempfailed.
  std::chrono::milliseconds max_judgement{60'000};
};

}  // namespace postern::milter
