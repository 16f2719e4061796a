// The release of a mail that is sent apart (plan.h, sends_apart): the gate asked for it itself, the sender was told
// that the mail goes, and nobody looks at its hold. When it fails for good, this tells them.
//
// Runs inside a unit of the store.
#pragma once

#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/transaction.h"

namespace postern::response {

// Fails with `corrupt` when the incident or its plan cannot be read.
Result<bool> is_sent_apart(store::Reader& reader, const store::Hold& hold);

// Ends the release of an open hold because of `why`. Of one that was sent apart the sender and the liaisons who were
// told of the judgement are told once that it has not gone, and the hold's reason says that it waits for somebody.
Result<void> give_up_release(store::Transaction& tx, const store::Hold& hold, std::string_view why, WallTime now);

}  // namespace postern::response
