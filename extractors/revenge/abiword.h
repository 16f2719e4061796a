// What libabw passes over in AbiWord documents: properties under their keys, comments with their authors, bookmarks,
// titles and descriptions of pictures.
#pragma once

#include <string_view>

#include "extractors/revenge/gatherer.h"

namespace postern::extract::revenge {

void tell_abiword_rest(std::string_view xml, Gatherer& to);

}  // namespace postern::extract::revenge
