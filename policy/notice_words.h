// Words of secrecy that stand in the notices under every mail of a company, whatever the mail says.
#pragma once

#include <string_view>

namespace postern::policy {

// True of "confidential", "Strictly confidential", "vertrauliche", "private and confidential": nothing but words
// of secrecy as notices in the languages of extractors/text/disclaimer.h have them. Anything else in it, and it is
// false.
bool is_notice_word(std::string_view text);

}  // namespace postern::policy
