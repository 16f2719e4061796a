// Runs a fuzz target once over each file of the folders named, and over cut and bent copies of it.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kVariants = 32;  // copies of each seed: cheap, deterministic, not a search

void run(const std::string& bytes) {
  // A copy of exact size, so that a sanitizer sees every byte read past the end.
  const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

void run_with_variants(const std::string& bytes) {
  run(bytes);
  std::uint32_t state = 2463534242U;  // xorshift32
  const auto next = [&state] {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
  };
  for (std::size_t i = 1; i <= kVariants && !bytes.empty(); i++) {
    run(bytes.substr(0, bytes.size() * i / (kVariants + 1)));
    std::string bent = bytes;
    for (int n = 0; n < 4; n++) bent[next() % bent.size()] = static_cast<char>(next() & 0x7F);
    run(bent);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; i++) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    run_with_variants(std::string(std::istreambuf_iterator<char>(in), {}));
  }
  std::printf("%zu seeds\n", files.size());
  return files.empty() ? 1 : 0;
}
