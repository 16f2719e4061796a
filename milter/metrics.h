// GateMetrics: what the gate counts, as Prometheus families.
//
// A Collectable (prometheus-cpp core) over the atomics that the gate writes anyway: a message costs nothing
// for being measured, a scrape costs one read of each and one question to the store. Names are in
// docs/operations.md. No label ever names a person, an address or a message; the labels that come from a message (the
// type of a part) are bounded (base/metrics.h).
//
// Safe from several threads.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "base/clock.h"
#include "extractors/worker/pool.h"
#include "milter/counters.h"
#include "pipeline/counters.h"
#include "response/courier.h"
#include "store/store.h"

namespace postern::milter {

// The policy in force and how the last try to replace it went.
struct PolicyState {
  std::string digest;  // hex; empty: none in force
  std::uint64_t rules = 0;
  WallTime since;  // of the policy in force
  bool last_load_ok = true;
  WallTime last_load;
};

// A disk that the gate needs room on.
struct Disk {
  std::string use;  // "store", "spool"
  std::string path;
};

struct MetricSources {
  const Counters& front;
  const pipeline::GateCounters& gate;
  const extract::PoolCounters& readers;
  const response::CourierCounters& courier;
  store::Store& store;
  const Clock& clock;
  std::function<PolicyState()> policy;
  std::vector<Disk> disks;
  std::string version;
};

class GateMetrics final : public prometheus::Collectable {
 public:
  // Everything in the sources outlives it.
  explicit GateMetrics(MetricSources sources);
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  void add_messages(std::vector<prometheus::MetricFamily>& out) const;
  void add_front(std::vector<prometheus::MetricFamily>& out) const;
  void add_readers(std::vector<prometheus::MetricFamily>& out) const;
  std::optional<store::StoreCounts> ask_store() const;  // nothing: it cannot be read
  void add_courier(std::vector<prometheus::MetricFamily>& out, const std::optional<store::StoreCounts>& counts) const;
  void add_store(std::vector<prometheus::MetricFamily>& out, const std::optional<store::StoreCounts>& counts) const;
  void add_policy(std::vector<prometheus::MetricFamily>& out) const;

  const MetricSources sources_;
};

// The text format 0.0.4.
std::string exposition(const std::vector<prometheus::MetricFamily>& families);

// Bytes that this process may still write at `path`; nothing when it cannot be asked.
std::optional<std::uint64_t> free_bytes(const std::string& path);

}  // namespace postern::milter
