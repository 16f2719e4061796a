// Fuzz target of the ooxml reader.
#include "extractors/ooxml/ooxml.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_ooxml_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size},
                               "application/vnd.openxmlformats-officedocument.wordprocessingml.document", reader);
  return 0;
}
