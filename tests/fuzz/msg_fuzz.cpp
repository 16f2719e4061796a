// Fuzz target of the reader of Outlook messages, with their recipients, attachments and messages inside.
#include "extractors/outlook/msg.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  postern::test::walk_and_check({reinterpret_cast<const char*>(data), size}, postern::extract::kMsgType);
  return 0;
}
