// Hyperscan databases in an image (policy/image_codec.h), and the errors of its compiler.
#pragma once

#include <optional>

#include "policy/image_codec.h"
#include "policy/patterns/matcher.h"

namespace postern::policy {

// Null is stored as well. Throws std::bad_alloc.
void store_database(const hs_database_t* database, ImageWriter& out);
// Nothing when Hyperscan refuses what is there: another version, another processor.
std::optional<HsDatabase> restore_database(ImageReader& in);

// The message of a compiler's error, which is freed; "" for none. Want of memory looks like any other error there, and
// pattern 0 like the culprit: it is thrown as std::bad_alloc, so that no pattern is given up for it.
std::string take_error(hs_compile_error_t* error);

}  // namespace postern::policy
