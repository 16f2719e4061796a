// Whether a document is cut off, by what its format says of its size or its end: the libraries tell what stands before
// and find nothing wrong with it.
#pragma once

#include <string_view>

namespace postern::extract::revenge {

// False for formats that say nothing of it.
bool is_cut(std::string_view bytes);

}  // namespace postern::extract::revenge
