// VBA projects: the packing alone, then a project around the bytes, whose list of modules and source they are.
//
// The first two bytes say how long the list is. List and source are stored as chunks that are not packed, so that the
// fuzzer changes what the reader sees.
#include <algorithm>
#include <string>

#include "extractors/vba/decompress.h"
#include "tests/fuzz/walk.h"
#include "tests/support/compound_builder.h"

namespace {

// [MS-OVBA] 2.4.1.1.5: a chunk of at most 4096 bytes, as they are.
std::string stored(std::string_view bytes) {
  constexpr std::size_t kChunk = 4096;
  constexpr unsigned kNotPacked = 0x3000;
  std::string out = "\1";
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kChunk, bytes.size()))) {
    const std::string_view chunk = bytes.substr(0, kChunk);
    out += postern::test::le(kNotPacked | (chunk.size() - 1), 2);
    out += chunk;
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace postern;
  constexpr std::size_t kMost = 100'000;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  test::require(extract::vba::decompress(bytes, kMost).size() <= kMost);
  test::require(extract::vba::decompress(stored(bytes), size) == bytes);

  const std::size_t list = std::min<std::size_t>(data[0] + 256U * data[1], bytes.size());
  const std::string source(bytes.substr(list));
  const std::string file = test::CompoundBuilder()
                               .stream("VBA/dir", stored(bytes.substr(0, list)))
                               .stream("VBA/Module1", "cache" + stored(source))
                               .stream("VBA/Module2", source)
                               .stream("Form1/\3VBFrame", source)
                               .stream("Form1/o", source)
                               .build();
  test::walk_and_check(file, "application/x-ole-storage");
  return 0;
}
