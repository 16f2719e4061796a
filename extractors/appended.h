// What stands behind the end of a format that says where it ends.
//
// Viewers stop there and show nothing wrong, so a picture with a zip glued to it
// passes for a picture while archive programs open the zip. Never fails: bytes
// whose structure cannot be followed have nothing appended, unless an archive ends
// them or begins in them.
#pragma once

#include <string_view>

namespace postern::extract {

// Bytes behind the end of a format that tells it (format_end.h); a zip that ends the file; in programs, scripts, texts
// with zero bytes and formats that tell no end also a 7z, RAR or cabinet archive (of scripts also gzip) anywhere, and
// letters behind sound, film and fonts. Empty when there are none, fewer than could say something, or when the reader
// of the format hands them out itself.
std::string_view appended_data(std::string_view bytes, std::string_view mime);

// How many bytes of text stand in front of data; 0 when too few do.
size_t text_in_front(std::string_view bytes);

// The zip that ends the bytes, its front found by its directory (APPNOTE 4.3.16); empty when none does.
std::string_view zip_behind(std::string_view bytes);

// Whether what appended_data() found is a member that the reader of the format hands out: all of it, or a zip that
// stands at its front and is the last one, as in a PDF that holds an attached document unpacked.
bool is_member_at_front(std::string_view tail, std::string_view member);

// Whether an EMF says that what stands at `at` is its picture in another format ([MS-EMF] 2.3.3.4.3): its reader hands
// that out.
bool is_format_of_emf(std::string_view emf, size_t at);

// Shorter tails are line ends, checksums and padding.
inline constexpr size_t kLeastAppended = 8;

}  // namespace postern::extract
