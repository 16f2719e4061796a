// Reader of mails as Apple Mail keeps and exports them (.emlx): a line with the size of the mail, the mail, and a
// property list about it.
//
// Both are children, the mail read as a mail. A size that is too large ends `malformed`, with all the rest read as
// mail.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kEmlxType = "message/x-emlx";

// The length of the first line when it is one of digits, with its line end; 0 otherwise.
size_t emlx_front(std::string_view bytes);

std::shared_ptr<Extractor> make_emlx_extractor();

}  // namespace postern::extract
