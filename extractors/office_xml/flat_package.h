// Flat OPC: see office_xml.h.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract::office_xml {

Ending read_flat_package(std::string_view bytes, Sink& sink);

}  // namespace postern::extract::office_xml
