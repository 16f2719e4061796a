// Masking: excerpts that show where something stands without showing it.
//
// Of a validated value the last four characters stay ("•••• •••• •••• 1881"), of other finds the
// first letter of each word ("N•••••••"), of what `sensitive` detectors find nothing at all ("•••"). Everything found
// inside an excerpt is masked, not only what the excerpt is about.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "policy/views.h"

namespace postern::policy {

enum class MaskKind : std::uint8_t {
  words,
  value,
  whole,  // neither letters nor length: kWholeMask
};
inline constexpr std::string_view kWholeMask = "\u2022\u2022\u2022";

struct MaskRange {
  ByteRange range;
  MaskKind kind = MaskKind::words;
};

// Values shorter than this show nothing: four characters of eight are half of it.
inline constexpr size_t kLeastShownValue = 9;
// Code points of an excerpt before what it is about.
inline constexpr size_t kExcerptBefore = 40;

// One line around `focus` of `text` (a reader view), at most kMaxExcerptCodePoints, "…" where it was cut.
// `masks` rise by their beginning and may overlap; `focus` need not be among them.
std::string masked_excerpt(std::string_view text, std::span<const MaskRange> masks, ByteRange focus);

// All of `text` on one line.
std::string masked(std::string_view text, std::span<const MaskRange> masks);

}  // namespace postern::policy
