// Reader of mbox files (RFC 4155): mails one after the other, each behind a line "From sender date".
//
// Every mail is a child, read as a mail. A line "From " counts as a beginning when it stands at the start of the file
// or behind an empty line, as in all dialects, and a header field follows it; ">From " inside a mail stays as it is.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

std::shared_ptr<Extractor> make_mbox_extractor();

}  // namespace postern::extract
