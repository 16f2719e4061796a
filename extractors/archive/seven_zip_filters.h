// Filters of 7z archives that stand before Deflate64 (Methods.txt of the LZMA SDK): branch converters and Delta, as
// programs and sound are packed. libarchive knows neither that method nor most filters with other methods than LZMA's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract {

inline constexpr size_t kMostSevenZipFilters = 3;  // as many as liblzma chains

struct SevenZipFilter {
  std::uint64_t id = 0;        // liblzma's
  std::uint32_t distance = 0;  // of Delta
};

// The filters in the order in which they were applied, none for Deflate64 alone; nothing when the coders of a folder,
// as they stand in the header, are packed in another way.
std::optional<std::vector<SevenZipFilter>> filters_before_deflate64(std::string_view coders);

// Undoes the filters on all that Deflate64 gave. What liblzma refuses is left as it is.
std::string undo_filters(const std::vector<SevenZipFilter>& filters, std::string bytes);

}  // namespace postern::extract
