#include "base/fault.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <optional>
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
  FaultPoint point;
  long arrival;
  int signal;
};

// NAME[:ARRIVAL[:stop]]
std::optional<Wanted> parse_fault(const std::string& text) {
  Wanted out{FaultPoint::received, 1, SIGKILL};
  const size_t colon = text.find(':');
  if (colon != std::string::npos) {
    char* end = nullptr;
    out.arrival = std::strtol(text.c_str() + colon + 1, &end, 10);
    const std::string_view rest = end;
    if (rest == ":stop") out.signal = SIGSTOP;
    if (out.arrival < 1 || (!rest.empty() && out.signal != SIGSTOP)) return std::nullopt;
  }
  const std::string_view name = std::string_view(text).substr(0, colon);
  for (size_t i = 0; i < kNames.size(); i++) {
    out.point = FaultPoint(i);
    if (kNames[i] == name) return out;
  }
  return std::nullopt;
}

std::optional<Wanted> wanted_fault() {
  const char* text = std::getenv("POSTERN_FAULT");
  if (text == nullptr || *text == '\0') return std::nullopt;
  const auto wanted = parse_fault(text);
  if (wanted) return wanted;
  log_error("POSTERN_FAULT: '" + log_field(text) + "' is not NAME[:ARRIVAL[:stop]] of a fault point");
  std::abort();
}

}  // namespace

void fault_point(FaultPoint point) {
  static const std::optional<Wanted> kWanted = wanted_fault();
  static std::atomic<long> arrivals{0};
  if (!kWanted || kWanted->point != point) return;
  // raise() and not kill(): this thread goes no further.
  if (arrivals.fetch_add(1, std::memory_order_relaxed) + 1 == kWanted->arrival) ::raise(kWanted->signal);
}

#endif

}  // namespace postern
