// The names of the files a PDF carries, read by qpdf. Declares nothing of ours and nothing newer than C++17, the
// language its source is compiled as: clang 14 refuses qpdf's JSON.hh as C++20.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::pdf {

// File names and descriptions, each name of a file once, in the order of qpdf's list; no further file is looked at
// once there are `most`. Empty for a PDF too damaged for qpdf.
std::vector<std::string> embedded_names(std::string_view pdf, std::size_t most);

}  // namespace postern::extract::pdf
