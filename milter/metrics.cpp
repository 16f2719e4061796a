#include "milter/metrics.h"

#include <algorithm>
#include <limits>
#include <sstream>

#include <prometheus/text_serializer.h>
#include <sys/statvfs.h>

namespace postern::milter {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<std::pair<std::string, std::string>>;

double seconds(std::chrono::microseconds time) {
  return double(time.count()) / 1e6;
}
double unix_seconds(WallTime time) {
  return double(std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

ClientMetric labelled(const Labels& labels) {
  ClientMetric out;
  for (const auto& [name, value] : labels) out.label.push_back({name, value});
  return out;
}

// One family under way; appended to the list when it is done.
class Family {
 public:
  Family(std::vector<MetricFamily>& out, std::string name, std::string help, MetricType type) : out_(out) {
    family_.name = "postern_" + std::move(name);
    family_.help = std::move(help);
    family_.type = type;
  }
  ~Family() { out_.push_back(std::move(family_)); }
  Family(const Family&) = delete;
  Family& operator=(const Family&) = delete;

  Family& add(double value, const Labels& labels = {}) {
    ClientMetric metric = labelled(labels);
    if (family_.type == MetricType::Counter) {
      metric.counter.value = value;
    } else {
      metric.gauge.value = value;
    }
    family_.metric.push_back(std::move(metric));
    return *this;
  }
  Family& add(const DurationHistogram& histogram, const Labels& labels = {}) {
    const DurationHistogram::Snapshot snapshot = histogram.snapshot();
    ClientMetric metric = labelled(labels);
    metric.histogram.sample_count = snapshot.count;
    metric.histogram.sample_sum = seconds(snapshot.sum);
    std::uint64_t cumulative = 0;
    for (size_t i = 0; i < snapshot.counts.size(); i++) {
      cumulative += snapshot.counts[i];
      const bool last = i == DurationHistogram::kBounds.size();
      const double bound = last ? std::numeric_limits<double>::infinity() : seconds(DurationHistogram::kBounds[i]);
      metric.histogram.bucket.push_back({cumulative, bound});
    }
    family_.metric.push_back(std::move(metric));
    return *this;
  }

 private:
  std::vector<MetricFamily>& out_;
  MetricFamily family_;
};

void counter(std::vector<MetricFamily>& out, std::string name, std::string help, std::uint64_t value) {
  Family(out, std::move(name), std::move(help), MetricType::Counter).add(double(value));
}
void gauge(std::vector<MetricFamily>& out, std::string name, std::string help, double value) {
  Family(out, std::move(name), std::move(help), MetricType::Gauge).add(value);
}

}  // namespace

GateMetrics::GateMetrics(MetricSources sources) : sources_(std::move(sources)) {}

void GateMetrics::add_messages(std::vector<MetricFamily>& out) const {
  const pipeline::GateCounters& gate = sources_.gate;
  {
    Family messages(out, "messages_total", "Messages answered, by what the gate decided.", MetricType::Counter);
    for (size_t i = 0; i < kActions; i++) {
      messages.add(double(gate.judged[i]), {{"verdict", std::string(to_string(Action(i)))}});
    }
    messages.add(double(gate.passed), {{"verdict", "passed"}});
    messages.add(double(gate.released), {{"verdict", "released"}});
    messages.add(double(gate.refused), {{"verdict", "refused"}});
    messages.add(double(gate.failed), {{"verdict", "error"}});
  }
  counter(out, "fail_open_total", "Messages delivered unread because the gate failed (gate.on_error).",
          gate.failed_open);
  counter(out, "retries_total", "Messages that got the stored answer of an earlier try.", gate.replayed);
  counter(out, "release_tokens_refused_total", "Release tokens that were changed, too old or never ours.",
          gate.tokens_refused);
  {
    Family footers(out, "footers_total", "Footers that annotated mail was to get, by what became of them.",
                   MetricType::Counter);
    for (size_t i = 0; i < kFooterOutcomes; i++) {
      footers.add(double(gate.footers[i]), {{"outcome", std::string(to_string(FooterOutcome(i)))}});
    }
  }
  {
    Family strips(out, "strips_total", "Mails with an attachment to take off, by what became of them.",
                  MetricType::Counter);
    for (size_t i = 0; i < pipeline::kStripOutcomes; i++) {
      strips.add(double(gate.strips[i]), {{"outcome", std::string(to_string(pipeline::StripOutcome(i)))}});
    }
  }
  Family(out, "message_duration_seconds", "From the end of a message to its answer.", MetricType::Histogram)
      .add(gate.message);
  Family(out, "stage_duration_seconds", "Time in each stage that a message came to.", MetricType::Histogram)
      .add(gate.extract, {{"stage", "extract"}})
      .add(gate.evaluate, {{"stage", "evaluate"}})
      .add(gate.commit, {{"stage", "commit"}});
  {
    Family detections(out, "detections_total", "Findings, by category of the policy, severity and mode.",
                      MetricType::Counter);
    for (const auto& [labels, count] : gate.detections.snapshot()) {
      detections.add(double(count), {{"policy", labels[0]}, {"severity", labels[1]}, {"mode", labels[2]}});
    }
  }
  Family failures(out, "extract_failures_total", "Parts that could not be read whole, by type and outcome.",
                  MetricType::Counter);
  for (const auto& [labels, count] : gate.unread.snapshot()) {
    failures.add(double(count), {{"format", labels[0]}, {"reason", labels[1]}});
  }
}

void GateMetrics::add_front(std::vector<MetricFamily>& out) const {
  const Counters& front = sources_.front;
  Family(out, "answers_total", "Messages answered, by what the MTA was told.", MetricType::Counter)
      .add(double(front.accepted), {{"answer", "accept"}})
      .add(double(front.discarded), {{"answer", "discard"}})
      .add(double(front.rejected), {{"answer", "reject"}});
  {
    Family tempfails(out, "tempfails_total", "Messages answered 4xx, by reason.", MetricType::Counter);
    for (size_t i = 0; i < kTempfailReasons; i++) {
      const auto reason = TempfailReason(i);
      tempfails.add(double(front.tempfails(reason)), {{"reason", std::string(to_string(reason))}});
    }
  }
  gauge(out, "messages_in_flight", "Messages being received or judged.", double(front.in_flight));
  counter(out, "messages_aborted_total", "Messages given up by the MTA before their end.", front.aborted);
  counter(out, "messages_oversize_total", "Messages past milter.max_message.", front.oversize);
  gauge(out, "connections", "Connections of MTAs that are open.", double(front.connections_open));
  counter(out, "connections_total", "Connections of MTAs.", front.connections);
  counter(out, "connections_refused_total", "Connections past the limit.", front.connections_refused);
  counter(out, "protocol_errors_total", "Connections closed for breaking the milter protocol.", front.protocol_errors);
  counter(out, "connection_timeouts_total", "Connections closed for silence.", front.timeouts);
  counter(out, "late_answers_total", "Answers of judges that came too late to be given.", front.late_answers);
}

void GateMetrics::add_readers(std::vector<MetricFamily>& out) const {
  const extract::PoolCounters& readers = sources_.readers;
  gauge(out, "workers", "Sandboxed readers that are there, idle or busy.", double(readers.live));
  counter(out, "worker_messages_total", "Messages given to readers.", readers.messages);
  counter(out, "worker_crashes_total", "Readers that died with a message in hand.", readers.crashes);
  counter(out, "worker_timeouts_total", "Readers ended for taking too long.", readers.timeouts);
  counter(out, "worker_protocol_errors_total", "Readers ended for what they sent.", readers.protocol_errors);
  counter(out, "workers_recycled_total", "Readers replaced after extract.recycle_after messages.", readers.recycled);
}

std::optional<store::StoreCounts> GateMetrics::ask_store() const {
  std::optional<store::StoreCounts> out;
  const auto asked = sources_.store.read([&](store::Reader& reader) -> Result<void> {
    auto found = reader.counts();
    if (!found) return fail(found.error());
    out = *found;
    return {};
  });
  return asked ? out : std::nullopt;
}

void GateMetrics::add_courier(std::vector<MetricFamily>& out, const std::optional<store::StoreCounts>& counts) const {
  const response::CourierCounters& courier = sources_.courier;
  {
    Family notices(out, "notices_total", "Notices, by how their sending ended.", MetricType::Counter);
    notices.add(double(courier.notices_sent), {{"result", "sent"}});
    notices.add(double(courier.notices_failed), {{"result", "failed"}});
    if (counts) notices.add(double(counts->notices_suppressed), {{"result", "suppressed"}});
  }
  Family(out, "releases_total", "Releases, by how they ended.", MetricType::Counter)
      .add(double(courier.releases_done), {{"result", "done"}})
      .add(double(courier.releases_failed), {{"result", "failed"}});
  counter(out, "courier_retries_total", "Notices and releases put off to a later try.", courier.retries);
  counter(out, "holds_expired_total", "Holds that ended undecided.", courier.expired);
  counter(out, "holds_erased_total", "Held messages erased after their retention.", courier.erased);
}

void GateMetrics::add_store(std::vector<MetricFamily>& out, const std::optional<store::StoreCounts>& counts) const {
  gauge(out, "store_up", "1: the store could be read for this page.", counts ? 1 : 0);
  const store::StoreStats stats = sources_.store.stats();
  Family(out, "store_units_total", "Units of work, by how they ended.", MetricType::Counter)
      .add(double(stats.units), {{"result", "committed"}})
      .add(double(stats.units_failed), {{"result", "failed"}});
  Family(out, "store_commits_total", "Synced transactions, by how they ended.", MetricType::Counter)
      .add(double(stats.groups), {{"result", "committed"}})
      .add(double(stats.groups_failed), {{"result", "failed"}});
  {
    Family disks(out, "disk_free_bytes", "Room on the disks that the gate writes to.", MetricType::Gauge);
    for (const Disk& disk : sources_.disks) {
      if (const auto bytes = free_bytes(disk.path)) disks.add(double(*bytes), {{"use", disk.use}});
    }
  }
  if (!counts) return;  // no figure is better than a wrong one
  gauge(out, "incidents", "Incidents on record.", double(counts->incidents));
  Family(out, "quarantine_messages", "Held messages that nobody has decided yet, and those whose release failed.",
         MetricType::Gauge)
      .add(double(counts->holds_open), {{"state", "open"}})
      .add(double(counts->releases_failed), {{"state", "release-failed"}});
  // Decisions are made by `postern quarantine`, a process of its own: the store is where both meet.
  Family(out, "review_decisions_total", "What reviewers decided about held messages.", MetricType::Counter)
      .add(double(counts->releases_asked), {{"decision", "release"}})
      .add(double(counts->holds_rejected), {{"decision", "reject"}});
  const auto age = counts->oldest_open_hold ? sources_.clock.now() - *counts->oldest_open_hold : WallTime::duration{0};
  gauge(out, "quarantine_oldest_age_seconds", "Age of the oldest held message; 0 when there is none.",
        seconds(std::max(std::chrono::duration_cast<std::chrono::microseconds>(age), std::chrono::microseconds(0))));
  Family(out, "outbox_messages", "Notices and releases that wait, and those given up.", MetricType::Gauge)
      .add(double(counts->outbox_pending), {{"state", "pending"}})
      .add(double(counts->outbox_failed), {{"state", "failed"}});
}

void GateMetrics::add_policy(std::vector<MetricFamily>& out) const {
  const PolicyState state = sources_.policy();
  gauge(out, "policy_rules", "Rules of the policy in force.", double(state.rules));
  gauge(out, "policy_reload_success", "1: the policy in force is the last that was tried; 0: that one was refused.",
        state.last_load_ok ? 1 : 0);
  gauge(out, "policy_reload_timestamp_seconds", "When the policy in force was loaded.", unix_seconds(state.since));
}

std::vector<MetricFamily> GateMetrics::Collect() const {
  std::vector<MetricFamily> out;
  Family(out, "build_info", "Always 1; the label says what runs.", MetricType::Gauge)
      .add(1, {{"version", sources_.version}});
  add_messages(out);
  add_front(out);
  add_readers(out);
  const auto counts = ask_store();
  add_courier(out, counts);
  add_store(out, counts);
  add_policy(out);
  return out;
}

std::string exposition(const std::vector<MetricFamily>& families) {
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

std::optional<std::uint64_t> free_bytes(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) return std::nullopt;
  return std::uint64_t(disk.f_bavail) * disk.f_frsize;
}

}  // namespace postern::milter
