#include "policy/views_glance.h"

namespace postern::policy {

namespace {

// The compiler makes vectors of eight, four or two words of it; so it is built with -O3, and nothing in it branches.
[[gnu::always_inline]] inline void glance_at(const MaskRows& rows, size_t first, const GlanceFor& what,
                                             std::uint64_t* __restrict worth) {
  const std::uint64_t* const word = rows.word.data() + first;
  const std::uint64_t* const tall = rows.tall.data() + first;
  const std::uint64_t* const digit = rows.digit.data() + first;
  const std::uint64_t* const odd = rows.odd.data() + first;
  const std::uint64_t* const newline = rows.newline.data() + first;
  const std::uint64_t* const sign = rows.sign.data() + first;
  const std::uint64_t* const hyphen = rows.hyphen.data() + first;
  const std::uint64_t* const rot13 = rows.rot13.data() + first;
  const GlanceFor wanted = what;
  for (std::ptrdiff_t i = 0; i < std::ptrdiff_t{kGlanceBlocks}; i++) {
    const std::uint64_t w = word[i];
    const std::uint64_t w1 = word[i - 1];
    const std::uint64_t d = digit[i];
    const std::uint64_t d1 = digit[i - 1];
    const std::uint64_t singles = two_alone(w, w1);
    const std::uint64_t other = (w ^ d) | odd[i];
    const std::uint64_t other1 = (w1 ^ d1) | odd[i - 1];
    // The block before may have begun with its last byte what only this one shows.
    const std::uint64_t digits =
        beside_digits(d, d1, other, other1) | beside_digits(d1, 0, other1, 0) >> (kMaskBytes - 1);
    const std::uint64_t numbers = third_bit_on(d & ~later(w, w1, 1));
    const std::uint64_t inside = tall[i] & later(w, w1, 1);
    const std::uint64_t inside_before = tall[i - 1] & w1 << 1;
    const std::uint64_t runs = (long_runs(w, w1) & within_run(inside, inside_before)) |
                               second_bit_on(w & ~tall[i] & later(inside, inside_before, 1));
    const std::uint64_t ends = line_ends(newline[i], newline[i - 1]);
    const std::uint64_t cuts = cut_ends(ends, newline[i], newline[i - 1], w, w1);
    const std::uint64_t uuencode = uuencode_ends(ends, newline[i], newline[i - 1], w & ~tall[i], w1 & ~tall[i - 1]);
    const std::uint64_t codes = loose_codes({w, tall[i], d, odd[i], newline[i], sign[i], hyphen[i], 0},
                                            {w1, tall[i - 1], d1, odd[i - 1], newline[i - 1], 0, hyphen[i - 1], 0});
    const std::uint64_t others = other_codes({w, tall[i], d, 0, 0, 0, 0, 0}, {w1, tall[i - 1], d1, 0, 0, 0, 0, 0});
    const bool many = rot13[i] >= wanted.rot13 || rot13[i] + rot13[i - 1] >= wanted.rot13 + kMoreRot13;
    worth[i] = (singles & wanted.singles) | (digits & wanted.digits) | (numbers & wanted.numbers) |
               (runs & wanted.runs) | (cuts & wanted.cuts) | (uuencode & wanted.uuencode) |
               ((codes | others) & wanted.codes) | (sign[i] & wanted.signs) | odd[i] | static_cast<std::uint64_t>(many);
  }
}

void glance_anywhere(const MaskRows& rows, size_t first, const GlanceFor& what, std::uint64_t* worth) {
  glance_at(rows, first, what, worth);
}

#if defined(__x86_64__)
// Compilers take half of what AVX-512 offers unless told otherwise, each in its own words.
#if defined(__clang__)
#define POSTERN_WIDE [[gnu::target("avx512f,avx512bw"), clang::min_vector_width(512)]]
#else
#define POSTERN_WIDE [[gnu::target("avx512f,avx512bw,prefer-vector-width=512")]]
#endif

[[gnu::target("avx2")]] void glance_avx2(const MaskRows& rows, size_t first, const GlanceFor& what,
                                         std::uint64_t* worth) {
  glance_at(rows, first, what, worth);
}
POSTERN_WIDE void glance_avx512(const MaskRows& rows, size_t first, const GlanceFor& what, std::uint64_t* worth) {
  glance_at(rows, first, what, worth);
}
#undef POSTERN_WIDE
#endif

using Glance = void (*)(const MaskRows&, size_t, const GlanceFor&, std::uint64_t*);

Glance fastest() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return glance_avx512;
  if (__builtin_cpu_supports("avx2")) return glance_avx2;
#endif
  return glance_anywhere;
}

}  // namespace

void glance(const MaskRows& rows, size_t first, const GlanceFor& what, Worth& worth) {
  static const Glance chosen = fastest();
  chosen(rows, first, what, worth.data());
}

}  // namespace postern::policy
