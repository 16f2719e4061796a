#include "extractors/wrapper/apple.h"

#include <algorithm>
#include <array>

#include "extractors/text/charset.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

constexpr std::string_view kSentence = "(This file must be converted with BinHex";

std::uint32_t big(std::string_view bytes, size_t at, size_t size) {
  if (at > bytes.size() || size > bytes.size() - at) return 0;
  std::uint32_t out = 0;
  for (size_t i = 0; i < size; i++) out = out << 8 | static_cast<unsigned char>(bytes[at + i]);
  return out;
}

// CRC-16 with the polynomial 0x1021, starting at zero.
std::uint16_t checksum(std::string_view bytes) {
  unsigned crc = 0;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned>(static_cast<unsigned char>(c)) << 8;
    for (int bit = 0; bit < 8; bit++) crc = (crc & 0x8000U) != 0 ? (crc << 1 ^ 0x1021U) : crc << 1;
    crc &= 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

std::string mac_text(std::string_view raw) {
  if (is_utf8(raw)) return std::string(raw);
  return convert_to_utf8(raw, "macintosh").value_or(to_utf8(raw));
}

// The forks as children, and how reading them ended.
class Forks {
 public:
  explicit Forks(Sink& sink) : sink_(sink) {}

  void give(const std::string& name, std::string_view fork, std::uint32_t size, bool resources) {
    if (fork.size() < size) damage_ = "it is cut off";
    if (size == 0 || (resources && fork.empty()) || sink_.stopped()) return;
    Child child;
    child.name = name;
    if (resources) child.declared_type = "application/x-mac-resources";
    sink_.child(child, fork.substr(0, size));
  }
  void note(std::string_view damage) { damage_ = std::string(damage); }
  Ending ending() const { return damage_.empty() ? complete() : Ending{Outcome::malformed, damage_}; }

 private:
  Sink& sink_;
  std::string damage_;
};

// RFC 1741 4: six bits a character, then runs by 0x90 and a count.
struct Unhexed {
  std::string bytes;
  bool damaged = true;  // no final colon
};

Unhexed decode_binhex(std::string_view text, std::uint64_t most) {
  constexpr std::string_view kAlphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
  constexpr char kRun = '\x90';
  std::array<signed char, 256> value{};
  value.fill(-1);
  for (size_t i = 0; i < kAlphabet.size(); i++) {
    value[static_cast<unsigned char>(kAlphabet[i])] = static_cast<signed char>(i);
  }
  Unhexed out;
  unsigned bits = 0, held = 0;
  bool after_run = false;
  for (const char c : text) {
    if (c == ':') {
      out.damaged = false;
      break;
    }
    const signed char digit = value[static_cast<unsigned char>(c)];
    if (digit < 0) {
      if (c == '\r' || c == '\n' || c == ' ' || c == '\t') continue;
      break;
    }
    held = held << 6 | static_cast<unsigned>(digit);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const auto byte = static_cast<char>(static_cast<unsigned char>(held >> bits));
    held &= (1U << bits) - 1;
    if (after_run) {
      after_run = false;
      const size_t count = static_cast<unsigned char>(byte);
      if (count == 0) {
        out.bytes.push_back(kRun);
      } else if (!out.bytes.empty()) {
        out.bytes.append(count - 1, out.bytes.back());
      }
    } else if (byte == kRun) {
      after_run = true;
    } else {
      out.bytes.push_back(byte);
    }
    if (out.bytes.size() > most) break;
  }
  return out;
}

class BinHexExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    Forks forks(sink);
    const size_t sentence = source.bytes.find(kSentence);
    const size_t begin = sentence == std::string_view::npos ? sentence : source.bytes.find(':', sentence);
    // What stands around the file is a text for people.
    const LimitHit hit = sink.text(Place::body, "", mac_text(source.bytes.substr(0, sentence)));
    if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
    if (begin == std::string_view::npos) return {Outcome::malformed, "no data stand in it"};
    const Unhexed file = decode_binhex(source.bytes.substr(begin + 1), sink.budget().bytes_left());
    read_file(file.bytes, forks);
    if (file.damaged) forks.note("its end is missing");
    const size_t end = source.bytes.find(':', begin + 1);
    if (end != std::string_view::npos) {
      const LimitHit behind = sink.text(Place::body, "", mac_text(source.bytes.substr(end + 1)));
      if (behind != LimitHit::none) return limit_ending(behind, sink.budget().limits());
    }
    return forks.ending();
  }

 private:
  // RFC 1741 4: name, type, author, flags, lengths, checksum; then each fork with its own.
  static void read_file(std::string_view bytes, Forks& forks) {
    const size_t name_size = big(bytes, 0, 1);
    const size_t fixed = 1 + name_size + 1;
    const std::uint32_t data_size = big(bytes, fixed + 10, 4), resource_size = big(bytes, fixed + 14, 4);
    const size_t header = fixed + 20;
    if (bytes.size() < header) {
      forks.note("it is cut off");
      return;
    }
    if (checksum(bytes.substr(0, header - 2)) != big(bytes, header - 2, 2)) {
      forks.note("the checksum of its header does not match");
    }
    const std::string name = mac_text(bytes.substr(1, name_size));
    const std::string_view data = bytes.substr(header);
    if (data.size() >= size_t{data_size} + 2 && checksum(data.substr(0, data_size)) != big(data, data_size, 2)) {
      forks.note("its checksum does not match");
    }
    forks.give(name, data.substr(0, data_size), data_size, false);
    const std::string_view behind = data.substr(std::min(data.size(), size_t{data_size} + 2));
    forks.give(name, behind.substr(0, resource_size), resource_size, true);
  }
};

