// Files that hold mails: the first byte chooses mbox or the file of Apple Mail.
#include "extractors/mail/emlx.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  postern::test::walk_and_check(bytes, data[0] % 2 == 0 ? "application/mbox" : postern::extract::kEmlxType);
  return 0;
}
