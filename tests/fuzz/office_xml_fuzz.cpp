// Office documents that are one XML file: by what they say Word 2003, a flat package, or else Excel 2003.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool is_word = bytes.find("wordml") != std::string_view::npos;
  const bool is_package = bytes.find("xmlPackage") != std::string_view::npos;
  postern::test::walk_and_check(bytes, is_package ? "application/x-flat-opc"
                                       : is_word  ? "application/x-wordml"
                                                  : "application/x-spreadsheetml");
  return 0;
}
