// Fuzz target of the reader of binary PowerPoint presentations.
#include "extractors/ppt/ppt.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_ppt_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/vnd.ms-powerpoint", reader);
  return 0;
}
