// The messages behind a FILE argument: an .eml, an mbox, or a Maildir.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "message/blob.h"

namespace postern::cli {

// Calls `visit` for each message in order with a name to show ("inbox.mbox#12", "dir/cur/1.x:2,S"). An mbox
// is told by its first line "From " (RFC 4155; ">From " lines get one '>' less). `visit` returns false to end.
// Fails on the first file that cannot be read.
Result<void> each_message(const std::string& path,
                          const std::function<bool(const std::string& name, std::shared_ptr<const Blob>)>& visit);

}  // namespace postern::cli
