// Times as people read them in a notice.
#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace postern::response {

// "1 February at 07:00 UTC" in the language (BCP 47) and the IANA time zone, which is named. Languages that
// ICU does not know are written as English, unknown zones as UTC.
std::string notice_time(WallTime time, std::string_view language, const std::string& time_zone);

}  // namespace postern::response
