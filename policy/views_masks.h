// Byte classes of text as bit masks, 64 bytes at a time: bit i of a mask speaks of byte i of its block.
//
// With SSE2, or AVX2 or AVX-512 where the processor has it, a block costs ten to forty instructions; elsewhere plain
// C++ does the same. What is to be found is then asked of the masks by arithmetic on whole words. Internal to
// views*.cpp.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace postern::policy {

inline constexpr size_t kMaskBytes = 64;

struct ByteMasks {
  std::uint64_t word;     // ASCII letters and digits
  std::uint64_t tall;     // ASCII digits and capital letters
  std::uint64_t digit;    // ASCII digits
  std::uint64_t odd;      // neither printable ASCII nor \t \n \v \f
  std::uint64_t newline;  // \n
  std::uint64_t sign;     // % & = \ ~ < [ * + of escapes and markup, ! $ @ for letters
  std::uint64_t hyphen;   // -
  std::uint32_t rot13;    // how many are letters that text has few of and rot13 many: b g q v x z
};

// Masks of blocks that follow each other, a row a kind, so that several blocks can be asked at once. Element 0 of a row
// is of the block before.
struct MaskRows {
  static constexpr size_t kBlocks = 32;  // two KiB of text
  using Row = std::array<std::uint64_t, 1 + kBlocks>;
  Row word;
  Row tall;
  Row digit;
  Row odd;
  Row newline;
  Row sign;
  Row hyphen;
  Row rot13;

  ByteMasks at(size_t i) const {
    return {word[i], tall[i], digit[i], odd[i], newline[i], sign[i], hyphen[i], static_cast<std::uint32_t>(rot13[i])};
  }
  void set(size_t i, const ByteMasks& masks) {
    word[i] = masks.word;
    tall[i] = masks.tall;
    digit[i] = masks.digit;
    odd[i] = masks.odd;
    newline[i] = masks.newline;
    sign[i] = masks.sign;
    hyphen[i] = masks.hyphen;
    rot13[i] = masks.rot13;
  }
};

// The masks of up to MaskRows::kBlocks whole blocks, from element 1 on: `text` has kMaskBytes for each. Whether any
// byte is odd.
bool classify(const char* text, size_t blocks, MaskRows& out);

// The same in plain C++, whatever the processor.
bool classify_portably(const char* text, size_t blocks, MaskRows& out);

// Where the first odd byte at or behind `from` is, or the size of the text.
size_t find_odd(std::string_view text, size_t from);

// Of the last block of a text, shorter than kMaskBytes; bytes past its end are in no mask.
ByteMasks classify_rest(std::string_view rest);

}  // namespace postern::policy
