// Whether a picture can hold a bar code, asked before a reader of codes is loaded and run.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::extract::pdf {

// Grey pixels, a byte each, in rows of `width`: true when they are of at most two tones.
bool has_two_tones(std::string_view pixels);

inline constexpr std::size_t kSideOfPatch = 16;

// True when in some square of so many pixels a side most are near its lightest or its darkest tone, as in any code that
// is sharp enough to be read, in letters and along edges. Not so in noise, in gradients and in soft photographs. It is
// the shares of the tones that count, so that pixels far from each other may stand for all of an area.
bool has_sharp_patch(std::string_view pixels, std::size_t width, std::size_t side);

}  // namespace postern::extract::pdf
