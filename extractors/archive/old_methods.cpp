#include "extractors/archive/old_methods.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "extractors/archive/bit_decoder.h"

namespace postern::extract {

namespace {

constexpr size_t kWindow = 1 << 14;  // copies reach back 8 KiB and some

// Ends by the size that is stated.
class SizedDecoder : public BitDecoder {
 public:
  SizedDecoder(std::uint64_t size, size_t window) : BitDecoder(window), size_(size) {
    if (size == 0) end();
  }

 protected:
  size_t piece(char* out, size_t size) final {
    const size_t room = static_cast<size_t>(std::min<std::uint64_t>(size, size_ - written()));
    const size_t got = is_copying() ? copy(out, room) : next(out, room);
    if (written() == size_) end();
    return got;
  }
  // Up to `size` bytes, which were put(); none when it only read something.
  virtual size_t next(char* out, size_t size) = 0;

  size_t literal(char* out, unsigned value) {
    *out = static_cast<char>(static_cast<unsigned char>(value));
    put(*out);
    return 1;
  }

 private:
  const std::uint64_t size_;
};

// LZW in codes of 9 to 13 bits, which frees those that nothing is built on when it is told to (APPNOTE 5.1).
class Unshrinker final : public SizedDecoder {
 public:
  explicit Unshrinker(std::uint64_t size) : SizedDecoder(size, 1), parents_(kCodes, kFree), last_(kCodes) {
    for (unsigned i = 0; i < kControl; i++) {
      parents_[i] = kControl;  // begins a string
      last_[i] = static_cast<char>(static_cast<unsigned char>(i));
    }
  }

 private:
  static constexpr unsigned kControl = 256, kCodes = 1 << 13, kFree = 0xFFFF, kLongest = 13;

  size_t next(char* out, size_t size) override {
    if (pending_.empty()) read_code();
    const size_t got = std::min(size, pending_.size());
    for (size_t i = 0; i < got; i++) {
      out[i] = pending_.back();  // strings are found from their end
      pending_.pop_back();
      put(out[i]);
    }
    return got;
  }

  void read_code() {
    const unsigned code = bits(width_);
    if (code == kControl) return read_control();
    if (!begun_) {
      if (code > kControl) throw Broken();
      begun_ = true;
      first_ = last_[code];
      pending_ = first_;
      before_ = code;
      return;
    }
    spell(code);
    first_ = pending_.back();
    while (newest_ + 1 < kCodes && parents_[newest_ + 1] != kFree) newest_++;
    if (newest_ + 1 < kCodes) {
      newest_++;
      parents_[newest_] = static_cast<std::uint16_t>(before_);
      last_[newest_] = first_;
    }
    before_ = code;
  }

  void read_control() {
    const unsigned what = bits(width_);
    if (what == 1 && width_ < kLongest) {
      width_++;
    } else if (what == 2) {
      clear_leaves();
    } else {
      throw Broken();
    }
  }

  // The string of a code, last byte first. A code that is not known yet is the string before, with its own first byte
  // behind it.
  void spell(unsigned code) {
    while (code != kControl) {
      if (pending_.size() > kCodes) throw Broken();  // a circle of codes
      if (parents_[code] == kFree) {
        if (code == before_) throw Broken();
        pending_ += first_;
        code = before_;
      } else {
        pending_ += last_[code];
        code = parents_[code];
      }
    }
  }

  void clear_leaves() {
    std::vector<bool> is_parent(kCodes, false);
    for (unsigned code = kControl + 1; code < kCodes; code++) {
      if (parents_[code] != kFree) is_parent[parents_[code]] = true;
    }
    for (unsigned code = kControl + 1; code < kCodes; code++) {
      if (!is_parent[code]) parents_[code] = kFree;
    }
    newest_ = kControl;
  }

  std::vector<std::uint16_t> parents_;  // of each code
  std::vector<char> last_;              // byte of each code
  unsigned width_ = 9;
  unsigned before_ = 0;
  unsigned newest_ = kControl;
  bool begun_ = false;
  char first_ = 0;
  std::string pending_;
};

// Bytes guessed by the one before them, and copies behind byte 144 (APPNOTE 5.2).
class Unreducer final : public SizedDecoder {
 public:
  Unreducer(std::uint64_t size, unsigned factor) : SizedDecoder(size, kWindow), factor_(factor) {}

