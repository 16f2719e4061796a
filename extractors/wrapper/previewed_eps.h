// Reader of EPS files with a preview in binary (Encapsulated PostScript 3.0, 5.2, "DOS EPS Binary File Format"): a head
// of 30 bytes with three pairs of offset and length - PostScript, metafile, TIFF -, each 0 where there is none.
//
// Each becomes a child. Outcome: `malformed` when a pair leads past the end, with what stands before it read.
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kPreviewedEpsType = "image/x-eps";

std::shared_ptr<Extractor> make_previewed_eps_extractor();

}  // namespace postern::extract
