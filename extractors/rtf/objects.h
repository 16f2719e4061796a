// Objects and pictures in RTF, from their bytes to children.
#pragma once

#include <string>
#include <string_view>

#include "extractors/story/teller.h"

namespace postern::extract::rtf {

// \objdata: an OLE 1.0 object ([MS-OLEDS] 2.2): an embedded file, an OLE package with a file in it, or a link, whose
// target is told. What does not read as one is handed out as it is.
void tell_object(Teller& teller, std::string_view name, std::string_view bytes);

}  // namespace postern::extract::rtf
