#include "policy/views_masks.h"

#include <array>
#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace postern::policy {

namespace {

enum ByteClass : std::uint8_t {
  kWord = 1,
  kDigit = 2,
  kOdd = 4,
  kNewline = 8,
  kSign = 16,
  kRot13 = 32,
  kTall = 64,
  kHyphen = 128
};

constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned byte = 0; byte < 256; byte++) {
    const bool digit = byte >= '0' && byte <= '9';
    const bool letter = (byte | 0x20) >= 'a' && (byte | 0x20) <= 'z';
    const bool stays = (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0c);
    const bool sign = byte == '%' || byte == '&' || byte == '=' || byte == '\\' || byte == '~' || byte == '<' ||
                      byte == '[' || byte == '*' || byte == '+' || byte == '!' || byte == '$' || byte == '@';
    const unsigned small = byte | 0x20;
    const bool rot13 = small == 'b' || small == 'g' || small == 'q' || small == 'v' || small == 'x' || small == 'z';
    table[byte] =
        static_cast<std::uint8_t>((digit || letter ? kWord : 0) | (digit ? kDigit : 0) | (stays ? 0 : kOdd) |
                                  (byte == '\n' ? kNewline : 0) | (sign ? kSign : 0) | (rot13 ? kRot13 : 0) |
                                  (digit || (byte >= 'A' && byte <= 'Z') ? kTall : 0) | (byte == '-' ? kHyphen : 0));
  }
  return table;
}();

#if defined(__x86_64__)

// Comparisons of bytes are signed here, so a range is moved to the lowest numbers: c is one of the `count` bytes from
// `first` when c - first - 128 < count - 128.
constexpr char moved(char first) {
  return static_cast<char>(first + '\x80');
}
constexpr char below(int count) {
  return static_cast<char>(count - 128);
}

__m128i one_of(__m128i c, char first, int count) {
  return _mm_cmplt_epi8(_mm_sub_epi8(c, _mm_set1_epi8(moved(first))), _mm_set1_epi8(below(count)));
}

std::uint64_t bits(__m128i mask) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(mask));
}

__m128i odd_of(__m128i c) {
  // Signed: everything beyond ASCII is below the space, too.
  const __m128i low = _mm_andnot_si128(one_of(c, '\t', 4), _mm_cmplt_epi8(c, _mm_set1_epi8(0x20)));
  return _mm_or_si128(low, _mm_cmpeq_epi8(c, _mm_set1_epi8(0x7f)));
}

__m128i sign_of(__m128i c) {
  const auto is = [c](char sign) { return _mm_cmpeq_epi8(c, _mm_set1_epi8(sign)); };
  const __m128i escapes = _mm_or_si128(_mm_or_si128(is('%'), is('&')), _mm_or_si128(is('='), is('\\')));
  const __m128i markup = _mm_or_si128(_mm_or_si128(is('~'), is('<')), _mm_or_si128(is('['), is('*')));
  const __m128i letters = _mm_or_si128(_mm_or_si128(is('+'), is('!')), _mm_or_si128(is('$'), is('@')));
  return _mm_or_si128(_mm_or_si128(escapes, markup), letters);
}

__m128i rot13_of(__m128i c) {
  const __m128i small = _mm_or_si128(c, _mm_set1_epi8(0x20));
  const auto is = [small](char letter) { return _mm_cmpeq_epi8(small, _mm_set1_epi8(letter)); };
  return _mm_or_si128(_mm_or_si128(_mm_or_si128(is('b'), is('g')), _mm_or_si128(is('q'), is('v'))),
                      _mm_or_si128(is('x'), is('z')));
}

