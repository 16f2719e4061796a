// Reader of FictionBook (.fb2): books as one XML file.
//
// Text is told chapter by chapter ("chapter 3"): `body`, bodies of notes `footnote`, properties of the book and of the
// file `property`, the annotation too; pictures in base64 are children under their names; targets of links that lead
// out of the book `link`. Elements that the format does not know count as text. Outcomes: `complete`; `malformed` with
// what was read; `limit`.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kFictionBookType = "application/x-fictionbook+xml";

std::shared_ptr<Extractor> make_fictionbook_extractor();

}  // namespace postern::extract
