#include "extractors/mail/openpgp.h"

#include <algorithm>
#include <limits>
#include <new>
#include <string>
#include <utility>

#include <bzlib.h>

#include "base/ratio.h"
#include "extractors/mail/transfer.h"
#include "extractors/openpgp_packet.h"
#include "extractors/story/inflate.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

constexpr unsigned kMostNested = 8;      // compressed packets in each other
constexpr size_t kMostPackets = 10'000;  // of one message, signatures by many people among them
constexpr size_t kStep = 64 << 10;

using Tag = OpenPgpTag;

constexpr std::string_view kBegin = "-----BEGIN PGP MESSAGE-----";

// The base64 of an armour (6.2), which begins with its first line: behind the empty line that ends its header, up to
// the checksum or the last line.
std::string dearmour(std::string_view text) {
  text = text.substr(0, text.find("-----END PGP"));
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

  void read(std::string_view bytes, unsigned depth) {
    for (; !bytes.empty() && !full_ && !sink_.stopped(); packets_++) {
      if (packets_ == kMostPackets) return leave("packets reached the limit (" + std::to_string(kMostPackets) + ")");
      const auto packet = take_openpgp_packet(bytes);
      if (!packet) return leave("bytes that are no packet stand behind its packets");
      take(*packet, depth);
    }
  }

  Ending ending() const {
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (locked_ || !any_) return {Outcome::encrypted, "an OpenPGP message"};
    return left_.empty() ? complete() : Ending{Outcome::partial, left_};
  }

 private:
  void take(const OpenPgpPacket& packet, unsigned depth) {
    switch (packet.tag) {
      case Tag::locked:
      case Tag::locked_checked:
      case Tag::locked_authenticated:
        locked_ = true;
        return;
      case Tag::literal:
        return literal(packet.body);
      case Tag::compressed:
        if (depth == kMostNested) return leave("compressed packets in each other reached the limit (8)");
        return read(unpack(packet.body), depth + 1);
      case Tag::user_id:
        any_ = true;
        return tell("user", packet.body);
      case Tag::user_attribute:
        return attribute(packet.body);
      case Tag::session_key:
      case Tag::signature:
      case Tag::password:
      case Tag::one_pass:
      case Tag::secret_key:
      case Tag::public_key:
      case Tag::secret_subkey:
      case Tag::marker:
      case Tag::trust:
      case Tag::public_subkey:
      case Tag::padding:
        return tell_text(packet.body);
    }
    leave("a packet of no known kind");
  }

  // The first reason why something was left unread.
  void leave(std::string why) {
    if (left_.empty()) left_ = std::move(why);
  }

  // Text in packets that are for programs: notations, addresses of key servers, and what somebody put there.
  void tell_text(std::string_view body) {
    constexpr size_t kLeastText = 12;
    const auto is_letter = [](char c) {
      const auto u = static_cast<unsigned char>(c);
      return (u >= ' ' && u != 0x7F) || c == '\n' || c == '\r' || c == '\t';
    };
    while (!body.empty()) {
      const auto begin = std::find_if(body.begin(), body.end(), is_letter);
      body.remove_prefix(static_cast<size_t>(begin - body.begin()));
      const auto end = std::find_if_not(body.begin(), body.end(), is_letter);
      std::string_view run = body.substr(0, static_cast<size_t>(end - body.begin()));
      body.remove_prefix(run.size());
      // What stands in front of a text may pass for letters.
      while (!run.empty() && !is_utf8(run)) run.remove_prefix(valid_utf8_prefix(run) + 1);
      if (run.size() >= kLeastText) tell("packet", run);
      if (full_) return;
    }
  }

  void tell(std::string_view at, std::string_view text) {
    const LimitHit hit = sink_.text(Place::property, at, text);
    full_ = hit != LimitHit::none;
    if (full_ && hit_ == LimitHit::none) hit_ = hit;
  }

  // Pictures of people (5.12.1).
  void attribute(std::string_view body) {
    const size_t picture = body.find("\xFF\xD8\xFF");
    tell_text(body.substr(0, picture));
    if (picture == std::string_view::npos) return;
    Child child;
    child.name = "photo.jpg";
    sink_.child(child, body.substr(picture));
  }

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
    if (out.empty()) leave("a compressed packet cannot be unpacked");
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
  void literal(std::string_view body) {
    constexpr size_t kFixed = 6;
    const auto name_size = body.size() < kFixed ? 0 : static_cast<size_t>(static_cast<unsigned char>(body[1]));
    if (body.size() < kFixed + name_size) return leave("a packet of data is cut off");
    Child child;
    child.name = std::string(body.substr(2, name_size));
    sink_.child(child, body.substr(kFixed + name_size));
    any_ = true;
  }

  Sink& sink_;
  size_t packets_ = 0;
  bool any_ = false;               // something was read
  bool locked_ = false;            // something cannot be
  std::string left_;               // why something else was not; empty: all was
  LimitHit hit_ = LimitHit::none;  // at which unpacking or telling stopped
  bool full_ = false;              // no more text is taken
};

}  // namespace

Ending read_openpgp(std::string_view bytes, Sink& sink) {
  Reading reading(sink);
  if (!openpgp_kind(bytes).empty()) {
    reading.read(bytes, 0);
    return reading.ending();
  }
  constexpr int kMostArmours = 100;
  size_t at = bytes.find(kBegin);
  for (int n = 0; n < kMostArmours && at != std::string_view::npos && !sink.stopped(); n++) {
    const size_t next = bytes.find(kBegin, at + kBegin.size());
    reading.read(dearmour(bytes.substr(at, next - at)), 0);
    at = next;
  }
  if (at != std::string_view::npos && !sink.stopped()) {
    return {Outcome::limit, "OpenPGP messages in a text reached the limit (" + std::to_string(kMostArmours) + ")"};
  }
  return reading.ending();
}

}  // namespace postern::extract
