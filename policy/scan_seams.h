// Where one text of a message ends with a piece of a word and the next begins with the rest: "Subject: Night" and "jar
// ships" in the body, "Night-" and "jar" on two pages, files Night.txt and jar.txt. A piece begins with a capital, the
// rest with a small letter of ASCII. Two everyday words ("Good", "will") are put together behind a hyphen only.
// Internal to scan.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "message/extracted_text.h"
#include "policy/patterns/matcher_words.h"

namespace postern::policy {

// Told of every seam at which a name of the company stands, with the range of its rest in the block.
class SeamSink {
 public:
  virtual ~SeamSink() = default;
  virtual void found_at_seam(std::uint32_t list, std::uint32_t entry, ByteRange rest) = 0;
};

class Seams {
 public:
  void start_message();
  // The next segment, whose reader view begins at `begin` of the block.
  void add(Place place, std::string_view reader, std::uint32_t begin);
  // Those of the block, which is forgotten then.
  void read(const WordSet& words, WordScratch& scratch, SeamSink& sink);

 private:
  struct Seam {
    std::string text;  // both pieces, with an empty line between
    size_t first;      // bytes of the first
    ByteRange rest;
  };
  static constexpr size_t kGroups = 4;  // of places that are read one after the other

  std::array<std::string, kGroups> last_;  // how the last text of each ended; empty: with no piece
  std::vector<Seam> seams_;
  std::string folded_;
};

}  // namespace postern::policy
