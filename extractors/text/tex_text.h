// TeX and LaTeX as it is printed, near enough to read: commands and braces gone, accents put on their letters.
//
// A reader of the second look: the text as it stands is told elsewhere. "M\"uller" is Müller, "\textbf{Night}jar"
// Nightjar, "a~b" two words; names of commands vanish, what stands in their braces stays. Nothing is executed.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

inline constexpr std::string_view kTexType = "text/x-tex";

// By what such documents hold near their beginning.
bool looks_like_tex(std::string_view text);

std::string text_of_tex(std::string_view utf8);

}  // namespace postern::extract
