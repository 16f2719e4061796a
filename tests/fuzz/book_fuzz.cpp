// Books: FictionBook as it stands, EPUB as the zip that it is.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const bool is_zip = bytes.starts_with("PK");
  postern::test::walk_and_check(bytes, is_zip ? "application/epub+zip" : "application/x-fictionbook+xml");
  return 0;
}
