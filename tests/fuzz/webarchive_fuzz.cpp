// Fuzz target of the reader of binary property lists, web archives among them.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, "application/x-bplist");
  return 0;
}
