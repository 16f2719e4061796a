#include "extractors/vba/decompress.h"

#include <algorithm>

#include "extractors/archive/bytes.h"

namespace postern::extract::vba {

namespace {

constexpr size_t kChunk = 4096;  // bytes a chunk unpacks to

// Unpacks the tokens of one chunk to the end of `out`; false when a token points outside the chunk.
bool unpack_chunk(std::string_view tokens, std::string& out) {
  const size_t start = out.size();
  size_t at = 0;
  while (at < tokens.size() && out.size() - start < kChunk) {
    const auto flags = static_cast<unsigned char>(tokens[at++]);
    for (unsigned bit = 0; bit < 8 && at < tokens.size() && out.size() - start < kChunk; bit++) {
      if ((flags >> bit & 1) == 0) {
        out.push_back(tokens[at++]);
        continue;
      }
      if (tokens.size() - at < 2) return false;
      const unsigned token = le16(tokens, at);
      at += 2;
      // 2.4.1.3.19.1: the further in the chunk, the more bits for the offset.
      const size_t done = out.size() - start;
      unsigned offset_bits = 4;
      while (offset_bits < 12 && (size_t{1} << offset_bits) < done) offset_bits++;
      const size_t length = (token & (0xFFFFU >> offset_bits)) + 3;
      const size_t offset = (token >> (16 - offset_bits)) + 1;
      if (offset > done) return false;
      for (size_t i = 0; i < std::min(length, kChunk - done); i++) out.push_back(out[out.size() - offset]);
    }
  }
  return true;
}

}  // namespace

std::string decompress(std::string_view container, size_t most) {
  std::string out;
  if (container.empty() || container[0] != '\1') return out;
  size_t at = 1;
  while (container.size() - at >= 2 && out.size() < most) {
    const unsigned header = le16(container, at);
    at += 2;
    if ((header >> 12 & 7) != 3) break;  // the signature of a chunk
    const bool packed = (header & 0x8000) != 0;
    const std::string_view chunk = container.substr(at, (header & 0xFFF) + 1);
    at += chunk.size();
    if (!packed) {
      out += chunk.substr(0, kChunk);
    } else if (!unpack_chunk(chunk, out)) {
      break;
    }
  }
  if (out.size() > most) out.resize(most);
  return out;
}

}  // namespace postern::extract::vba
