#include "extractors/archive/arj.h"

#include <algorithm>
#include <optional>

#include <zlib.h>

#include "base/ratio.h"
#include "extractors/archive/archive_stream.h"
#include "extractors/archive/bytes.h"
#include "extractors/archive/member_names.h"
#include "extractors/archive/zip.h"

namespace postern::extract {

namespace {

constexpr std::uint16_t kMagic = 0xEA60;
constexpr size_t kMostHeader = 2600;  // by the format
constexpr size_t kLeastHeader = 30;

struct ArjHeader {
  unsigned flags = 0, method = 0, type = 0;
  std::uint32_t packed_size = 0, unpacked_size = 0, crc = 0;
  std::string_view name, comment;
};
enum : unsigned { kGarbled = 0x01, kContinued = 0x04 };
enum : unsigned { kMainHeader = 2, kDirectory = 3, kLabel = 4 };

std::string_view take_string(std::string_view& from) {
  const std::string_view out = from.substr(0, from.find('\0'));
  from.remove_prefix(std::min(from.size(), out.size() + 1));
  return out;
}

// Takes a header and what belongs to it off the front; nothing at the end of the archive and when it makes no sense.
std::optional<ArjHeader> take_header(std::string_view& rest) {
  constexpr size_t kPrefix = 4, kChecksum = 4;
  const size_t size = le16(rest, 2);
  if (le16(rest, 0) != kMagic || size < kLeastHeader || size > kMostHeader) return std::nullopt;
  if (rest.size() < kPrefix + size + kChecksum) return std::nullopt;
  const std::string_view header = rest.substr(kPrefix, size);
  const auto fixed = static_cast<size_t>(static_cast<unsigned char>(header[0]));
  if (fixed < kLeastHeader || fixed > size) return std::nullopt;
  ArjHeader out;
  out.flags = static_cast<unsigned char>(header[4]);
  out.method = static_cast<unsigned char>(header[5]);
  out.type = static_cast<unsigned char>(header[6]);
  out.packed_size = le32(header, 12);
  out.unpacked_size = le32(header, 16);
  out.crc = le32(header, 20);
  std::string_view names = header.substr(fixed);
  out.name = take_string(names);
  out.comment = take_string(names);
  rest.remove_prefix(kPrefix + size + kChecksum);
  // Extended headers, which nobody writes: a size, the bytes, a checksum.
  while (rest.size() >= 2) {
    const size_t extended = le16(rest, 0);
    rest.remove_prefix(std::min(rest.size(), extended == 0 ? 2 : 2 + extended + kChecksum));
    if (extended == 0) break;
  }
  return out;
}

// Bits from the highest to the lowest; zeros behind the end.
class Bits {
 public:
  explicit Bits(std::string_view bytes) : bytes_(bytes) {}
  unsigned take(unsigned count) {
    unsigned out = 0;
    for (; count > 0; count--) {
      const size_t byte = at_ / 8;
      const unsigned value = byte < bytes_.size() ? static_cast<unsigned char>(bytes_[byte]) : 0U;
      out = out << 1 | (value >> (7 - at_ % 8) & 1U);
      at_++;
    }
    return out;
  }
  // A number with as many bits more as ones stand in front of it.
  unsigned take_number(unsigned least, unsigned most) {
    unsigned plus = 0, width = least;
    for (; width < most && take(1) == 1; width++) plus += 1U << width;
    return plus + (width > 0 ? take(width) : 0);
  }
  bool past_end() const { return at_ > bytes_.size() * 8; }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

// Method 4: literals, and copies of what stands not far behind.
std::string unpack_fastest(std::string_view packed, std::uint64_t size) {
  constexpr unsigned kShortest = 3;
  Bits bits(packed);
  std::string out;
  while (out.size() < size && !bits.past_end()) {
    const unsigned length = bits.take_number(0, 7);
    if (length == 0) {
      out.push_back(static_cast<char>(static_cast<unsigned char>(bits.take(8))));
      continue;
    }
    const size_t back = size_t{bits.take_number(9, 13)} + 1;
    for (unsigned i = 0; i < length - 1 + kShortest && out.size() < size; i++) {
      out.push_back(back <= out.size() ? out[out.size() - back] : '\0');
    }
  }
  return out;
}

// An archive of LHA with one member, its header of level 0 without a checksum of the data.
std::string as_lha(std::string_view packed, std::uint32_t unpacked_size) {
  std::string fields = "-lh7-";
  const auto number = [&fields](std::uint32_t value) {
    for (unsigned i = 0; i < 4; i++) fields.push_back(static_cast<char>(static_cast<unsigned char>(value >> (8 * i))));
  };
  number(static_cast<std::uint32_t>(packed.size()));
  number(unpacked_size);
  number(0);                                   // time
  fields += std::string_view("\x20\0\1x", 4);  // attributes, level, name
  unsigned sum = 0;
  for (const char c : fields) sum += static_cast<unsigned char>(c);
  std::string out;
  out.push_back(static_cast<char>(fields.size()));
  out.push_back(static_cast<char>(static_cast<unsigned char>(sum)));
  out += fields;
  out += packed;
  out.push_back('\0');
  return out;
}

class ArjWalk {
 public:
  ArjWalk(std::string_view bytes, Sink& sink) : rest_(bytes), sink_(sink) {}

