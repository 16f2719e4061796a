// Daemon: the whole gate in one process, from configuration to stop.
//
//   pool of readers -> store -> policy -> courier -> milter server
//
// started in this order and stopped in the other, so that nothing is taken from
// an MTA that cannot be judged and nothing judged that cannot be kept.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/options.h"
#include "base/result.h"
#include "milter/listener.h"

namespace postern::milter {

class Daemon {
 public:
  // Starts everything and returns when mail is served. The kinds of failure tell the exit status: invalid_input,
  // conflict, permission: the configuration (78); unavailable: a resource (69); internal: the sandbox (71).
  // `passed_in` sockets take the place of milter.listen. While a policy is compiled and tested, here and in reload(),
  // `keep_waiting` is called several times a second, or after each test that takes longer; false gives the policy up.
  static Result<std::unique_ptr<Daemon>> start(Configuration configuration, std::vector<Listener> passed_in,
                                               std::function<bool()> keep_waiting);
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Replaces the policy while mail flows; a bad one is refused and the old one stays.
  void reload();
  // reload(), if the policy's files have changed. Call it every few seconds.
  void reload_if_changed();
  // What serves the MTA makes progress. Call it every few seconds, no faster.
  bool alive();
  // Stops taking mail, answers what is in flight, ends.
  void stop();

 private:
  struct Parts;
  explicit Daemon(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace postern::milter