bool classify_sse2(const char* text, size_t blocks, MaskRows& out) {
  std::uint64_t any = 0;
  for (size_t block = 1; block <= blocks; block++) {
    ByteMasks masks{};
    for (unsigned shift = 0; shift < kMaskBytes; shift += 16, text += 16) {
      const __m128i c = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
      const __m128i digit = one_of(c, '0', 10);
      const __m128i letter = one_of(_mm_or_si128(c, _mm_set1_epi8(0x20)), 'a', 26);
      masks.word |= bits(_mm_or_si128(digit, letter)) << shift;
      masks.tall |= bits(_mm_or_si128(digit, _mm_andnot_si128(_mm_slli_epi16(c, 2), letter))) << shift;
      masks.digit |= bits(digit) << shift;
      masks.odd |= bits(odd_of(c)) << shift;
      masks.newline |= bits(_mm_cmpeq_epi8(c, _mm_set1_epi8('\n'))) << shift;
      masks.sign |= bits(sign_of(c)) << shift;
      masks.hyphen |= bits(_mm_cmpeq_epi8(c, _mm_set1_epi8('-'))) << shift;
      masks.rot13 += static_cast<std::uint32_t>(std::popcount(bits(rot13_of(c))));
    }
    any |= masks.odd;
    out.set(block, masks);
  }
  return any != 0;
}

[[gnu::target("avx2,popcnt")]] __m256i one_of(__m256i c, char first, int count) {
  return _mm256_cmpgt_epi8(_mm256_set1_epi8(below(count)), _mm256_sub_epi8(c, _mm256_set1_epi8(moved(first))));
}

// All signs but two differ in their low four bits, by which a shuffle looks each byte's own up; and so do the letters.
[[gnu::target("avx2,popcnt")]] __m256i sign_of(__m256i c) {
  const __m256i signs = _mm256_setr_epi8('@', '!', 0, 0, '$', '%', '&', 0, 0, 0, '*', '[', '\\', '=', '~', 0,  //
                                         '@', '!', 0, 0, '$', '%', '&', 0, 0, 0, '*', '[', '\\', '=', '~', 0);
  const __m256i others = _mm256_setr_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '+', '<', 0, 0, 0,  //
                                          1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '+', '<', 0, 0, 0);
  return _mm256_or_si256(_mm256_cmpeq_epi8(_mm256_shuffle_epi8(signs, c), c),
                         _mm256_cmpeq_epi8(_mm256_shuffle_epi8(others, c), c));
}
[[gnu::target("avx2,popcnt")]] __m256i rot13_of(__m256i small) {
  const __m256i letters = _mm256_setr_epi8(0, 'q', 'b', 0, 0, 0, 'v', 'g', 'x', 0, 'z', 0, 0, 0, 0, 0,  //
                                           0, 'q', 'b', 0, 0, 0, 'v', 'g', 'x', 0, 'z', 0, 0, 0, 0, 0);
  return _mm256_cmpeq_epi8(_mm256_shuffle_epi8(letters, small), small);
}

[[gnu::target("avx2,popcnt")]] std::uint64_t bits(__m256i mask) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask));
}

[[gnu::target("avx2,popcnt")]] std::uint32_t count_of(__m256i mask) {
  return static_cast<std::uint32_t>(std::popcount(static_cast<std::uint32_t>(_mm256_movemask_epi8(mask))));
}

[[gnu::target("avx2,popcnt")]] bool classify_avx2(const char* text, size_t blocks, MaskRows& out) {
  std::uint64_t any = 0;
  for (size_t block = 1; block <= blocks; block++) {
    ByteMasks masks;
    ByteMasks halves[2];
    for (ByteMasks& half : halves) {
      const __m256i c = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
      text += 32;
      const __m256i digit = one_of(c, '0', 10);
      const __m256i small = _mm256_or_si256(c, _mm256_set1_epi8(0x20));
      const __m256i letter = one_of(small, 'a', 26);
      const __m256i low = _mm256_andnot_si256(one_of(c, '\t', 4), _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), c));
      const __m256i odd = _mm256_or_si256(low, _mm256_cmpeq_epi8(c, _mm256_set1_epi8(0x7f)));
      // Bit 5, which small letters have, becomes bit 7, which is what counts.
      const __m256i capital = _mm256_andnot_si256(_mm256_slli_epi16(c, 2), letter);
      half = {bits(_mm256_or_si256(digit, letter)),
              bits(_mm256_or_si256(digit, capital)),
              bits(digit),
              bits(odd),
              bits(_mm256_cmpeq_epi8(c, _mm256_set1_epi8('\n'))),
              bits(sign_of(c)),
              bits(_mm256_cmpeq_epi8(c, _mm256_set1_epi8('-'))),
              count_of(rot13_of(small))};
    }
    masks.word = halves[0].word | halves[1].word << 32;
    masks.tall = halves[0].tall | halves[1].tall << 32;
    masks.digit = halves[0].digit | halves[1].digit << 32;
    masks.odd = halves[0].odd | halves[1].odd << 32;
    masks.newline = halves[0].newline | halves[1].newline << 32;
    masks.sign = halves[0].sign | halves[1].sign << 32;
    masks.hyphen = halves[0].hyphen | halves[1].hyphen << 32;
    masks.rot13 = halves[0].rot13 + halves[1].rot13;
    any |= masks.odd;
    out.set(block, masks);
  }
  return any != 0;
}

