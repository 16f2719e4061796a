// Fuzz target of the reader of compound files, with properties, embedded objects and macros.
#include "extractors/ole/ole.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_ole_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/x-ole-storage", reader);
  return 0;
}
