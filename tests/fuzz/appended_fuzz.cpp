// What stands behind the end of a file: the first byte chooses the format that is asked for its end.
#include "extractors/appended.h"
#include "extractors/format_end.h"
#include "tests/fuzz/walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern::extract;
  static constexpr std::string_view kTypes[] = {"application/pdf",
                                                "application/msword",
                                                "application/x-7z-compressed",
                                                "application/vnd.ms-cab-compressed",
                                                "application/vnd.ms-outlook-pst",
                                                "application/vnd.ms-htmlhelp",
                                                "font/ttf",
                                                "image/png",
                                                "image/gif",
                                                "image/jpeg",
                                                "image/tiff",
                                                "image/vnd.adobe.photoshop",
                                                "image/vnd.microsoft.icon",
                                                "image/jp2",
                                                "video/mp4",
                                                "image/bmp",
                                                "image/emf",
                                                "image/wmf",
                                                "image/vnd.djvu",
                                                "audio/mpeg",
                                                "text/plain",
                                                "application/vnd.microsoft.portable-executable",
                                                "application/x-xar"};
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view type = kTypes[data[0] % std::size(kTypes)];
  static_cast<void>(format_end(bytes, type));
  const std::string_view tail = appended_data(bytes, type);
  postern::test::require(tail.empty() || (tail.data() >= bytes.data() && tail.size() <= bytes.size()));
  postern::test::require(text_in_front(bytes) <= bytes.size());
  postern::test::walk_and_check(bytes, "");
  return 0;
}
