// Descriptors 0, 1 and 2 of a program that was started with some of them closed.
#pragma once

namespace postern {

// Puts something unusable (reading standard input and writing the other two fail with EBADF) where a standard
// descriptor is closed. Without it the next file or socket opened would take its number, and what is printed would
// be written there. To be called first in main().
void occupy_standard_descriptors();

}  // namespace postern
