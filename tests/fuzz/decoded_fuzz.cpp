// Encoded text inside text: any bytes at all.
//
// Whatever comes, what is decoded is valid UTF-8 within its bound, stretches and their parts stand inside the text that
// was looked at and in order, and the survey left none out that needs no word of a policy.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "policy/decode.h"
#include "policy/views.h"
#include "policy/views_unicode.h"

namespace {

using namespace postern::policy;

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (next_code_point(text, at) == 0xfffd && text.substr(begin, at - begin) != "\xEF\xBF\xBD") return false;
  }
  return true;
}

void check(const Decoded& decoded, std::string_view reader, size_t most) {
  require(decoded.text().size() <= most);
  require(is_utf8(decoded.text()));
  for (const Decoded::Stretch& stretch : decoded.stretches()) {
    require(stretch.text.begin <= stretch.text.end && stretch.text.end <= decoded.text().size());
    require(stretch.origin.begin < stretch.origin.end && stretch.origin.end <= reader.size());
    const std::uint32_t size = stretch.text.end - stretch.text.begin;
    std::uint32_t last = stretch.origin.begin;
    for (std::uint32_t at = 0; at < size; at += 1 + size / 16) {
      const ByteRange origin = decoded.origin_of(stretch, {at, at + 1});
      require(origin.begin >= last && origin.begin <= origin.end && origin.end <= stretch.origin.end);
      last = origin.begin;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  std::string reader;
  make_reader(bytes, reader, nullptr);
  const auto end = static_cast<std::uint32_t>(reader.size());
  const ByteRange all[] = {{0, end}};
  // Windows-1252 and UTF-16 grow to UTF-8, by three bytes for one at most.
  const size_t most = 6 * reader.size() + 64;
  std::vector<CodeSign> everywhere;
  for (size_t kind = 0; kind < kCodeKinds; kind++) everywhere.push_back({static_cast<CodeKind>(kind), true, 0});
  std::vector<CodeSign> seen;
  survey_reader(reader, kDecodedView, seen);
  for (const std::vector<CodeSign>& signs : {everywhere, seen}) {
    Decoded decoded;
    decoded.start(most);
    find_encoded(reader, all, signs, decoded);
    if (end > 0) find_rot13(reader, all[0], decoded);
    check(decoded, reader, 4 * most);
  }
  return 0;
}