 private:
  static constexpr unsigned kEscape = 144;

  size_t next(char* out, size_t) override {
    if (!begun_) read_followers();
    const unsigned c = byte();
    if (c != kEscape) return literal(out, c);
    const unsigned mark = byte();
    if (mark == 0) return literal(out, kEscape);
    const unsigned longest = 0xFFU >> factor_;
    size_t length = mark & longest;
    if (length == longest) length += byte();
    const std::uint64_t far = mark >> (8 - factor_);
    begin_copy(far * 256 + byte() + 1, length + 3);
    return 0;
  }

  void read_followers() {
    begun_ = true;
    for (size_t i = followers_.size(); i-- > 0;) {
      followers_[i].resize(bits(6));
      for (unsigned char& follower : followers_[i]) follower = static_cast<unsigned char>(bits(8));
    }
  }

  unsigned byte() {
    const std::vector<unsigned char>& set = followers_[before_];
    if (set.empty() || bits(1) == 1) {
      before_ = bits(8);
    } else {
      unsigned width = 1;
      while (1U << width < set.size()) width++;
      const unsigned index = bits(width);
      if (index >= set.size()) throw Broken();
      before_ = set[index];
    }
    return before_;
  }

  const unsigned factor_;
  bool begun_ = false;
  std::array<std::vector<unsigned char>, 256> followers_;
  unsigned before_ = 0;
};

// Copies and bytes by two or three trees of Shannon and Fano (APPNOTE 5.3).
class Exploder final : public SizedDecoder {
 public:
  Exploder(std::uint64_t size, bool large, bool has_literals)
      : SizedDecoder(size, kWindow), low_bits_(large ? 7 : 6), has_literals_(has_literals) {}

 private:
  static constexpr size_t kTree = 64;
  static constexpr unsigned kLongestLength = 63;

  size_t next(char* out, size_t) override {
    if (!lengths_) read_trees();
    // The codes of these trees are canonical ones with all their bits turned over.
    if (bits(1) == 1) return literal(out, has_literals_ ? symbol(*literals_, 1) : bits(8));
    const std::uint32_t low = bits(low_bits_);
    const std::uint64_t back = (std::uint64_t{symbol(*distances_, 1)} << low_bits_) + low + 1;
    size_t length = symbol(*lengths_, 1);
    if (length == kLongestLength) length += bits(8);
    begin_copy(back, length + (has_literals_ ? 3 : 2));
    return 0;
  }

  void read_trees() {
    if (has_literals_) literals_ = read_tree(256);
    lengths_ = read_tree(kTree);
    distances_ = read_tree(kTree);
  }

  std::unique_ptr<Code> read_tree(size_t size) {
    std::vector<std::uint8_t> lengths;
    const size_t runs = bits(8) + 1;
    for (size_t i = 0; i < runs; i++) {
      const auto length = static_cast<std::uint8_t>(bits(4) + 1);
      lengths.insert(lengths.end(), bits(4) + 1, length);
    }
    if (lengths.size() != size) throw Broken();
    return std::make_unique<Code>(lengths);
  }

  const unsigned low_bits_;
  const bool has_literals_;
  std::unique_ptr<Code> literals_, lengths_, distances_;
};

}  // namespace

std::unique_ptr<ZipDecoder> make_old_decoder(const ZipEntry& entry) {
  constexpr auto kFirstReduced = static_cast<unsigned>(ZipMethod::reduced_1);
  if (entry.method == static_cast<unsigned>(ZipMethod::shrunk))
    return std::make_unique<Unshrinker>(entry.unpacked_size);
  if (entry.method == static_cast<unsigned>(ZipMethod::imploded)) {
    return std::make_unique<Exploder>(entry.unpacked_size, entry.method_bit_1, entry.method_bit_2);
  }
  return std::make_unique<Unreducer>(entry.unpacked_size, entry.method - kFirstReduced + 1);
}

}  // namespace postern::extract
