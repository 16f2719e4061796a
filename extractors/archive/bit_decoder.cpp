#include "extractors/archive/bit_decoder.h"

#include <algorithm>

namespace postern::extract {

BitDecoder::Code::Code(const std::vector<std::uint8_t>& lengths) : symbols(lengths.size()) {
  for (const std::uint8_t length : lengths) count[length]++;
  count[0] = 0;
  std::array<std::uint16_t, kLongestCode + 2> begin{};
  unsigned room = 1;
  for (unsigned length = 1; length <= kLongestCode; length++) {
    room = room << 1;
    if (count[length] > room) throw Broken();
    room -= count[length];
    begin[length + 1] = static_cast<std::uint16_t>(begin[length] + count[length]);
  }
  for (size_t symbol = 0; symbol < lengths.size(); symbol++) {
    if (lengths[symbol] != 0) symbols[begin[lengths[symbol]]++] = static_cast<std::uint16_t>(symbol);
  }
}

ZipDecoder::Step BitDecoder::decode(std::string_view packed, char* out, size_t size) {
  packed_ = packed;
  at_ = 0;
  Step step;
  if (broken_) {
    step.status = Status::damaged;
    return step;
  }
  try {
    while (step.produced < size && !ended_) step.produced += piece(out + step.produced, size - step.produced);
  } catch (const Broken&) {
    // What stands before the damage was handed out; the next call ends it.
    broken_ = true;
  }
  step.consumed = at_;
  if (ended_) step.status = Status::end;
  if (broken_ && step.produced == 0) step.status = Status::damaged;
  return step;
}

std::uint32_t BitDecoder::bits(unsigned count) {
  while (held_ < count) {
    if (at_ >= packed_.size()) throw Broken();
    buffer_ |= std::uint64_t{static_cast<unsigned char>(packed_[at_++])} << held_;
    held_ += 8;
  }
  const auto out = static_cast<std::uint32_t>(buffer_ & ((std::uint64_t{1} << count) - 1));
  buffer_ >>= count;
  held_ -= count;
  return out;
}

unsigned BitDecoder::symbol(const Code& code, unsigned invert) {
  unsigned value = 0, first = 0, index = 0;
  for (unsigned length = 1; length <= kLongestCode; length++) {
    value |= bits(1) ^ invert;
    const unsigned count = code.count[length];
    if (value < first + count) return code.symbols[index + (value - first)];
    index += count;
    first = (first + count) << 1;
    value <<= 1;
  }
  throw Broken();
}

size_t BitDecoder::copy(char* out, size_t size) {
  const size_t count = std::min(copy_, size);
  for (size_t i = 0; i < count; i++) {
    out[i] = window_[(written_ - back_) % window_.size()];
    put(out[i]);
  }
  copy_ -= count;
  return count;
}

}  // namespace postern::extract
