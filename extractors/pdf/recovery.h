// A PDF without trailer or with a damaged table of objects, made readable again (ISO 32000-1 7.5).
//
// Viewers rebuild the table from the objects as they stand in the file. Poppler does so too, but gives up
// without a trailer that names the catalog, and does not look into object streams (7.5.7) then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace postern::extract::pdf {

// What poppler, which has rebuilt the table as far as it can, does not find: the catalog with its page tree, or only
// objects that the tree names. The latter can be had from object streams alone.
enum class Missing : std::uint8_t { tree, objects };

// `pdf` with the objects of its object streams and a trailer behind it; catalog and page tree are made up
// of the pages where there is none. "" when it holds neither, or nothing that is missing. At most `most` bytes are
// unpacked.
std::string recovered(std::string_view pdf, Missing missing, size_t most);

// Pages that are put into a tree made up; and objects of one object stream.
inline constexpr size_t kMostRecovered = 20'000;

}  // namespace postern::extract::pdf
