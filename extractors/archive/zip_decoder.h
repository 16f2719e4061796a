// Decoders of the packing methods of zip members other than deflate (APPNOTE 4.4.5).
//
// Shrink, reduce and implode (1 to 6, old_methods.h) and Deflate64 (9) by own decoders; bzip2 (12), LZMA (14),
// Zstandard (93), XZ (95) and PPMd (98) by libraries. A decoder holds at most kMostDecoderMemory, whatever window the
// data ask for. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "extractors/archive/zip_reader.h"

namespace postern::extract {

// Large enough for the presets of all programs (LZMA -9: 64 MiB; Zstandard: 128 MiB at most by default).
inline constexpr std::uint64_t kMostDecoderMemory = 160ULL << 20;

class ZipDecoder {
 public:
  enum class Status { more, end, damaged, too_large };
  struct Step {
    size_t consumed = 0;
    size_t produced = 0;
    Status status = Status::more;  // too_large: it needs more memory than kMostDecoderMemory
  };

  virtual ~ZipDecoder() = default;
  // Unpacks from `packed`, all that is left of the member, into `out`. A step that neither consumes nor produces
  // and says `more` has come to the end of cut data.
  virtual Step decode(std::string_view packed, char* out, size_t size) = 0;
};

// Null for a method that is not read here. Borrows nothing of the entry.
std::unique_ptr<ZipDecoder> make_zip_decoder(const ZipEntry& entry);

}  // namespace postern::extract
