// Fuzz target of the readers of sound and film: the kind is told by the bytes, as in the walk.
#include <algorithm>

#include "extractors/detect/detect.h"
#include "extractors/media/media.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using postern::extract::kMediaTypes;
  static const auto reader = postern::extract::make_media_extractor();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string type = postern::extract::detect_type(bytes, "", "").mime;
  if (std::find(kMediaTypes.begin(), kMediaTypes.end(), type) == kMediaTypes.end()) return 0;
  postern::test::fuzz_document(bytes, type, reader);
  return 0;
}
