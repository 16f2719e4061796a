// Tries, from inside the sandbox, what the sandbox must forbid: for tests and `postern doctor`.
#pragma once

#include "extractors/worker/sandbox.h"

namespace postern::extract {

// One line an attempt on standard output, "NAME: ok (how it ended)" or "NAME: NOT HELD (...)".
// Each attempt runs in a child of its own, since some of them are deadly. Gives 0 when all held,
// 71 when one did not or there is no sandbox.
int run_selftest(const SandboxOptions& options);

}  // namespace postern::extract
