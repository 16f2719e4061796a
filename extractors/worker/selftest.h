// Tries, from inside the sandbox, what it must forbid, and that each module can be loaded there: for tests and for
// whoever has installed it.
#pragma once

#include "extractors/modules.h"
#include "extractors/worker/sandbox.h"

namespace postern::extract {

// One line an attempt on standard output, "NAME: ok (how it ended)", "NAME: NOT HELD (...)" or "NAME: NOT LOADED
// (...)". Each attempt runs in a child of its own, since some of them are deadly. Gives 0 when all is ok, else 71.
int run_selftest(const SandboxOptions& options, const Modules& modules);

}  // namespace postern::extract