constexpr size_t kMacBinaryHeader = 128;

size_t padded(std::uint32_t size) {
  return (size_t{size} + (kMacBinaryHeader - 1)) & ~(kMacBinaryHeader - 1);
}

class MacBinaryExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    const std::string_view bytes = source.bytes;
    if (bytes.size() < kMacBinaryHeader) return {Outcome::malformed, "it is cut off"};
    Forks forks(sink);
    const std::string name = mac_text(bytes.substr(2, big(bytes, 1, 1)));
    const std::uint32_t data_size = big(bytes, 83, 4), resource_size = big(bytes, 87, 4);
    const size_t data_at = std::min(kMacBinaryHeader + padded(big(bytes, 120, 2)), bytes.size());
    const size_t resources_at = std::min(data_at + padded(data_size), bytes.size());
    forks.give(name, bytes.substr(data_at, data_size), data_size, false);
    forks.give(name, bytes.substr(resources_at, resource_size), resource_size, true);
    return forks.ending();
  }
};

// RFC 1740 A: a table of entries, each with kind, offset and length.
class AppleFileExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override {
    constexpr size_t kHeader = 26, kEntry = 12, kMostEntries = 1000;
    enum : std::uint32_t { kData = 1, kResources = 2, kName = 3, kComment = 4 };
    const std::string_view bytes = source.bytes;
    Forks forks(sink);
    const size_t count = std::min<size_t>(big(bytes, 24, 2), kMostEntries);
    std::string name;
    for (const bool names : {true, false}) {
      for (size_t i = 0; i < count; i++) {
        const size_t at = kHeader + i * kEntry;
        const std::uint32_t kind = big(bytes, at, 4), offset = big(bytes, at + 4, 4), size = big(bytes, at + 8, 4);
        const std::string_view content = offset < bytes.size() ? bytes.substr(offset, size) : std::string_view();
        if (names && kind == kName) name = mac_text(content);
        if (names) continue;
        if (kind == kComment) {
          const LimitHit hit = sink.text(Place::comment, "", mac_text(content));
          if (hit != LimitHit::none) return limit_ending(hit, sink.budget().limits());
        }
        if (kind == kData || kind == kResources) forks.give(name, content, size, kind == kResources);
      }
    }
    return forks.ending();
  }
};

}  // namespace

bool is_binhex(std::string_view text) {
  constexpr size_t kWindow = 8192;
  return text.substr(0, kWindow).find(kSentence) != std::string_view::npos;
}

bool is_macbinary(std::string_view bytes) {
  if (bytes.size() < kMacBinaryHeader || bytes[0] != '\0' || bytes[74] != '\0' || bytes[82] != '\0') return false;
  const std::uint32_t name = big(bytes, 1, 1);
  return name >= 1 && name <= 63 && big(bytes, 124, 2) != 0 && checksum(bytes.substr(0, 124)) == big(bytes, 124, 2);
}

std::shared_ptr<Extractor> make_binhex_extractor() {
  return std::make_shared<BinHexExtractor>();
}
std::shared_ptr<Extractor> make_macbinary_extractor() {
  return std::make_shared<MacBinaryExtractor>();
}
std::shared_ptr<Extractor> make_applefile_extractor() {
  return std::make_shared<AppleFileExtractor>();
}

}  // namespace postern::extract
