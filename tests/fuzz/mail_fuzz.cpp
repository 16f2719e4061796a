// The MIME reader with all that it hands on: any bytes are a mail.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, "message/rfc822");
  return 0;
}
