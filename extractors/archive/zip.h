// The zip extractor: members become children, names and comments become text.
//
// Formats: application/zip and its unnamed relatives (jar, apk, xps, anything that is a zip and that no
// other extractor claims). All readings of the file are followed (zip_reader.h). Outcome: `complete`;
// `ambiguous` when readers differ; `encrypted`, `malformed`, `limit` for single members, `malformed` for
// the archive when it is damaged, `limit` when it is a bomb. Facts: `zip-encrypted` (some member is).
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

// Unpacked bytes taken from members that share packed bytes: no program writes such zips, and
// quoting one kernel a thousand times is how bombs beat a ratio (Fifield 2019).
inline constexpr std::uint64_t kMaxOverlapBytes = 16ULL << 20;

// Bombs among the members, at any depth, after which the rest is only named: a bomb of bombs must not
// cost what one bomb may.
inline constexpr std::uint32_t kMaxBombs = 3;

std::shared_ptr<Extractor> make_zip_extractor();

}  // namespace postern::extract