// The classes of a byte are those that its two halves have in common, a bit each: a letter is one of 0x41 to 0x4f and
// 0x61 to 0x6f, or of 0x50 to 0x5a and 0x70 to 0x7a, and so on. One look-up a half answers for all of them.
enum HalfClass : std::uint8_t {
  kLetterLow = 1,
  kLetterHigh = 2,
  kHalfDigit = 4,
  kHalfNewline = 8,
  kControl = 32,
  kNeverPlain = 64,
  kDelete = 128,
};

using HalfTable = std::array<std::uint8_t, 16>;

constexpr HalfTable kByHighHalf = [] {
  HalfTable table{};
  table[0] = kControl | kHalfNewline;
  table[1] = kNeverPlain;
  table[3] = kHalfDigit;
  table[4] = table[6] = kLetterLow;
  table[5] = kLetterHigh;
  table[7] = kLetterHigh | kDelete;
  for (unsigned half = 8; half < 16; half++) table[half] = kNeverPlain;
  return table;
}();

constexpr HalfTable kByLowHalf = [] {
  HalfTable table{};
  for (unsigned half = 0; half < 16; half++) {
    const bool stays = half >= 0x9 && half <= 0xc;
    table[half] = static_cast<std::uint8_t>(
        kNeverPlain | (half > 0 ? kLetterLow : 0) | (half <= 0xa ? kLetterHigh : 0) | (half <= 9 ? kHalfDigit : 0) |
        (half == 0xa ? kHalfNewline : 0) | (stays ? 0 : kControl) | (half == 0xf ? kDelete : 0));
  }
  return table;
}();

// Look-ups stay within 16 bytes, so a table stands four times.
constexpr std::array<std::uint8_t, 64> four_times(const HalfTable& table) {
  std::array<std::uint8_t, 64> out{};
  for (size_t i = 0; i < out.size(); i++) out[i] = table[i % table.size()];
  return out;
}
constexpr std::array<std::uint8_t, 64> kHighHalves = four_times(kByHighHalf);
constexpr std::array<std::uint8_t, 64> kLowHalves = four_times(kByLowHalf);

[[gnu::target("avx512f,avx512bw,popcnt")]] std::uint64_t with_any(__m512i classes, int wanted) {
  return _mm512_test_epi8_mask(classes, _mm512_set1_epi8(static_cast<char>(wanted)));
}

[[gnu::target("avx512f,avx512bw,popcnt")]] std::uint64_t sign_of(__m512i c) {
  constexpr long long kLow = 0x0026'2524'0000'2140;
  constexpr long long kHigh = 0x007e'3d5c'5b2a'0000;
  constexpr long long kOtherLow = 1;
  constexpr long long kOtherHigh = 0x0000'003c'2b00'0000;
  const __m512i signs = _mm512_set_epi64(kHigh, kLow, kHigh, kLow, kHigh, kLow, kHigh, kLow);
  const __m512i others = _mm512_set_epi64(kOtherHigh, kOtherLow, kOtherHigh, kOtherLow,  //
                                          kOtherHigh, kOtherLow, kOtherHigh, kOtherLow);
  return _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(signs, c), c) |
         _mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(others, c), c);
}
[[gnu::target("avx512f,avx512bw,popcnt")]] std::uint32_t rot13_in(__m512i c) {
  constexpr long long kLow = 0x6776'0000'0062'7100;
  constexpr long long kHigh = 0x0000'0000'007a'0078;
  const __m512i letters = _mm512_set_epi64(kHigh, kLow, kHigh, kLow, kHigh, kLow, kHigh, kLow);
  const __m512i small = _mm512_or_si512(c, _mm512_set1_epi8(0x20));
  return static_cast<std::uint32_t>(std::popcount(_mm512_cmpeq_epi8_mask(_mm512_shuffle_epi8(letters, small), small)));
}

