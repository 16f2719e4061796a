#include "extractors/mail/openpgp.h"

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include <bzlib.h>

#include "base/ratio.h"
#include "extractors/mail/transfer.h"
#include "extractors/openpgp_packet.h"
#include "extractors/story/inflate.h"

namespace postern::extract {

namespace {

constexpr unsigned kMostNested = 8;      // compressed packets in each other
constexpr size_t kMostPackets = 10'000;  // of one message, signatures by many people among them
constexpr size_t kStep = 64 << 10;

using Tag = OpenPgpTag;

const Ending kEncrypted{Outcome::encrypted, "an OpenPGP message"};

// The base64 of an armour (6.2): behind the empty line that ends its header, up to the checksum or the last line.
std::string dearmour(std::string_view text) {
  const size_t begin = text.find("-----BEGIN PGP MESSAGE-----");
  if (begin == std::string_view::npos) return {};
  text = text.substr(begin, text.find("-----END PGP", begin) - begin);
  std::string digits;
  bool in_data = false;
  size_t at = text.find('\n');
  while (at != std::string_view::npos) {
    std::string_view line = text.substr(at + 1);
    at = text.find('\n', at + 1);
    line = line.substr(0, line.find('\n'));
    const size_t first = line.find_first_not_of("> \t\r");  // a quoted message is one still
    line = first == std::string_view::npos ? std::string_view() : line.substr(first);
    if (line.empty()) {
      in_data = true;
    } else if (line[0] == '=' && in_data) {
      break;
    } else if (in_data) {
      digits += line;
      digits += '\n';
    }
  }
  return decode_base64(digits).bytes;
}

std::string inflated(std::string_view packed, Deflated form, std::uint64_t most) {
  std::string out;
  static_cast<void>(inflate_up_to(packed, form, most, out));
  return out;
}

std::string bunzipped(std::string_view packed, std::uint64_t most) {
  bz_stream stream{};
  if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) throw std::bad_alloc();
  stream.next_in = const_cast<char*>(packed.data());
  stream.avail_in = static_cast<unsigned>(std::min<size_t>(packed.size(), std::numeric_limits<unsigned>::max()));
  std::string out;
  for (int result = BZ_OK; result == BZ_OK && out.size() < most;) {
    const size_t used = out.size();
    out.resize(used + kStep);
    stream.next_out = out.data() + used;
    stream.avail_out = static_cast<unsigned>(kStep);
    result = BZ2_bzDecompress(&stream);
    const bool stuck = stream.avail_out == kStep && stream.avail_in == 0;
    out.resize(used + kStep - stream.avail_out);
    if (stuck) break;
  }
  BZ2_bzDecompressEnd(&stream);
  return out;
}

class Reading {
 public:
  explicit Reading(Sink& sink) : sink_(sink) {}

  // True when something readable was handed out.
  bool read(std::string_view bytes, unsigned depth) {
    bool any = false;
    for (; packets_ < kMostPackets && !sink_.stopped(); packets_++) {
      const auto packet = take_openpgp_packet(bytes);
      if (!packet) break;
      switch (packet->tag) {
        case Tag::locked:
        case Tag::locked_checked:
        case Tag::locked_authenticated:
          locked_ = true;
          break;
        case Tag::literal:
          any = literal(packet->body) || any;
          break;
        case Tag::compressed:
          if (depth < kMostNested) any = read(unpack(packet->body), depth + 1) || any;
          break;
        case Tag::user_id:
          sink_.text(Place::property, "user", packet->body);
          any = true;
          break;
        default:
          break;
      }
    }
    return any;
  }
  bool locked() const { return locked_; }
  // The limit at which unpacking stopped.
  LimitHit hit() const { return hit_; }

 private:
  std::string unpack(std::string_view body) {
    if (body.empty()) return {};
    const unsigned algorithm = static_cast<unsigned char>(body[0]);
    const std::string_view packed = body.substr(1);
    if (algorithm == 0) return std::string(packed);
    const Budget& budget = sink_.budget();
    const std::uint64_t most = std::min(budget.bytes_left(), most_unpacked(packed.size(), budget.limits())) + 1;
    std::string out = unpacked(algorithm, packed, most);
    if (out.size() >= most) {
      hit_ = budget.check_ratio(packed.size(), out.size());
      if (hit_ == LimitHit::none) hit_ = LimitHit::bytes;
    }
    return out;
  }

  static std::string unpacked(unsigned algorithm, std::string_view packed, std::uint64_t most) {
    switch (algorithm) {
      case 1:
        return inflated(packed, Deflated::raw, most);
      case 2:
        return inflated(packed, Deflated::zlib, most);
      case 3:
        return bunzipped(packed, most);
      default:
        return {};
    }
  }

  // Format, name with its length, four bytes of date, the data (5.9).
  bool literal(std::string_view body) {
    constexpr size_t kDate = 4;
    if (body.size() < 2) return false;
    const auto name_size = static_cast<size_t>(static_cast<unsigned char>(body[1]));
    if (body.size() < 2 + name_size + kDate) return false;
    Child child;
    child.name = std::string(body.substr(2, name_size));
    sink_.child(child, body.substr(2 + name_size + kDate));
    return true;
  }

  Sink& sink_;
  size_t packets_ = 0;
  bool locked_ = false;
  LimitHit hit_ = LimitHit::none;
};

}  // namespace

Ending read_openpgp(std::string_view bytes, Sink& sink) {
  Reading reading(sink);
  const bool in_armour = openpgp_kind(bytes).empty();
  const bool any = in_armour ? reading.read(dearmour(bytes), 0) : reading.read(bytes, 0);
  if (reading.hit() != LimitHit::none) return limit_ending(reading.hit(), sink.budget().limits());
  return any && !reading.locked() ? complete() : kEncrypted;
}

}  // namespace postern::extract
