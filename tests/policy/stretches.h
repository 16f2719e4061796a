// What find_encoded() finds, for tests.
#pragma once

#include <string>
#include <vector>

#include "policy/decode.h"

namespace postern::policy::testing_support {

inline std::vector<Decoded::Stretch> stretches_of(const std::string& text, const std::vector<CodeSign>& signs) {
  Decoded decoded;
  decoded.start(1 << 20);
  const ByteRange all[] = {{0, static_cast<std::uint32_t>(text.size())}};
  find_encoded(text, all, signs, decoded);
  return decoded.stretches();
}

// Whatever is there.
inline std::vector<Decoded::Stretch> stretches_of(const std::string& text) {
  std::vector<CodeSign> signs;
  for (size_t kind = 0; kind < kCodeKinds; kind++) signs.push_back({static_cast<CodeKind>(kind), true, 0});
  return stretches_of(text, signs);
}

}  // namespace postern::policy::testing_support
