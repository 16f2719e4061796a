#include "extractors/onenote/onenote.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>

#include <unicode/uchar.h>
#include <unicode/utf16.h>

#include "extractors/xml/code_point.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

constexpr size_t kLongestString = 1 << 20;
constexpr size_t kShortestAscii = 4;  // by chance four bytes of data look like a length often enough
constexpr size_t kFlushBytes = 256 << 10;
constexpr size_t kMaxKnown = 200'000;  // different strings kept to tell each once

// {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}: a FileDataStoreObject; its length stands behind, its data after 20 bytes.
constexpr std::string_view kFileHeader = "\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC"sv;
constexpr size_t kFileDataAt = 36;

std::uint64_t little_endian(std::string_view bytes, size_t at, size_t size) {
  std::uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

bool is_shown(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r' || c == 0x0B) return true;
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return false;
  const auto type = u_charType(static_cast<UChar32>(c));
  return type != U_UNASSIGNED && type != U_PRIVATE_USE_CHAR && type != U_SURROGATE && type != U_CONTROL_CHAR;
}

struct Utf16 {
  std::string text;           // "" when some of it is no text
  std::optional<size_t> bad;  // where that stands: longer strings fail there as well
};

// All of `bytes` as UTF-16, a final zero aside.
Utf16 as_utf16(std::string_view bytes) {
  Utf16 out;
  size_t units = bytes.size() / 2;
  if (units > 0 && little_endian(bytes, 2 * units - 2, 2) == 0) units--;
  if (units > 0 && U16_IS_LEAD(little_endian(bytes, 2 * units - 2, 2))) return out;
  for (size_t i = 0; i < units; i++) {
    const size_t at = 2 * i;
    auto c = static_cast<char32_t>(little_endian(bytes, at, 2));
    if (U16_IS_LEAD(c)) {
      const auto low = static_cast<char32_t>(little_endian(bytes, at + 2, 2));
      if (!U16_IS_TRAIL(low)) return {{}, at};
      c = static_cast<char32_t>(U16_GET_SUPPLEMENTARY(c, low));
      i++;
    }
    if (!is_shown(c)) return {{}, at};
    append_utf8(out.text, c);
  }
  return out;
}

bool is_ascii(std::string_view bytes) {
  for (const char c : bytes) {
    if (!is_shown(static_cast<unsigned char>(c)) || static_cast<unsigned char>(c) >= 0x7F) return false;
  }
  return true;
}

class Section {
 public:
  Section(std::string_view bytes, Sink& sink) : bytes_(bytes), sink_(sink) {}

  Ending read() {
    read_strings();
    read_files();
    if (hit_ != LimitHit::none) return limit_ending(hit_, sink_.budget().limits());
    if (cut_files_ > 0) return {Outcome::malformed, std::to_string(cut_files_) + " of its files are cut short"};
    return {Outcome::partial, "its strings and files were read, not the order and layout of its pages"};
  }

 private:
  void read_strings() {
    size_t at = 0;
    while (at + 4 <= bytes_.size() && hit_ == LimitHit::none && !sink_.stopped()) {
      const auto size = static_cast<size_t>(little_endian(bytes_, at, 4));
      const bool fits = size >= 2 && size <= kLongestString && size <= bytes_.size() - at - 4;
      if (!fits || !take(at + 4, size)) {
        at++;
      } else {
        at += 4 + size;
      }
      if (text_.size() >= kFlushBytes) flush();
    }
    flush();
  }

  bool take(size_t at, size_t size) {
    const std::string_view bytes = bytes_.substr(at, size);
    std::string found = size % 2 == 0 ? utf16_at(at, size) : std::string();
    if (found.empty() && bytes.size() >= kShortestAscii && is_ascii(bytes)) found = bytes;
    if (found.empty()) return false;
    const bool is_new = known_.size() >= kMaxKnown || known_.insert(std::hash<std::string>()(found)).second;
    if (is_new) text_.append(found).append(1, '\n');
    return true;
  }

  // Where a longer string failed, one that begins later and reaches as far fails as well: without this memory, lengths
  // that lie would have the same text read once for each of its letters.
  std::string utf16_at(size_t at, size_t size) {
    size_t& bad = bad_[at % 2];
    if (at <= bad && bad + 2 < at + size) return {};
    Utf16 read = as_utf16(bytes_.substr(at, size));
    if (read.bad) bad = at + *read.bad;
    return std::move(read.text);
  }

  void flush() {
    if (hit_ == LimitHit::none && !text_.empty()) hit_ = sink_.text(Place::body, "", text_);
    text_.clear();
  }

  void read_files() {
    size_t at = bytes_.find(kFileHeader);
    while (at != std::string_view::npos && hit_ == LimitHit::none && !sink_.stopped()) {
      if (bytes_.size() - at < kFileDataAt) return;
      const std::uint64_t size = little_endian(bytes_, at + kFileHeader.size(), 8);
      const std::string_view rest = bytes_.substr(at + kFileDataAt);
      if (size > rest.size()) cut_files_++;
      const auto taken = static_cast<size_t>(std::min<std::uint64_t>(size, rest.size()));
      sink_.child(Child{}, rest.substr(0, taken));
      at = bytes_.find(kFileHeader, at + kFileDataAt + (size > rest.size() ? 0 : taken));
    }
  }

  std::string_view bytes_;
  Sink& sink_;
  LimitHit hit_ = LimitHit::none;
  std::string text_;
  std::unordered_set<size_t> known_;
  std::array<size_t, 2> bad_{};  // the last units that were no text, at even and at odd places
  unsigned cut_files_ = 0;
};

class OnenoteExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return Section(source.bytes, sink).read(); }
};

}  // namespace

std::shared_ptr<Extractor> make_onenote_extractor() {
  return std::make_shared<OnenoteExtractor>();
}

}  // namespace postern::extract
