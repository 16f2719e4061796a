// Whether the gate is alive, and whether it can do its work.
//
//   alive   the process answers, its loops turn: if not, restart it
//   ready   what it needs is there: policy, store, readers, room on the disks. If not, mail is answered as
//           gate.on_error says, and a restart does not help
//
// As JSON, for /healthz, /readyz, /status and `postern status`.
#pragma once

#include <string>
#include <vector>

#include "milter/metrics.h"

namespace postern::milter {

struct Check {
  std::string name;  // "policy", "store", "readers", "disk-store", "disk-spool", "loops"
  bool ok = true;
  std::string why;  // one sentence unless ok
};

bool all_ok(const std::vector<Check>& checks);

struct HealthNeeds {
  std::uint64_t least_free = 0;  // bytes
  std::uint64_t workers = 1;     // as configured
};

// Asks the store to begin and end an empty unit of work, which proves that it can be written and waits for as
// long as the store waits for another writer (5 s).
std::vector<Check> check_readiness(const MetricSources& sources, const HealthNeeds& needs);

// {"ok": false, "checks": [{"name": "store", "ok": false, "why": "..."}]}
std::string health_json(const std::vector<Check>& checks);

// What `postern status` shows of the running gate: version, uptime, policy, readiness, counts.
std::string status_json(const MetricSources& sources, const std::vector<Check>& checks, SteadyTime started);

}  // namespace postern::milter
