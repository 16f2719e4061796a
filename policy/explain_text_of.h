// The text of a segment with what detectors found in it marked, for both forms of explanations. Pure.
#pragma once

#include <string>
#include <vector>

#include "policy/proof.h"

namespace postern::policy {

struct ShownText {
  struct Mark {
    size_t begin = 0;  // bytes of `text`
    size_t end = 0;
    std::uint32_t detector = 0;  // index into Proof::detectors
  };
  std::string text;         // what a sensitive detector found is masked
  std::vector<Mark> marks;  // rising, not overlapping
};

ShownText shown_text(const ExtractedText& text, const Proof& proof, std::uint32_t segment);

inline constexpr std::string_view kMarkBegin = "\u27e6";
inline constexpr std::string_view kMarkEnd = "\u27e7";

}  // namespace postern::policy
