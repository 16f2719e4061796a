// The messages behind a FILE argument: an .eml, an mbox, or a Maildir.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "message/blob.h"

namespace postern::cli {

// Takes a message, or why it cannot be read, with a name to show ("inbox.mbox#12", "dir/cur/1.x:2,S"); returns
// false to end.
using VisitMessage = std::function<bool(const std::string& name, Result<std::shared_ptr<const Blob>> bytes)>;

// Calls `visit` for each message in order, also for what cannot be read: one bad file of a Maildir does not hide
// the others (cli/mailboxes.h). False when `visit` wanted no more.
bool each_message(const std::string& path, const VisitMessage& visit);

}  // namespace postern::cli
