// The records of an EMF ([MS-EMF] 2.3).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/metafile/pictures.h"

namespace postern::extract {

struct MetafileText {
  std::string drawn;                 // lines
  std::string drawn_plus;            // as programs that know EMF+ draw it
  std::string description;           // of the header; names of groups, a line each
  std::string enhanced;              // an EMF in the comments of a WMF
  std::vector<std::string> formats;  // an EMF's picture as other files: PDF, EPS
  std::uint32_t glyph_strings = 0;
  Pictures pictures;
  bool whole = true;  // false when it breaks off
};

// Stops early when the sink is stopped.
MetafileText read_emf(std::string_view bytes, const Sink& sink);

}  // namespace postern::extract
