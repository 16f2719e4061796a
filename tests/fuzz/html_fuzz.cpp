// The HTML reader: any bytes are a page.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, "text/html");
  return 0;
}
