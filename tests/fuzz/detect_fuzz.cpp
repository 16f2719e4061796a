// Detection: any bytes have a type, with any name.
#include "extractors/file_type.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace postern;
  static constexpr std::string_view kNames[] = {"",      "a.docx", "a.txt", "a.eml",  "a.html",
                                                "a.pdf", "a.xls",  "a.xml", "a.pages"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const extract::FileType type = extract::detect_type(bytes, kNames[data[0] % std::size(kNames)], "");
  test::require(type.mime.find('/') != std::string::npos);
  return 0;
}
