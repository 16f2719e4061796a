// Sheets that are text: SYLK (.slk, Microsoft's "Symbolic Link") and DIF (.dif, Software Arts' "Data Interchange").
//
// Readers of the second look: the text as it stands is told elsewhere. Cells go through the grid that all sheets share,
// so that rows are lines and every block names its range. SYLK: strings without quotes and escapes, numbers and dates
// as their format shows them and in full, formulas, defined names.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kSylkType = "application/x-sylk";
inline constexpr std::string_view kDifType = "application/x-dif";

// By the first lines; `text` may be cut off behind them.
bool looks_like_sylk(std::string_view text);
bool looks_like_dif(std::string_view text);

[[nodiscard]] LimitHit tell_sylk(std::string_view utf8, Sink& sink);
[[nodiscard]] LimitHit tell_dif(std::string_view utf8, Sink& sink);

}  // namespace postern::extract