  Ending run() {
    while (!sink_.stopped() && hit_ == LimitHit::none) {
      const std::string_view before = rest_;
      const auto header = take_header(rest_);
      if (!header) {
        ended_ = le16(before, 0) == kMagic && le16(before, 2) == 0 && before.size() >= 4;
        if (ended_) rest_ = before.substr(4);
        break;
      }
      tell(Place::comment, header->comment);
      if (header->type == kMainHeader) continue;
      const std::string_view packed = rest_.substr(0, header->packed_size);
      rest_.remove_prefix(packed.size());
      if (header->type == kDirectory || header->type == kLabel) {
        tell(Place::file_name, header->name);
      } else {
        member(*header, packed);
      }
    }
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (ended_) give_rest();
    if (damaged_ > 0) {
      return {Outcome::malformed, std::to_string(damaged_) + " of its members could not be unpacked whole"};
    }
    if (!ended_ && !sink_.stopped()) return {Outcome::malformed, "it is damaged or cut off"};
    return complete();
  }

 private:
  void tell(Place place, std::string_view raw) {
    const MemberName words = read_member_name(raw);
    if (hit_ == LimitHit::none) hit_ = sink_.text(place, "", words.name);
    for (const std::string& other : words.others) {
      if (hit_ == LimitHit::none) hit_ = sink_.text(place, "", other);
    }
  }

  void give_rest() {
    constexpr size_t kLeast = 16;  // shorter ones are padding
    if (rest_.size() < kLeast || sink_.stopped()) return;
    Child child;
    child.facts = {"appended-data"};
    sink_.child(child, rest_);
  }

  void member(const ArjHeader& header, std::string_view packed) {
    MemberName name = read_member_name(header.name);
    for (const std::string& other : name.others) {
      if (hit_ == LimitHit::none) hit_ = sink_.text(Place::file_name, "", other);
    }
    Child child;
    child.name = std::move(name.name);
    child.packed_size = header.method == 0 ? 0 : packed.size();
    if ((header.flags & kContinued) != 0) child.doubt = "the file goes on in another volume";
    if ((header.flags & kGarbled) != 0) {
      sink_.fact("encrypted-members");
      child.known = {Outcome::encrypted, "the member is encrypted and no password is at hand"};
    } else if (header.method > 4) {
      child.known = {Outcome::unsupported, "it is packed by a method that is not read"};
    }
    sink_.child(child, [&](std::string& buffer) { return unpack(header, packed, buffer); });
  }

  tl::expected<std::string_view, Ending> unpack(const ArjHeader& header, std::string_view packed, std::string& buffer) {
    std::string_view out = packed;
    Budget& budget = sink_.budget();
    if (header.method == 4) {
      const std::uint64_t most = std::min(most_unpacked(packed.size(), budget.limits()), budget.bytes_left()) + 1;
      buffer = unpack_fastest(packed, std::min<std::uint64_t>(header.unpacked_size, most));
      out = buffer;
    } else if (header.method != 0) {
      const std::string lha = as_lha(packed, header.unpacked_size);
      ArchiveStream stream(lha, "application/x-lzh", [this] { return sink_.stopped(); });
      const bool begun = stream.next().has_value();
      const auto unpacked = unpack_entry(stream, packed.size(), budget, buffer);
      if (!begun || !unpacked) {
        damaged_++;
        return tl::unexpected(Ending{Outcome::malformed, "its packed data are damaged or cut off"});
      }
      out = *unpacked;
    }
    const auto crc = ::crc32_z(0, reinterpret_cast<const Bytef*>(out.data()), out.size());
    const bool whole = out.size() <= budget.bytes_left() &&
                       (header.method == 0 || budget.check_ratio(packed.size(), out.size()) == LimitHit::none);
    if (whole && crc != header.crc) damaged_++;
    return out;
  }

  std::string_view rest_;
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  bool ended_ = false;
  unsigned damaged_ = 0;
};

class ArjExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return ArjWalk(source.bytes, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_arj_extractor() {
  return std::make_shared<ArjExtractor>();
}

}  // namespace postern::extract
