// Files in disguise: the first byte chooses the wrapper. Base64 is looked for in any text.
#include "extractors/wrapper/apple.h"
#include "extractors/wrapper/encoded_text.h"
#include "extractors/wrapper/previewed_eps.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::extract;
  static constexpr std::string_view kWrappers[] = {kUuencodeType,  kYencType,    kBinHexType,      kMacBinaryType,
                                                   kAppleFileType, "text/plain", kPreviewedEpsType};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  postern::test::walk_and_check(bytes, kWrappers[data[0] % std::size(kWrappers)]);
  return 0;
}
