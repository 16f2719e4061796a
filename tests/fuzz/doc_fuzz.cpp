// Fuzz target of the reader of binary Word documents.
#include "extractors/doc/doc.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_doc_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/msword", reader);
  return 0;
}
