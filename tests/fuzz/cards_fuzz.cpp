// Calendars and contact cards: the first byte chooses which.
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  postern::test::walk_and_check(bytes, data[0] % 2 == 0 ? "text/calendar" : "text/vcard");
  return 0;
}
