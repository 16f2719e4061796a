// Markup inside plain text: what a program would show nothing of. Internal to views*.cpp and patterns/.
#pragma once

#include <cstddef>
#include <string_view>

namespace postern::policy {

// A tag or comment longer than this is taken for text.
inline constexpr size_t kMostMarkup = 200;

// The end of the piece of markup that begins at `at`, and `at` itself where none does: HTML tags that begin no new
// line, cell or paragraph, comments, entities that show nothing, BBCode ("[b]"), numbers of footnotes between letters
// ("[1]"), what is left of the escapes of terminals ("[31m"), soft line breaks of quoted-printable ("=\n"), fonts of
// roff ("\fB"), words of LaTeX and Texinfo with their brace ("\emph{", "@emph{").
size_t end_of_markup(std::string_view text, size_t at);

}  // namespace postern::policy
