// Codes of Word's fields, as doc and rtf hold them: HYPERLINK "target" \l "place" \o "tip".
#pragma once

#include <string_view>

#include "extractors/story/teller.h"

namespace postern::extract {

// Targets of links as Place::link and their tips as Place::alt_text; any other code, with what it quotes, as
// Place::field. Codes that only number or format (PAGE, NUMPAGES, ...) are dropped.
void tell_field_code(Teller& teller, std::string_view at, std::string_view code);

}  // namespace postern::extract
