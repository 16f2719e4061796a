#include "extractors/archive/seven_zip_filters.h"

#include <algorithm>
#include <array>

#include <lzma.h>

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

struct Known {
  std::string_view id;  // 7-Zip's
  std::uint64_t filter;
};
// Each converter has an older and a newer number.
constexpr std::array kKnown = {Known{"\x03"sv, LZMA_FILTER_DELTA},
                               Known{"\x04"sv, LZMA_FILTER_X86},
                               Known{"\x03\x03\x01\x03"sv, LZMA_FILTER_X86},
                               Known{"\x05"sv, LZMA_FILTER_POWERPC},
                               Known{"\x03\x03\x02\x05"sv, LZMA_FILTER_POWERPC},
                               Known{"\x06"sv, LZMA_FILTER_IA64},
                               Known{"\x03\x03\x04\x01"sv, LZMA_FILTER_IA64},
                               Known{"\x07"sv, LZMA_FILTER_ARM},
                               Known{"\x03\x03\x05\x01"sv, LZMA_FILTER_ARM},
                               Known{"\x08"sv, LZMA_FILTER_ARMTHUMB},
                               Known{"\x03\x03\x07\x01"sv, LZMA_FILTER_ARMTHUMB},
                               Known{"\x09"sv, LZMA_FILTER_SPARC},
                               Known{"\x03\x03\x08\x05"sv, LZMA_FILTER_SPARC},
                               Known{"\x0A"sv, LZMA_FILTER_ARM64}};
constexpr std::string_view kDeflate64 = "\x04\x01\x09";

// Fields of one byte; longer numbers do not occur in what is known here.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : rest_(bytes) {}
  unsigned byte() {
    const std::string_view one = take(1);
    return one.empty() ? kNone : static_cast<unsigned char>(one[0]);
  }
  std::string_view take(size_t size) {
    const std::string_view out = rest_.substr(0, size);
    is_short_ = is_short_ || out.size() < size;
    rest_.remove_prefix(out.size());
    return out;
  }
  bool at_end() const { return rest_.empty() && !is_short_; }

 private:
  static constexpr unsigned kNone = 0xFF;
  std::string_view rest_;
  bool is_short_ = false;
};

std::optional<SevenZipFilter> filter_of(std::string_view id, std::string_view properties) {
  const auto known = std::find_if(kKnown.begin(), kKnown.end(), [&](const Known& one) { return one.id == id; });
  if (known == kKnown.end()) return std::nullopt;
  if (known->filter != LZMA_FILTER_DELTA) return SevenZipFilter{known->filter, 0};
  if (properties.size() != 1) return std::nullopt;
  return SevenZipFilter{known->filter, static_cast<unsigned char>(properties[0]) + 1U};
}

// liblzma has no filter without LZMA2 behind it, which can hold bytes as they are, too (the format of .xz, 5.3.1).
std::string as_lzma2(std::string_view bytes) {
  constexpr size_t kChunk = 1 << 16;
  std::string out;
  out.reserve(bytes.size() + 3 * (bytes.size() / kChunk + 1) + 1);
  char kind = 1;  // the first one makes the dictionary new
  while (!bytes.empty()) {
    const std::string_view chunk = bytes.substr(0, kChunk);
    bytes.remove_prefix(chunk.size());
    const size_t size = chunk.size() - 1;
    out += kind;
    out += static_cast<char>(size >> 8 & 0xFF);
    out += static_cast<char>(size & 0xFF);
    out += chunk;
    kind = 2;
  }
  out += '\0';
  return out;
}

}  // namespace

std::optional<std::vector<SevenZipFilter>> filters_before_deflate64(std::string_view coders) {
  constexpr unsigned kIdSize = 0x0F, kHasProperties = 0x20;
  struct Coder {
    std::string_view id, properties;
    std::optional<unsigned> source;  // the coder that gives what it takes; none: the archive
    bool is_last = true;             // no other takes what it gives
  };
  Fields fields(coders);
  std::vector<Coder> all(fields.byte());
  if (all.empty() || all.size() > kMostSevenZipFilters + 1) return std::nullopt;
  for (Coder& coder : all) {
    const unsigned flags = fields.byte();
    if ((flags & ~(kIdSize | kHasProperties)) != 0) return std::nullopt;  // several inputs, or another edition
    coder.id = fields.take(flags & kIdSize);
    if ((flags & kHasProperties) != 0) coder.properties = fields.take(fields.byte());
  }
  for (size_t i = 0; i + 1 < all.size(); i++) {
    const unsigned taker = fields.byte(), giver = fields.byte();
    if (taker >= all.size() || giver >= all.size() || all[taker].source || !all[giver].is_last) return std::nullopt;
    all[taker].source = giver;
    all[giver].is_last = false;
  }
  if (!fields.at_end()) return std::nullopt;
  const auto last = std::find_if(all.begin(), all.end(), [](const Coder& coder) { return coder.is_last; });
  std::vector<SevenZipFilter> filters;
  if (last == all.end()) return std::nullopt;
  const Coder* coder = &*last;
  while (coder->source && filters.size() < all.size()) {
    const auto filter = filter_of(coder->id, coder->properties);
    if (!filter) return std::nullopt;
    filters.push_back(*filter);
    coder = &all[*coder->source];
  }
  if (coder->id != kDeflate64 || filters.size() + 1 != all.size()) return std::nullopt;
  return filters;
}

std::string undo_filters(const std::vector<SevenZipFilter>& filters, std::string bytes) {
  if (filters.empty()) return bytes;
  std::array<lzma_filter, kMostSevenZipFilters + 2> chain{};
  std::array<lzma_options_delta, kMostSevenZipFilters> deltas{};
  lzma_options_lzma window{};
  window.dict_size = LZMA_DICT_SIZE_MIN;
  size_t used = 0;
  for (; used < std::min(filters.size(), kMostSevenZipFilters); used++) {
    deltas[used].type = LZMA_DELTA_TYPE_BYTE;
    deltas[used].dist = filters[used].distance;
    chain[used] = {filters[used].id, filters[used].id == LZMA_FILTER_DELTA ? &deltas[used] : nullptr};
  }
  chain[used] = {LZMA_FILTER_LZMA2, &window};
  chain[used + 1] = {LZMA_VLI_UNKNOWN, nullptr};
  const std::string packed = as_lzma2(bytes);
  std::string out(bytes.size(), '\0');
  size_t read = 0, written = 0;
  const lzma_ret end =
      lzma_raw_buffer_decode(chain.data(), nullptr, reinterpret_cast<const std::uint8_t*>(packed.data()), &read,
                             packed.size(), reinterpret_cast<std::uint8_t*>(out.data()), &written, out.size());
  return end == LZMA_OK ? out : bytes;
}

}  // namespace postern::extract
