#include "milter/health.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace postern::milter {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kMiB = 1 << 20;

Json checks_json(const std::vector<Check>& checks) {
  Json out = Json::array();
  for (const Check& check : checks) {
    Json row{{"name", check.name}, {"ok", check.ok}};
    if (!check.ok) row["why"] = check.why;
    out.push_back(std::move(row));
  }
  return out;
}

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Check check_disk(const Disk& disk, std::uint64_t least) {
  Check out{"disk-" + disk.use, true, ""};
  const auto bytes = free_bytes(disk.path);
  if (!bytes) {
    out.ok = false;
    out.why = "cannot ask how much room is left at " + disk.path;
  } else if (*bytes < least) {
    out.ok = false;
    out.why = std::to_string(*bytes / kMiB) + " MiB are free at " + disk.path + ", and metrics.min_free is " +
              std::to_string(least / kMiB) + " MiB";
  }
  return out;
}

}  // namespace

bool all_ok(const std::vector<Check>& checks) {
  return std::all_of(checks.begin(), checks.end(), [](const Check& check) { return check.ok; });
}

std::vector<Check> check_readiness(const MetricSources& sources, const HealthNeeds& needs) {
  std::vector<Check> out;
  const bool policy = !sources.policy().digest.empty();
  out.push_back({"policy", policy, policy ? "" : "no policy is in force"});
  const auto written = sources.store.commit([](store::Transaction&) -> Result<void> { return {}; });
  out.push_back({"store", written.has_value(), written ? "" : "cannot be written: " + written.error().message});
  const std::uint64_t readers = sources.readers.live;
  // One is enough to go on with; a crash storm must not take a gate out of service that still reads.
  out.push_back({"readers", readers > 0, readers > 0 ? "" : "no reader of " + std::to_string(needs.workers) + " runs"});
  for (const Disk& disk : sources.disks) out.push_back(check_disk(disk, needs.least_free));
  return out;
}

std::string health_json(const std::vector<Check>& checks) {
  return text(Json{{"ok", all_ok(checks)}, {"checks", checks_json(checks)}}) + "\n";
}

std::string status_json(const MetricSources& sources, const std::vector<Check>& checks, SteadyTime started) {
  const PolicyState policy = sources.policy();
  const pipeline::GateCounters& gate = sources.gate;
  Json out;
  out["version"] = sources.version;
  out["uptime_s"] = std::chrono::duration_cast<std::chrono::seconds>(sources.clock.steady() - started).count();
  out["ready"] = all_ok(checks);
  out["checks"] = checks_json(checks);
  out["policy"] = {{"digest", policy.digest},
                   {"rules", policy.rules},
                   {"since", format_rfc3339(policy.since)},
                   {"last_load_ok", policy.last_load_ok},
                   {"last_load", format_rfc3339(policy.last_load)}};
  Json& messages = out["messages"];
  for (size_t i = 0; i < kActions; i++) messages[std::string(to_string(Action(i)))] = gate.judged[i].load();
  messages["passed"] = gate.passed.load();
  messages["released"] = gate.released.load();
  messages["refused"] = gate.refused.load();
  messages["error"] = gate.failed.load();
  out["failed_open"] = gate.failed_open.load();
  out["in_flight"] = sources.front.in_flight.load();
  out["connections"] = sources.front.connections_open.load();
  out["readers"] = {{"live", sources.readers.live.load()}, {"crashes", sources.readers.crashes.load()}};
  out["notices"] = {{"sent", sources.courier.notices_sent.load()}, {"failed", sources.courier.notices_failed.load()}};
  return text(out) + "\n";
}

}  // namespace postern::milter
