// Fuzz target of the decoders of pictures and of the search for bar codes: the bytes decide on the kind.
//
// The reader is linked in, not loaded as the module that it is. Pictures of more than kMostFuzzed pixels are left out:
// they cost the fuzzer seconds each, and what bounds their size is tested in tests/extractors/image.
#include "extractors/detect/detect.h"
#include "extractors/pixels/decode.h"
#include "extractors/pixels/pixels.h"
#include "tests/fuzz/document_fuzz.h"

namespace {

constexpr std::uint64_t kMostFuzzed = 250'000;
constexpr unsigned kMostPages = 4;

bool is_small(std::string_view bytes, std::string_view type) {
  using postern::extract::pixels::size_of_page;
  for (unsigned page = 0; page < kMostPages; page++) {
    const auto size = size_of_page(bytes, type, page);
    if (!size) return true;
    if (std::uint64_t{size->width} * size->height > kMostFuzzed) return false;
  }
  return !size_of_page(bytes, type, kMostPages);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::extract;
  static const auto reader = make_pixel_extractor();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string type = bytes.starts_with("P5 ") ? std::string(kGreyType) : detect_type(bytes, "", "").mime;
  if (!pixels::can_decode(type) || !is_small(bytes, type)) return 0;
  postern::test::fuzz_document(bytes, type, reader);
  return 0;
}
