// BitDecoder: what decoders of bit streams share: bits from the lowest on, canonical codes, a window to copy from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "extractors/archive/zip_decoder.h"

namespace postern::extract {

class BitDecoder : public ZipDecoder {
 public:
  Step decode(std::string_view packed, char* out, size_t size) final;

 protected:
  static constexpr unsigned kLongestCode = 16;

  // Thrown where the data end or make no sense; caught in decode().
  struct Broken {};

  // A canonical code: how many codes there are of each length, and their symbols in order.
  struct Code {
    std::array<std::uint16_t, kLongestCode + 1> count{};
    std::vector<std::uint16_t> symbols;

    explicit Code(const std::vector<std::uint8_t>& lengths);
  };

  // `window`: a power of two.
  explicit BitDecoder(size_t window) : window_(window) {}

  // Some bytes, or none after something else was read.
  virtual size_t piece(char* out, size_t size) = 0;

  std::uint32_t bits(unsigned count);
  void drop_bits_of_byte() { bits(held_ % 8); }
  // The next symbol; `invert` for codes that are sent with their bits turned over.
  unsigned symbol(const Code& code, unsigned invert = 0);

  void put(char c) {
    window_[written_ % window_.size()] = c;
    written_++;
  }
  void begin_copy(std::uint64_t back, size_t length) {
    back_ = back;
    copy_ = length;
  }
  bool is_copying() const { return copy_ > 0; }
  size_t copy(char* out, size_t size);
  std::uint64_t written() const { return written_; }
  void end() { ended_ = true; }

 private:
  std::string_view packed_;
  size_t at_ = 0;
  std::uint64_t buffer_ = 0;
  unsigned held_ = 0;
  std::vector<char> window_;
  std::uint64_t written_ = 0;
  size_t copy_ = 0;
  std::uint64_t back_ = 0;
  bool ended_ = false;
  bool broken_ = false;
};

}  // namespace postern::extract
