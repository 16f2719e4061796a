// Fuzz target of the reader of dBase tables.
#include "extractors/dbase/dbase.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, postern::extract::kDbaseType);
  return 0;
}
