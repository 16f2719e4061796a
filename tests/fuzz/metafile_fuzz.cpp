// Fuzz target of the reader of metafiles; the bytes decide between EMF and WMF.
#include "extractors/metafile/metafile.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_metafile_extractor();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool enhanced = bytes.size() > 44 && bytes.substr(40, 4) == " EMF";
  postern::test::fuzz_document(bytes, enhanced ? "image/emf" : "image/wmf", reader);
  return 0;
}
