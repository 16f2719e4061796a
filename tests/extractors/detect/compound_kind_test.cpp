#include <gtest/gtest.h>

#include "extractors/detect/detect.h"
#include "extractors/file_type.h"
#include "tests/support/compound_builder.h"
#include "tests/support/zip_builder.h"

namespace postern::extract {
namespace {

TEST(DetectType, CompoundFilesAreWhatStandsInTheirRoot) {
  const auto kind = [](std::string_view first, std::string_view second) {
    const std::string bytes = test::CompoundBuilder().stream(first, "x").stream(second, "y").build();
    return std::string(detect_type(bytes, "a", "").mime);
  };
  EXPECT_EQ(kind("MBD0001/WordDocument", "Workbook"), "application/vnd.ms-excel");
  EXPECT_EQ(kind("ObjectPool/_1/Workbook", "WordDocument"), "application/msword");
  EXPECT_EQ(kind("Objects/WordDocument", "Props"), "application/x-ole-storage");
  EXPECT_EQ(kind("WORKBOOK", "x"), "application/vnd.ms-excel");
}

TEST(DetectType, NamesOfOfficesPartsMayBeWrittenInAnyCaseAndWithBackslashes) {
  const std::string book =
      test::ZipBuilder().add("[content_types].xml", "<a/>").add("xl\\Workbook.xml", "<a/>").build();
  EXPECT_EQ(detect_type(book, "a", "").mime, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
}

}  // namespace
}  // namespace postern::extract
