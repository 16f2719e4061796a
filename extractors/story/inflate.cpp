#include "extractors/story/inflate.h"

#include <algorithm>
#include <array>
#include <limits>
#include <new>

#include <zlib.h>

namespace postern::extract {

namespace {

class Inflater {
 public:
  explicit Inflater(Deflated form)
      : ready_(inflateInit2(&stream_, form == Deflated::zlib ? MAX_WBITS : -MAX_WBITS) == Z_OK) {}
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

}  // namespace

tl::expected<std::string_view, Ending> inflate_child(std::string_view packed, const Budget& budget,
                                                     std::string& buffer) {
  constexpr size_t kPiece = 64 << 10;
  Inflater inflater(Deflated::zlib);
  if (!inflater.ready() || packed.size() > std::numeric_limits<uInt>::max()) {
    return tl::unexpected(Ending{Outcome::malformed, "its packed data cannot be unpacked"});
  }
  z_stream& stream = inflater.stream();
  // zlib does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::array<char, kPiece> piece;
  int status = Z_OK;
  while (status == Z_OK && buffer.size() <= budget.bytes_left()) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const size_t got = piece.size() - stream.avail_out;
    buffer.append(piece.data(), got);
    const LimitHit ratio = budget.check_ratio(packed.size(), buffer.size());
    const LimitHit hit = ratio != LimitHit::none ? ratio : budget.check_time();
    if (hit != LimitHit::none) return tl::unexpected(limit_ending(hit, budget.limits()));
    if (got == 0) break;
  }
  if (buffer.empty()) return tl::unexpected(Ending{Outcome::malformed, "its packed data cannot be unpacked"});
  return std::string_view(buffer);
}

bool inflate_up_to(std::string_view packed, Deflated form, std::uint64_t most, std::string& out) {
  constexpr size_t kPiece = 64 << 10;
  Inflater inflater(form);
  if (!inflater.ready()) throw std::bad_alloc();
  z_stream& stream = inflater.stream();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(std::min<size_t>(packed.size(), std::numeric_limits<uInt>::max()));
  int status = Z_OK;
  while (status == Z_OK && out.size() < most) {
    const size_t used = out.size();
    out.resize(used + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = static_cast<uInt>(kPiece);
    status = inflate(&stream, Z_NO_FLUSH);
    out.resize(used + kPiece - stream.avail_out);
  }
  return status == Z_STREAM_END;
}

}  // namespace postern::extract
