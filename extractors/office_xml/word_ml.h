// WordprocessingML 2003: see office_xml.h.
#pragma once

#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract::office_xml {

Ending read_word_ml(std::string_view bytes, Sink& sink);

}  // namespace postern::extract::office_xml
