// Runs of base64 in a text (RFC 4648 4 and 5), whole or cut into pieces: lines, strings that a script or a program puts
// together, the values of an array.
//
// The pieces of a run have at least 40 digits, the last one fewer, and at most 64 bytes between them. A piece that
// begins a file of its own, and digits behind padding, are another run.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "extractors/encoded_words.h"

namespace postern::extract {

struct Base64Run {
  size_t begin = 0, end = 0;  // in the text
  std::string digits;         // of all pieces, in the alphabet of RFC 4648 4
  bool in_strings = false;    // more than white space stands between pieces
};

// Behind the digits that stand at `at`, and their padding. JSON's "\/" and "%2B", "%2F", "%3D" of addresses count.
size_t end_of_base64(std::string_view text, size_t at);

// The digits and padding of one word, without escapes, in the alphabet of RFC 4648 4.
std::string plain_base64(std::string_view word);

// The run whose first piece is the word around `at`, no part of which stands in front of `least`.
Base64Run base64_run_around(std::string_view text, size_t at, size_t least);

// False for types whose signature is so short that random bytes have it once in a while.
bool is_sure_signature(std::string_view mime);

}  // namespace postern::extract
