// Extraction: one request on its way through one worker or, after crashes, several.
//
// Holds what has been read so far and decides what a worker's end means: which part
// it costs, and whether a fresh worker goes on. Knows no process; the pool does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/limits.h"
#include "extractors/text_builder.h"
#include "extractors/worker/pool.h"
#include "extractors/worker/reception.h"
#include "extractors/worker/wire.h"

namespace postern::extract {

class Extraction {
 public:
  // `request` and `clock` must outlive it.
  Extraction(const ExtractRequest& request, const Clock& clock, unsigned most_crashes);

  // The next walk begins: what to ask of the worker, and until when to wait for it.
  wire::Request begin();
  SteadyTime worker_deadline() const { return worker_deadline_; }

  // Bytes of the worker's stream; true when the walk is done. An error is a broken worker.
  Result<bool> feed(std::string_view bytes);

  enum class Next { go_on, finished };
  // The worker is gone before its time; `cpu_limit` when the kernel ended it for its use of CPU time, `pdf_allowance`
  // when that was the time of one PDF (extractors/pdf_allowance.h), `memory` when it got no more memory.
  enum class Cause { crash, cpu_limit, pdf_allowance, memory };
  Next lost_worker(Cause cause, const std::string& why);
  // The deadline passed, or no worker can be had: every part that has not ended ends so.
  void give_up(Outcome outcome, const std::string& why);

  bool resumed() const { return crashes_ > 0; }
  ExtractedText take() { return builder_.take(); }

 private:
  bool gets_another_try(const PartPath& part);

  const ExtractRequest& request_;
  const Clock& clock_;
  const unsigned most_crashes_;
  TextBuilder builder_;
  std::optional<Reception> reception_;
  std::optional<SteadyTime> started_;
  SteadyTime worker_deadline_;
  unsigned crashes_ = 0;
  std::map<PartPath, size_t> tries_;  // containers that were begun again, with the parts ended by then
};

}  // namespace postern::extract
