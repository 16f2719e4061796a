// Letters that stand in data: what strings(1) prints of programs and of files that nobody knows, for those parts that
// have no reader. Somebody may put a text behind a program, or keep it in a file of a rare kind.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// Of a longer file the end is read, and the beginning up to the bound.
inline constexpr size_t kMostLooseBytes = 32 << 20;
inline constexpr size_t kMostLooseText = 4 << 20;

// Runs of at least 6 characters, a line each: UTF-8, UTF-16 of either byte order in the scripts of Europe. Of them
// those with two words beside each other, and words of letters alone: tables of programs, keys and numbers are no text.
std::string loose_text(std::string_view bytes);

}  // namespace postern::extract
