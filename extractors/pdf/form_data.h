// FDF: what somebody filled into the form of a PDF, sent without the PDF (ISO 32000-1 12.7.7).
//
// Fields under their full names, annotations, scripts and attached files as of a PDF (structure.h).
#pragma once

#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kFormDataType = "application/vnd.fdf";

std::shared_ptr<Extractor> make_form_data_extractor();

}  // namespace postern::extract
