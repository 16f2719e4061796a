// Replays a folder of inputs through a fuzz target, for builds without libFuzzer. Each input also runs cut
// short at every length, and with every byte changed, as far as it is small.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size);

namespace {

constexpr size_t kMutatedBytes = 512;  // larger inputs run as they are: the time grows by the square

void run(const std::string& bytes) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    run(bytes);
    inputs++;
    if (bytes.size() > kMutatedBytes) continue;
    for (size_t i = 0; i < bytes.size(); i++) {
      run(bytes.substr(0, i));
      const char kept = bytes[i];
      for (const int changed : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
        bytes[i] = static_cast<char>(changed);
        run(bytes);
      }
      bytes[i] = kept;
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs > 0 ? 0 : 1;
}
