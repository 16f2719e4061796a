// Files that a text holds in base32, Ascii85 or the base85 of git.
//
//   base32    RFC 4648 6, in one case of letters
//   Ascii85   between "<~" and "~>": five digits are four bytes, "z" is four zeros        PLRM 3.13.3
//   git       behind "GIT binary patch": lines of a letter for their length and base85    git apply
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// The bytes of digits of base32, with padding or none; empty when other letters or both cases stand among them.
std::string bytes_of_base32(std::string_view digits);

// The bytes of the next Ascii85 from `from` on, which `from` is then behind; empty, and `from` npos, when there is
// none.
std::string next_ascii85(std::string_view text, size_t& from);

// The same of the next file in a patch of git that stands there whole ("literal"), packed by zlib as it is.
std::string next_git_literal(std::string_view text, size_t& from);

}  // namespace postern::extract
