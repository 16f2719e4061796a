// Fuzz target of the reader of fonts' names: the bytes decide on the kind.
#include "extractors/font/font.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, postern::extract::kFontTypes[0]);
  return 0;
}
