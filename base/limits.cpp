#include "base/limits.h"

#include <algorithm>
#include <limits>

#include "base/ratio.h"

namespace postern {

std::string describe(LimitHit hit, const Limits& limits) {
  const auto text = [](std::string_view what, auto value, std::string_view option) {
    return std::string(what) + " (extract." + std::string(option) + " = " + value + ")";
  };
  switch (hit) {
    case LimitHit::none:
      return "no limit reached";
    case LimitHit::bytes:
      return text("unpacked bytes of the message reached the limit", std::to_string(limits.max_bytes), "max_bytes");
    case LimitHit::part_bytes:
      return text("bytes of the part reached the limit", std::to_string(limits.max_part_bytes), "max_part_bytes");
    case LimitHit::text_bytes:
      return text("extracted text reached the limit", std::to_string(limits.max_text_bytes), "max_text_bytes");
    case LimitHit::parts:
      return text("number of parts reached the limit", std::to_string(limits.max_parts), "max_parts");
    case LimitHit::depth:
      return text("nesting reached the limit", std::to_string(limits.max_depth), "max_depth");
    case LimitHit::ratio:
      return text("unpacked bytes per packed byte reached the limit", std::to_string(limits.max_ratio), "max_ratio");
    case LimitHit::time:
      return text("reading time reached the limit", format_duration(limits.max_time), "max_time");
    case LimitHit::cpu:
      return text("CPU time reached the limit", format_duration(limits.max_cpu), "max_cpu");
  }
  return "a limit was reached";
}

Budget::Budget(const Limits& limits, const Spent& already, const Clock& clock)
    : limits_(limits), spent_(already), clock_(clock), start_(clock.steady()) {}

Spent Budget::spent() const {
  Spent out = spent_;
  out.time += std::chrono::duration_cast<std::chrono::milliseconds>(clock_.steady() - start_);
  return out;
}

LimitHit Budget::charge_part(std::uint32_t depth) {
  if (depth > limits_.max_depth) return LimitHit::depth;
  if (spent_.parts >= limits_.max_parts) return LimitHit::parts;
  spent_.parts++;
  return LimitHit::none;
}

LimitHit Budget::charge_bytes(std::uint64_t bytes) {
  if (bytes > limits_.max_bytes - std::min(spent_.bytes, limits_.max_bytes)) return LimitHit::bytes;
  spent_.bytes += bytes;
  return LimitHit::none;
}

LimitHit Budget::charge_text(std::uint64_t bytes) {
  if (bytes > limits_.max_text_bytes - std::min(spent_.text_bytes, limits_.max_text_bytes)) return LimitHit::text_bytes;
  spent_.text_bytes += bytes;
  return LimitHit::none;
}

namespace {

std::uint64_t times_ratio(std::uint64_t bytes, const Limits& limits) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max() - 1;
  const std::uint64_t ratio = std::max<std::uint64_t>(limits.max_ratio, 1);
  return bytes > kMost / ratio ? kMost : bytes * ratio;
}

}  // namespace

std::uint64_t most_unpacked(std::uint64_t packed, const Limits& limits) {
  return std::max(kRatioFree, times_ratio(packed, limits));
}

std::uint64_t most_in_all(std::uint64_t message, const Limits& limits) {
  return times_ratio(message, limits) + std::min(kMessageRatioFree, ~times_ratio(message, limits));
}

std::uint64_t most_text(std::uint64_t message, const Limits& limits) {
  return times_ratio(message, limits) + std::min(kTextRatioFree, ~times_ratio(message, limits));
}

LimitHit Budget::check_ratio(std::uint64_t packed, std::uint64_t unpacked) const {
  return unpacked > most_unpacked(packed, limits_) ? LimitHit::ratio : LimitHit::none;
}

LimitHit Budget::check_time() const {
  return time_left().count() <= 0 ? LimitHit::time : LimitHit::none;
}

std::uint64_t Budget::bytes_left() const {
  return std::min(limits_.max_part_bytes, limits_.max_bytes - std::min(spent_.bytes, limits_.max_bytes));
}

std::chrono::milliseconds Budget::time_left() const {
  return limits_.max_time - spent().time;
}

}  // namespace postern
