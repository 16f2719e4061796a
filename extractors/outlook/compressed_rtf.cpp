#include "extractors/outlook/compressed_rtf.h"

#include <algorithm>
#include <array>

#include "extractors/archive/bytes.h"

namespace postern::extract {

namespace {

// [MS-OXRTFCP] 2.1.2.1, the initial window.
constexpr std::string_view kDictionary =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";
constexpr size_t kWindow = 4096;
constexpr size_t kHeader = 16;
constexpr std::uint32_t kCompressed = 0x75465A4C, kStored = 0x414C454D;

}  // namespace

UnpackedRtf unpack_rtf(std::string_view packed, std::uint64_t most) {
  UnpackedRtf out;
  if (packed.size() < kHeader) {
    out.damaged = true;
    return out;
  }
  const std::uint32_t kind = le32(packed, 8);
  const std::uint32_t raw_size = le32(packed, 4);
  std::string_view rest = packed.substr(kHeader);
  if (kind == kStored) {
    out.damaged = raw_size > rest.size();
    out.rtf = std::string(rest.substr(0, static_cast<size_t>(std::min<std::uint64_t>(raw_size, most))));
    return out;
  }
  if (kind != kCompressed) {
    out.damaged = true;
    return out;
  }
  std::array<char, kWindow> window{};
  std::copy(kDictionary.begin(), kDictionary.end(), window.begin());
  size_t at = kDictionary.size();
  const auto put = [&](char c) {
    out.rtf.push_back(c);
    window[at] = c;
    at = (at + 1) % kWindow;
  };
  while (!rest.empty() && out.rtf.size() < most) {
    const auto control = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    for (unsigned bit = 0; bit < 8 && !rest.empty(); bit++) {
      if ((control >> bit & 1U) == 0) {
        put(rest.front());
        rest.remove_prefix(1);
        continue;
      }
      if (rest.size() < 2) {
        out.damaged = true;
        return out;
      }
      const unsigned token = unsigned{static_cast<unsigned char>(rest[0])} << 8 | static_cast<unsigned char>(rest[1]);
      rest.remove_prefix(2);
      const size_t from = token >> 4, length = (token & 0xFU) + 2;
      if (from == at) return out;  // the end
      for (size_t i = 0; i < length; i++) put(window[(from + i) % kWindow]);
    }
  }
  out.damaged = out.rtf.size() < raw_size && out.rtf.size() < most;
  return out;
}

}  // namespace postern::extract
