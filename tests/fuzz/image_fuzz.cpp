// Fuzz target of the readers of pictures' metadata: the kind is told by the bytes, as in the walk.
#include <algorithm>

#include "extractors/detect/detect.h"
#include "extractors/image/image.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using postern::extract::kPictureTypes;
  static const auto reader = postern::extract::make_picture_extractor(nullptr);
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string type = postern::extract::detect_type(bytes, "", "").mime;
  if (std::find(kPictureTypes.begin(), kPictureTypes.end(), type) == kPictureTypes.end()) return 0;
  postern::test::fuzz_document(bytes, type, reader);
  return 0;
}
