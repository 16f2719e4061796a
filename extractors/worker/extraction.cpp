#include "extractors/worker/extraction.h"

#include <algorithm>

#include "extractors/pdf_allowance.h"

namespace postern::extract {

namespace {

// A worker that keeps its time ends by itself this long before the deadline, with all outcomes named; the
// rest is for sending and for the slowness of a page that does not look at the clock.
constexpr std::chrono::milliseconds kMostMargin{500};
constexpr int kMarginShare = 10;  // of what is left, when that is little

}  // namespace

Extraction::Extraction(const ExtractRequest& request, const Clock& clock, unsigned most_crashes)
    : request_(request), clock_(clock), most_crashes_(most_crashes) {}

wire::Request Extraction::begin() {
  using std::chrono::milliseconds;
  const SteadyTime now = clock_.steady();
  if (!started_) started_ = now;
  const auto elapsed = std::chrono::duration_cast<milliseconds>(now - *started_);
  const auto left = std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(request_.deadline - now));
  const auto margin = std::min(kMostMargin, left / kMarginShare);

  wire::Request out;
  out.kind = request_.kind;
  out.name = request_.name;
  out.hash = request_.hash;
  out.limits = request_.limits;
  out.limits.max_time = std::min(request_.limits.max_time, elapsed + left - margin);
  out.spent = builder_.spent();
  out.spent.time = elapsed;
  out.segments = static_cast<std::uint32_t>(builder_.ended_segments());
  for (auto& [path, outcome] : builder_.settled()) out.settled.emplace(std::move(path), outcome);
  // A worker whose time is used up is healthy and says so itself: it gets the margin at least.
  const auto usable = std::max(milliseconds(0), out.limits.max_time - elapsed);
  worker_deadline_ = std::min(request_.deadline, now + usable + kMostMargin);
  reception_.emplace(builder_, request_.limits);
  return out;
}

Result<bool> Extraction::feed(std::string_view bytes) {
  return reception_->feed(bytes);
}

Extraction::Next Extraction::lost_worker(Cause cause, const std::string& why) {
  // All was read; only the last word is missing.
  if (builder_.has_ended(PartPath())) return Next::finished;
  if (++crashes_ > most_crashes_) {
    give_up(Outcome::crashed, "too many readers died on this message; the last one was " + why);
    return Next::finished;
  }
  const auto part = builder_.innermost();
  if (part && !(cause == Cause::crash && gets_another_try(*part))) {
    switch (cause) {
      case Cause::cpu_limit:
        builder_.end_innermost(Outcome::limit, describe(LimitHit::cpu, request_.limits));
        break;
      case Cause::pdf_allowance:
        builder_.end_innermost(Outcome::limit, describe_pdf_allowance());
        break;
      case Cause::memory:
        builder_.end_innermost(Outcome::limit, why);
        break;
      case Cause::crash:
        builder_.end_innermost(Outcome::crashed, "its reader was " + why);
        break;
    }
    if (part->is_root()) return Next::finished;
  }
  builder_.reopen();
  return Next::go_on;
}

void Extraction::give_up(Outcome outcome, const std::string& why) {
  builder_.end_all(outcome, why);
}

bool Extraction::gets_another_try(const PartPath& part) {
  if (!part.is_root() && !builder_.has_children(part)) return false;
  const size_t ended = builder_.ended_parts();
  const auto [earlier, first] = tries_.try_emplace(part, ended);
  if (first) return true;
  const bool progress = ended > earlier->second;
  earlier->second = ended;
  return progress;
}

}  // namespace postern::extract
