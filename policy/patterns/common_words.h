// Words that stand in any mail, so that two of them behind each other tell nothing: "Good" and "will" make no Goodwill.
// Some 1,200, English and German, of three to eight letters, for names that word_tears.h puts together. Internal to
// matcher_words.cpp.
#pragma once

#include <string_view>

namespace postern::policy {

// `word` in small letters of ASCII.
bool is_common_word(std::string_view word);

}  // namespace postern::policy
