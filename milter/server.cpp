#include "milter/server.h"

#include <algorithm>

#include <sys/resource.h>

#include "base/log.h"
#include "base/thread_name.h"
#include "milter/judge_pool.h"
#include "milter/loop.h"

namespace postern::milter {

namespace {

// Descriptors of everything that is no connection: listeners, store, readers, logs. Messages in flight come on top,
// with one each.
constexpr size_t kOwnDescriptors = 256;
constexpr size_t kFewestConnections = 16;

// With no descriptor left, messages on the connections that there are could not be handed to a reader.
ServerOptions within_descriptor_limit(ServerOptions options) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return options;
  const size_t kept = kOwnDescriptors + options.session.max_in_flight;
  const size_t most = limit.rlim_cur > kept ? limit.rlim_cur - kept : 0;
  if (most >= options.max_connections) return options;
  options.max_connections = std::max(most, kFewestConnections);
  log_warning("the limit of open files, " + std::to_string(limit.rlim_cur) + ", leaves room for " +
              std::to_string(options.max_connections) + " connections");
  return options;
}

}  // namespace

Server::Server(ServerOptions options, JudgeProvider provider)
    : options_(within_descriptor_limit(std::move(options))),
      judges_(std::make_unique<JudgePool>(options_.judges, options_.lanes, std::move(provider), counters_)) {}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, std::vector<Listener> listeners,
                                              JudgeProvider provider, const Clock& clock) {
  if (listeners.empty()) return fail(ErrorKind::invalid_input, "there is no milter socket to listen on");
  const auto shared = std::make_shared<const std::vector<Listener>>(std::move(listeners));
  std::unique_ptr<Server> server(new Server(std::move(options), std::move(provider)));
  for (size_t i = 0; i < std::max<size_t>(server->options_.loops, 1); i++) {
    auto loop = Loop::create(server->options_, clock, server->counters_, *server->judges_, shared);
    if (!loop) return fail(loop.error());
    server->loops_.push_back(std::move(*loop));
  }
  server->running_ = server->loops_.size();
  for (const auto& loop : server->loops_) {
    server->threads_.emplace_back([s = server.get(), l = loop.get()] {
      name_thread("loop");
      l->run();
      const std::lock_guard lock(s->mutex_);
      s->running_--;
      s->ended_.notify_all();
    });
  }
  return server;
}

Server::~Server() {
  stop(std::chrono::milliseconds(0));
}

void Server::stop(std::chrono::milliseconds deadline) {
  for (const auto& loop : loops_) loop->enter(Loop::Phase::drain);
  {
    std::unique_lock lock(mutex_);
    ended_.wait_for(lock, deadline, [this] { return running_ == 0; });
  }
  for (const auto& loop : loops_) loop->enter(Loop::Phase::close);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // Judge threads may still give connections back to a loop's mailbox.
  judges_->stop();
  loops_.clear();
}

bool Server::loops_turn() {
  bool all = true;
  turns_.resize(loops_.size());
  for (size_t i = 0; i < loops_.size(); i++) {
    const std::uint64_t turns = loops_[i]->turns();
    all = all && turns != turns_[i];
    turns_[i] = turns;
    loops_[i]->nudge();
  }
  return all;
}

void Server::tick() {
  for (const auto& loop : loops_) loop->tick();
}

}  // namespace postern::milter
