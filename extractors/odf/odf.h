// The OpenDocument extractor: texts, spreadsheets, presentations, drawings, charts, formulas, databases.
//
// Formats: odt, ott, odm, ods, ots, odp, otp, odg, otg, odc, odf, odb; sxw, sxc, sxi, sxd of OpenOffice.org 1; flat XML
// (fodt, fods, fodp, fodg). What kind a file is follows from its body. Embedded objects are read with the document,
// everything else in the package is a child of its own type. Facts: `macros`. Outcomes: `complete`; `malformed` with
// what was read when XML or zip are damaged; `ambiguous` when zip readers differ; `encrypted` with the names of the
// parts; `limit`.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_odf_extractor();
// The types that make_odf_extractor() reads.
const std::vector<std::string_view>& odf_types();

std::shared_ptr<Extractor> make_flat_odf_extractor();
inline constexpr std::string_view kFlatOdfType = "application/vnd.oasis.opendocument.flat";

}  // namespace postern::extract
