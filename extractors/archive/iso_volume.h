// Texts of an ISO 9660 image about itself: names of the volume, its set, publisher, preparer, application
// (ECMA-119 8.4, 8.5; Joliet in UCS-2).
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

// One a line, each once; "" when there are none.
std::string iso_volume_texts(std::string_view image);

}  // namespace postern::extract
