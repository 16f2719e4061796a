// The limits of reading one message, and the budget that spends them.
//
// One budget covers a whole message: every part at every depth draws from it,
// so that nesting cannot multiply what a sender may cost. Each limit is a named
// option with a default and a reason; reaching one ends in the outcome `limit`
// (or `timeout`), with the limit named, never in silence.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace postern {

struct Limits {
  // Bytes of all parts after decoding and unpacking. Attachments of 25 MB grow by decompression, honestly up to 10
  // times.
  std::uint64_t max_bytes = 512ULL << 20;
  // Bytes of one part after decoding; larger ones are read up to here. Parsers hold a part in memory (512 MiB a
  // worker).
  std::uint64_t max_part_bytes = 128ULL << 20;
  // Bytes of extracted text over all parts. A 1,000-page book is 3 MB.
  std::uint64_t max_text_bytes = 64ULL << 20;
  // Parts in all. A zip of a source tree holds thousands.
  std::uint32_t max_parts = 20'000;
  // Containers inside containers, and multiparts inside those of one mail. Honest mail rarely passes 5; quines recurse
  // for ever.
  std::uint32_t max_depth = 12;
  // Unpacked bytes per packed byte, counted past kRatioFree, and bytes of parts and of text per byte of the message,
  // past what base/ratio.h says. Deflate ends at 1032; office XML reaches 100 on large tables.
  std::uint32_t max_ratio = 200;
  // Wall-clock time for reading one message.
  std::chrono::milliseconds max_time{20'000};
  // CPU time of one worker on one message (RLIMIT_CPU is its backstop).
  std::chrono::milliseconds max_cpu{10'000};
};

// Unpacked bytes that are free of the ratio test: a white page scanned at 300 dpi in colours is a bitmap of 25 MiB and
// a zip of 25 KiB. What bombs cost below it is bounded by their number, and by the text that a message may give.
constexpr std::uint64_t kRatioFree = 32ULL << 20;

enum class LimitHit { none, bytes, part_bytes, text_bytes, parts, depth, ratio, time, cpu };

// "archive or decoded bytes over the message limit of 536870912 (extract.max_bytes)": the limit in words
// with its configured value, for the `why` of an outcome.
std::string describe(LimitHit hit, const Limits& limits);

// What has been spent. Crosses the wire to a fresh worker after a crash.
struct Spent {
  std::uint64_t bytes = 0;
  std::uint64_t text_bytes = 0;
  std::uint32_t parts = 0;
  std::chrono::milliseconds time{0};
};

// Counts one message's spending. Not thread-safe: one worker reads one message.
class Budget {
 public:
  Budget(const Limits& limits, const Spent& already, const Clock& clock);

  const Limits& limits() const { return limits_; }
  Spent spent() const;

  // Each charge returns `none` when granted and the limit otherwise; a refused charge spends nothing.
  LimitHit charge_part(std::uint32_t depth);
  LimitHit charge_bytes(std::uint64_t bytes);
  LimitHit charge_text(std::uint64_t bytes);
  // `unpacked` bytes came out of `packed` bytes of one container.
  LimitHit check_ratio(std::uint64_t packed, std::uint64_t unpacked) const;
  LimitHit check_time() const;

  // Members that broke the ratio, anywhere in the message so far. A container that sees several among its
  // descendants stops: a bomb of bombs must not cost the free allowance once for each.
  void count_bomb() { bombs_++; }
  std::uint32_t bombs() const { return bombs_; }

  // Bytes that may still be produced for one part.
  std::uint64_t bytes_left() const;
  std::chrono::milliseconds time_left() const;

 private:
  const Limits limits_;
  Spent spent_;
  const Clock& clock_;
  const SteadyTime start_;
  std::uint32_t bombs_ = 0;
};

}  // namespace postern
