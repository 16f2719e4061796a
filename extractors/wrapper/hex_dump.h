// Dumps of bytes as xxd, `hexdump -C`, hexdump and `od -t x1` print them: an offset, the bytes in hexadecimal digits,
// perhaps a column of letters.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace postern::extract {

// Where a dump begins from `from` on: a line with the offset zero. npos when there is none.
size_t next_hex_dump(std::string_view text, size_t from);

// The bytes of the dump that begins at `at`, and behind which line it ends. Lines that a star stands for count, up to
// 1 MiB in all.
std::string bytes_of_hex_dump(std::string_view text, size_t at, size_t& end);

// A place from `from` on in the midst of a list of numbers; a list of 128 characters has one. The size of the text when
// there is none.
size_t next_number_list(std::string_view text, size_t from);

// The bytes of the list around `at`, numbers below 256 in decimal or with "0x", with commas between them, and where it
// ends; no part of it stands in front of `least`.
std::string bytes_of_number_list(std::string_view text, size_t at, size_t least, size_t& end);

// The bytes of hexadecimal digits; empty when others stand among them.
std::string bytes_of_hex(std::string_view digits);

}  // namespace postern::extract
