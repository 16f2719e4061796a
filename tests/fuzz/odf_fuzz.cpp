// Fuzz target of the OpenDocument reader.
#include "extractors/odf/odf.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_odf_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, "application/vnd.oasis.opendocument.text",
                               reader);
  return 0;
}
