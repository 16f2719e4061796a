// The committed pictures, and fields as pictures write them.
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "tests/support/document_walk.h"
#include "tests/support/zip_builder.h"

namespace postern::test {

inline std::string corpus_picture(const std::string& name) {
  std::ifstream in(POSTERN_SOURCE_DIR "/tests/corpus/image/" + name, std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void put_be(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = width; i-- > 0;) out.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
}

// "place@locator: text" of every segment but file names, a line each.
inline std::string all_of(const ExtractedText& text) {
  std::string out;
  for (const Segment& segment : text.segments) {
    if (segment.place == Place::file_name) continue;
    out += std::string(to_string(segment.place)) + "@" + segment.at + ": " + segment.text + "\n";
  }
  return out;
}

}  // namespace postern::test
