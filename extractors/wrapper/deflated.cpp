#include "extractors/wrapper/deflated.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/ratio.h"
#include "extractors/utf8.h"

namespace postern::extract {
namespace {

// RFC 1950 2.2: method 8, a window of at most 32 KiB, a check of both bytes, no dictionary.
bool begins_zlib(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const unsigned method = static_cast<unsigned char>(bytes[0]), flags = static_cast<unsigned char>(bytes[1]);
  return (method & 0x0FU) == 8 && method >> 4 <= 7 && (method << 8 | flags) % 31 == 0 && (flags & 0x20U) == 0;
}

bool inflate_child_of(std::string_view packed, Deflated form, const Budget& budget, std::string& out) {
  const std::uint64_t most = std::min(budget.bytes_left(), most_unpacked(packed.size(), budget.limits())) + 1;
  // What a limit ends is no damage.
  return inflate_up_to(packed, form, most, out) || out.size() >= most;
}

class ZlibExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Child child;
    child.packed_size = source.bytes.size();
    bool damaged = false;
    sink.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
      damaged = !inflate_child_of(source.bytes, Deflated::zlib, sink.budget(), buffer);
      return std::string_view(buffer);
    });
    return damaged ? Ending{Outcome::malformed, "its packed data are damaged or cut off"} : complete();
  }
};

}  // namespace

std::optional<Deflated> deflated_form(std::string_view bytes, bool (*is_file)(std::string_view)) {
  constexpr size_t kBeginning = 4096, kLeast = 16;
  const Deflated form = begins_zlib(bytes) ? Deflated::zlib : Deflated::raw;
  std::string out;
  static_cast<void>(inflate_up_to(bytes.substr(0, kBeginning), form, kBeginning, out));
  // What unpacked of it may end inside a character.
  constexpr size_t kCharacter = 3;
  const size_t valid = valid_utf8_prefix(out);
  if (valid + kCharacter >= out.size()) out.resize(valid);
  if (out.size() < kLeast || !is_file(out)) return std::nullopt;
  return form;
}

void give_inflated(std::string_view packed, Deflated form, Child child, Sink& sink) {
  child.packed_size = packed.size();
  sink.child(child, [&](std::string& buffer) -> tl::expected<std::string_view, Ending> {
    static_cast<void>(inflate_child_of(packed, form, sink.budget(), buffer));
    return std::string_view(buffer);
  });
}

std::shared_ptr<Extractor> make_zlib_extractor() {
  return std::make_shared<ZlibExtractor>();
}

}  // namespace postern::extract
