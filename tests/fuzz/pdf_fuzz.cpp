// Fuzz target of the pdf reader.
#include "extractors/pdf/pdf.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_pdf_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/pdf", reader);
  return 0;
}
