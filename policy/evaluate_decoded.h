// What the encoded texts of one segment say, for excerpts that show finds in clear. Internal to evaluate*.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/scan.h"

namespace postern::policy {

class DecodedTexts final : public DecodedSink {
 public:
  struct Found {
    SourceIndex source = 0;
    ByteRange range;       // in its text
    size_t text = 0;       // which
    bool exact = false;    // as in DecodedSink
    bool checked = false;  // by a validator that took it
    ByteRange origin;      // Hit::range
    std::uint8_t view = 0;
    std::array<Encoding, kMaxDecodeDepth> encodings{};
  };

  void decoded(const Hit& hit, std::string_view text, ByteRange range, bool exact) override;

  // Null for a hit that does not stand in encoded text.
  const Found* find(const Hit& hit) const;
  const std::string& text_of(const Found& found) const { return texts_[found.text]; }
  const std::vector<Found>& found() const { return found_; }

 private:
  std::vector<std::string> texts_;
  std::unordered_map<const char*, size_t> by_place_;  // of the scan's own text
  std::vector<Found> found_;
};

// The word of a hit that was read letter by letter, in rot13 or from its end, in clear; empty for others.
std::string in_clear(const Hit& hit, std::string_view word);

}  // namespace postern::policy
