// Fuzz target of the zip reader.
#include "extractors/archive/zip.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_zip_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/zip", reader);
  return 0;
}
