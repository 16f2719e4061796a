// Fuzz target of the readers of archives other than zip, told apart by their bytes.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, "");
  return 0;
}
