// What the gate counts, for metrics and `postern status`. Written by judge threads, read by anyone; all only grow.
// Nothing is counted by person.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/metrics.h"
#include "message/body_edit.h"
#include "message/words.h"
#include "pipeline/strip.h"

namespace postern::pipeline {

struct GateCounters {
  std::array<std::atomic<std::uint64_t>, kActions> judged{};  // by strictest enforced action
  std::atomic<std::uint64_t> passed{0};                       // the short way
  std::atomic<std::uint64_t> released{0};
  std::atomic<std::uint64_t> replayed{0};
  std::atomic<std::uint64_t> refused{0};      // header fields or tokens that are answered 550
  std::atomic<std::uint64_t> failed{0};       // answered by on_error
  std::atomic<std::uint64_t> failed_open{0};  // of those, delivered unread
  std::atomic<std::uint64_t> tokens_refused{0};
  std::array<std::atomic<std::uint64_t>, kFooterOutcomes> footers{};  // what became of the footers that were wanted

  std::array<std::atomic<std::uint64_t>, kStripOutcomes> strips{};  // mails with an attachment to take off

  DurationHistogram message;   // all of judge()
  DurationHistogram extract;   // reading, waiting for a reader included
  DurationHistogram evaluate;  // the policy
  DurationHistogram commit;    // plan and transaction; about nothing for mail without findings
  Tally detections;            // category, severity, mode: one a finding
  Tally unread;                // type by the bytes, outcome, "": one a part that could not be read whole
};

}  // namespace postern::pipeline