[[gnu::target("avx512f,avx512bw,popcnt")]] bool classify_avx512(const char* text, size_t blocks, MaskRows& out) {
  const __m512i by_high = _mm512_loadu_si512(kHighHalves.data());
  const __m512i by_low = _mm512_loadu_si512(kLowHalves.data());
  const __m512i half = _mm512_set1_epi8(0x0f);
  std::uint64_t any = 0;
  for (size_t block = 1; block <= blocks; block++) {
    ByteMasks masks;
    const __m512i c = _mm512_loadu_si512(text);
    text += kMaskBytes;
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(c, 4), half);
    const __m512i classes =
        _mm512_and_si512(_mm512_shuffle_epi8(by_high, high), _mm512_shuffle_epi8(by_low, _mm512_and_si512(c, half)));
    masks.word = with_any(classes, kLetterLow | kLetterHigh | kHalfDigit);
    masks.digit = with_any(classes, kHalfDigit);
    masks.tall = masks.digit | (masks.word & ~_mm512_movepi8_mask(_mm512_slli_epi16(c, 2)));
    masks.odd = with_any(classes, kControl | kNeverPlain | kDelete);
    masks.newline = with_any(classes, kHalfNewline);
    masks.sign = sign_of(c);
    masks.hyphen = _mm512_cmpeq_epi8_mask(c, _mm512_set1_epi8('-'));
    masks.rot13 = rot13_in(c);
    any |= masks.odd;
    out.set(block, masks);
  }
  return any != 0;
}

#endif

using Classify = bool (*)(const char*, size_t, MaskRows&);

Classify fastest() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return classify_avx512;
  return __builtin_cpu_supports("avx2") ? classify_avx2 : classify_sse2;
#else
  return classify_portably;
#endif
}

}  // namespace

bool classify_portably(const char* text, size_t blocks, MaskRows& out) {
  std::uint64_t any = 0;
  for (size_t block = 1; block <= blocks; block++) {
    ByteMasks masks{};
    for (unsigned i = 0; i < kMaskBytes; i++) {
      const std::uint64_t classes = kClasses[static_cast<unsigned char>(*text++)];
      masks.word |= (classes & 1) << i;
      masks.digit |= (classes >> 1 & 1) << i;
      masks.tall |= (classes >> 6 & 1) << i;
      masks.odd |= (classes >> 2 & 1) << i;
      masks.newline |= (classes >> 3 & 1) << i;
      masks.sign |= (classes >> 4 & 1) << i;
      masks.hyphen |= (classes >> 7 & 1) << i;
      masks.rot13 += static_cast<std::uint32_t>(classes >> 5 & 1);
    }
    any |= masks.odd;
    out.set(block, masks);
  }
  return any != 0;
}

bool classify(const char* text, size_t blocks, MaskRows& out) {
  static const Classify chosen = fastest();
  return chosen(text, blocks, out);
}

size_t find_odd(std::string_view text, size_t from) {
#if defined(__x86_64__)
  // No more than SSE2: what is odd stands too close together for wider steps to pay.
  for (; from + 16 <= text.size(); from += 16) {
    const auto bytes =
        static_cast<unsigned>(bits(odd_of(_mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + from)))));
    if (bytes != 0) return from + static_cast<size_t>(__builtin_ctz(bytes));
  }
#endif
  while (from < text.size() && (kClasses[static_cast<unsigned char>(text[from])] & kOdd) == 0) from++;
  return from;
}

ByteMasks classify_rest(std::string_view rest) {
  char block[kMaskBytes] = {};
  rest.copy(block, sizeof block);
  MaskRows rows;
  classify(block, 1, rows);
  ByteMasks masks = rows.at(1);
  masks.odd &= (std::uint64_t{1} << rest.size()) - 1;
  return masks;
}

}  // namespace postern::policy
