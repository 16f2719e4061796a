// Guesses at the charset of a text of eight bits that is no UTF-8; names as canonical_charset() gives them.
#pragma once

#include <string>
#include <string_view>

namespace postern::extract {

// By the letters: uchardet's guess, unless a code page of DOS fits where that puts signs into words, or the letters of
// EBCDIC make words. Empty when nothing can be said.
std::string guess_charset(std::string_view bytes);

// By the statistics of its letters, blanks and line ends; short texts never do.
bool looks_like_ebcdic(std::string_view bytes);

// The same for a text whose label says little, as those of Western Europe do: by pairs of bytes as well.
std::string guess_mislabelled(std::string_view bytes);

// The same for a text that no label speaks of: by pairs of bytes and line ends as well.
std::string guess_undeclared(std::string_view bytes);

}  // namespace postern::extract
