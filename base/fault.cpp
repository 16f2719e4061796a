#include "base/fault.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <string>

#include <signal.h>

#include "base/log.h"

namespace postern {

namespace {

constexpr std::array<std::string_view, size_t(FaultPoint::erasure_marked) + 1> kNames = {
    "received",          "judged",        "unit-begun",       "incident-written",
    "hold-written",      "piece-written", "notice-written",   "audit-written",
    "group-written",     "group-synced",  "committed",        "answer-ready",
    "answer-made",       "answer-sent",   "rows-claimed",     "notice-read",
    "mail-unended",      "mail-ended",    "mail-answered",    "notice-sent",
    "notice-recorded",   "row-postponed", "release-marked",   "release-enqueued",
    "release-asked",     "release-read",  "release-sent",     "recipients-recorded",
    "release-row-ended", "release-told",  "release-recorded", "release-row-failed",
    "release-failed",    "hold-closed",   "sender-told",      "decided",
    "page-handled",      "pieces-erased", "erasure-marked",
};

}  // namespace

std::string_view to_string(FaultPoint point) {
  return kNames[size_t(point)];
}

#ifdef POSTERN_FAULTS

namespace {

struct Wanted {
  FaultPoint point = FaultPoint::received;
  long arrival = 1;
  int signal = SIGKILL;
  std::atomic<long> arrivals{0};
};

// NAME[:ARRIVAL[:stop]]
bool parse_fault(std::string_view text, Wanted& out) {
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string rest(text.substr(colon + 1));
    char* end = nullptr;
    out.arrival = std::strtol(rest.c_str(), &end, 10);
    if (out.arrival < 1) return false;
    if (std::string_view(end) == ":stop") {
      out.signal = SIGSTOP;
    } else if (*end != '\0') {
      return false;
    }
  }
  const auto found = std::find(kNames.begin(), kNames.end(), text.substr(0, colon));
  out.point = FaultPoint(found - kNames.begin());
  return found != kNames.end();
}

std::deque<Wanted> wanted_faults() {
  std::deque<Wanted> out;
  const char* text = std::getenv("POSTERN_FAULT");
  std::string_view rest = text == nullptr ? "" : text;
  while (!rest.empty()) {
    const std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    if (parse_fault(one, out.emplace_back())) continue;
    log_error("POSTERN_FAULT: '" + log_field(one) + "' is not NAME[:ARRIVAL[:stop]] of a fault point");
    std::abort();
  }
  return out;
}

}  // namespace

void fault_point(FaultPoint point) {
  static std::deque<Wanted> wanted = wanted_faults();
  for (Wanted& fault : wanted) {
    if (fault.point != point) continue;
    // raise() and not kill(): this thread goes no further.
    if (fault.arrivals.fetch_add(1, std::memory_order_relaxed) + 1 == fault.arrival) ::raise(fault.signal);
  }
}

#endif

}  // namespace postern
