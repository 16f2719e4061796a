// The charsets of a document's fonts. Before Word 97 a letter is a byte, and its font says in which charset.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace postern::extract::doc {

// Code pages of fonts by their number, out of Word 6's table of them (Binary File Format for Word 6, FFN); 0 for those
// that leave it to the document.
std::vector<std::uint32_t> font_code_pages(std::string_view table);

}  // namespace postern::extract::doc
