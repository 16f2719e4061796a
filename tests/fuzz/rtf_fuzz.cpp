// Fuzz target of the RTF reader.
#include "extractors/rtf/rtf.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_rtf_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/rtf", reader);
  return 0;
}
