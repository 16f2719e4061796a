// Fuzz target of the wrapper around the librevenge family: the first byte chooses the format, and so the library.
//
// The wrapper is linked in, not loaded as the module that it is, so that the fuzzer sees its branches.
#include <iterator>
#include <string>

#include "extractors/revenge/revenge.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using postern::extract::kRevengeTypes;
  static const auto reader = postern::extract::make_revenge_extractor();
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  postern::test::fuzz_document(bytes, std::string(kRevengeTypes[data[0] % std::size(kRevengeTypes)]), reader);
  return 0;
}
