#include "extractors/archive/deflate64.h"

#include <algorithm>
#include <array>
#include <vector>

#include "extractors/archive/bit_decoder.h"

namespace postern::extract {

namespace {

constexpr size_t kWindow = 1 << 16;

// RFC 1951 3.2.5, with the last length and the last two distances of Deflate64.
constexpr std::array<std::uint16_t, 29> kLengths = {3,  4,  5,  6,  7,  8,  9,  10, 11,  13,  15,  17,  19,  23, 27,
                                                    31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 3};
constexpr std::array<std::uint8_t, 29> kLengthBits = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                      2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16};
constexpr size_t kDistanceCodes = 32;
constexpr std::array<std::uint8_t, 19> kOrder = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};

class Deflate64Decoder final : public BitDecoder {
 public:
  Deflate64Decoder() : BitDecoder(kWindow) {}

 private:
  // Some bytes, or none after a block ended or a header was read.
  size_t piece(char* out, size_t size) override {
    if (is_copying()) return copy(out, size);
    if (stored_ > 0) return stored(out, size);
    if (!in_block_) {
      begin_block();
      return 0;
    }
    const unsigned found = symbol(*literals_);
    if (found < 256) {
      *out = static_cast<char>(static_cast<unsigned char>(found));
      put(*out);
      return 1;
    }
    if (found == 256) {
      end_block();
      return 0;
    }
    if (found - 257 >= kLengths.size()) throw Broken();
    const size_t length = kLengths[found - 257] + bits(kLengthBits[found - 257]);
    const unsigned code = symbol(*distances_);
    const unsigned extra = code < 4 ? 0 : code / 2 - 1;
    const std::uint64_t back = (code < 4 ? code : (2U + (code & 1U)) << extra) + 1 + bits(extra);
    if (back > written()) throw Broken();
    begin_copy(back, length);
    return 0;
  }

  size_t stored(char* out, size_t size) {
    const size_t count = std::min(stored_, size);
    for (size_t i = 0; i < count; i++) {
      out[i] = static_cast<char>(static_cast<unsigned char>(bits(8)));
      put(out[i]);
    }
    stored_ -= count;
    if (stored_ == 0) end_block();
    return count;
  }

  void end_block() {
    in_block_ = false;
    if (last_) end();
  }

  void begin_block() {
    last_ = bits(1) == 1;
    in_block_ = true;
    switch (bits(2)) {
      case 0: {
        drop_bits_of_byte();
        stored_ = bits(16);
        if ((bits(16) ^ 0xFFFFU) != stored_) throw Broken();
        if (stored_ == 0) end_block();
        break;
      }
      case 1: {
        std::vector<std::uint8_t> lengths(288, 8);
        std::fill(lengths.begin() + 144, lengths.begin() + 256, std::uint8_t{9});
        std::fill(lengths.begin() + 256, lengths.begin() + 280, std::uint8_t{7});
        literals_ = std::make_unique<Code>(lengths);
        distances_ = std::make_unique<Code>(std::vector<std::uint8_t>(kDistanceCodes, 5));
        break;
      }
      case 2:
        read_codes();
        break;
      default:
        throw Broken();
    }
  }

  void read_codes() {
    const size_t literals = bits(5) + 257, distances = bits(5) + 1, count = bits(4) + 4;
    std::vector<std::uint8_t> lengths(kOrder.size());
    for (size_t i = 0; i < count; i++) lengths[kOrder[i]] = static_cast<std::uint8_t>(bits(3));
    const Code code(lengths);
    std::vector<std::uint8_t> all;
    while (all.size() < literals + distances) {
      const unsigned found = symbol(code);
      if (found < 16) {
        all.push_back(static_cast<std::uint8_t>(found));
        continue;
      }
      if (found == 16 && all.empty()) throw Broken();
      const std::uint8_t value = found == 16 ? all.back() : std::uint8_t{0};
      const size_t repeat = found == 16 ? 3 + bits(2) : found == 17 ? 3 + bits(3) : 11 + bits(7);
      all.insert(all.end(), repeat, value);
    }
    if (all.size() > literals + distances) throw Broken();
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(literals);
    literals_ = std::make_unique<Code>(std::vector<std::uint8_t>(all.begin(), middle));
    distances_ = std::make_unique<Code>(std::vector<std::uint8_t>(middle, all.end()));
  }

  std::unique_ptr<Code> literals_, distances_;
  size_t stored_ = 0;
  bool in_block_ = false, last_ = false;
};

}  // namespace

std::unique_ptr<ZipDecoder> make_deflate64_decoder() {
  return std::make_unique<Deflate64Decoder>();
}

}  // namespace postern::extract
