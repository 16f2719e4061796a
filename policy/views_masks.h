// Byte classes of text as bit masks, 64 bytes at a time: bit i of a mask speaks of byte i of its block.
//
// With SSE2, or AVX2 or AVX-512 where the processor has it, a block costs ten to forty instructions; elsewhere plain
// C++ does the same. What is to be found is then asked of the masks by arithmetic on whole words. Internal to
// views*.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace postern::policy {

inline constexpr size_t kMaskBytes = 64;

struct ByteMasks {
  std::uint64_t word;     // ASCII letters and digits
  std::uint64_t tall;     // ASCII digits and capital letters
  std::uint64_t digit;    // ASCII digits
  std::uint64_t odd;      // neither printable ASCII nor \t \n \v \f
  std::uint64_t newline;  // \n
  std::uint64_t sign;     // % & = \ ~ < [ *, which begin escapes and markup
  std::uint32_t rot13;    // how many are letters that text has few of and rot13 many: b g q v x z
};

// The masks of whole blocks: `text` has kMaskBytes for each of `out`. Whether any byte is odd.
bool classify(const char* text, std::span<ByteMasks> out);

// The same in plain C++, whatever the processor.
bool classify_portably(const char* text, std::span<ByteMasks> out);

// Where the first odd byte at or behind `from` is, or the size of the text.
size_t find_odd(std::string_view text, size_t from);

// Of the last block of a text, shorter than kMaskBytes; bytes past its end are in no mask.
ByteMasks classify_rest(std::string_view rest);

}  // namespace postern::policy
