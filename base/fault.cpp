#include "base/fault.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <signal.h>

#include "base/log.h"

namespace postern {

namespace {

constexpr std::array<std::string_view, size_t(FaultPoint::erasure_marked) + 1> kNames = {
    "spooled",           "received",
    "part-typed",        "judged",
    "unit-begun",        "incident-written",
    "hold-written",      "piece-written",
    "notice-written",    "audit-written",
    "group-written",     "group-synced",
    "committed",         "answer-ready",
    "answer-made",       "answer-sent",
    "rows-claimed",      "notice-read",
    "mail-unended",      "mail-ended",
    "mail-answered",     "notice-sent",
    "notice-recorded",   "row-postponed",
    "release-marked",    "release-enqueued",
    "release-asked",     "release-read",
    "release-sent",      "recipients-recorded",
    "release-row-ended", "release-told",
    "release-recorded",  "release-row-failed",
    "release-failed",    "hold-closed",
    "sender-told",       "decided",
    "page-handled",      "pieces-erased",
    "erasure-marked",
};

}  // namespace

std::string_view to_string(FaultPoint point) {
  return kNames[size_t(point)];
}

#ifdef POSTERN_FAULTS

namespace {

enum class Act : std::uint8_t { kill, stop, spin, eat };

struct Wanted {
  FaultPoint point = FaultPoint::spooled;
  long arrival = 1;
  Act act = Act::kill;
  std::atomic<long> arrivals{0};
};

constexpr size_t kMouthful = size_t{1} << 20;

[[noreturn]] void spin() {
  for (volatile unsigned turns = 0;;) turns = turns + 1;
}

void eat() {
  std::vector<std::unique_ptr<char[]>> eaten;
  for (;;) eaten.push_back(std::make_unique<char[]>(kMouthful));  // zeroed: it is there, not only promised
}

// raise() and not kill(): this thread goes no further.
void act(Act what) {
  switch (what) {
    case Act::kill:
      ::raise(SIGKILL);
      return;
    case Act::stop:
      ::raise(SIGSTOP);
      return;
    case Act::spin:
      spin();
    case Act::eat:
      eat();
  }
}

std::optional<Act> parse_act(std::string_view word) {
  if (word.empty()) return Act::kill;
  if (word == ":stop") return Act::stop;
  if (word == ":spin") return Act::spin;
  if (word == ":eat") return Act::eat;
  return std::nullopt;
}

// NAME[:ARRIVAL[:stop|:spin|:eat]]
bool parse_fault(std::string_view text, Wanted& out) {
  const size_t colon = text.find(':');
  if (colon != std::string_view::npos) {
    const std::string rest(text.substr(colon + 1));
    char* end = nullptr;
    out.arrival = std::strtol(rest.c_str(), &end, 10);
    if (out.arrival < 1) return false;
    const std::optional<Act> word = parse_act(end);
    if (!word) return false;
    out.act = *word;
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
    log_error("POSTERN_FAULT: '" + log_field(one) + "' is not NAME[:ARRIVAL[:stop|:spin|:eat]] of a fault point");
    std::abort();
  }
  return out;
}

std::deque<Wanted>& wanted() {
  static std::deque<Wanted> out = wanted_faults();
  return out;
}

}  // namespace

void check_faults() {
  wanted();
}

void fault_point(FaultPoint point) {
  for (Wanted& fault : wanted()) {
    if (fault.point != point) continue;
    if (fault.arrivals.fetch_add(1, std::memory_order_relaxed) + 1 == fault.arrival) act(fault.act);
  }
}

#endif

}  // namespace postern
