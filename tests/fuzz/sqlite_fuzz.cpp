// Fuzz target of the reader of SQLite databases, which drives the library.
#include "extractors/sqlite/sqlite.h"
#include "tests/fuzz/document_fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto reader = postern::extract::make_sqlite_extractor();
  postern::test::fuzz_document({reinterpret_cast<const char*>(data), size}, std::string(postern::extract::kSqliteType),
                               reader);
  return 0;
}
