#include "extractors/pdf/streams.h"

#include <algorithm>
#include <array>
#include <memory>
#include <new>

#include <zlib.h>

namespace postern::extract::pdf {

namespace {

using namespace std::string_view_literals;

constexpr size_t kMaxDictionary = 16 << 10;  // of a stream; honest ones have some hundred bytes
constexpr size_t kMostFilters = 8;           // of one stream; programs write one, seldom two
constexpr std::uint64_t kBestRatio = 1032;   // of deflate (RFC 1951: 258 bytes by two bits)
constexpr size_t kPiece = 64 << 10;          // unpacked at a time
constexpr std::string_view kWhite("\0\t\n\f\r ", 6);

// ISO 32000-1 7.4, table 6, with the short names of 8.9.7.
constexpr std::array kFilters = {
    "FlateDecode"sv,    "Fl"sv,  "LZWDecode"sv,       "LZW"sv,         "ASCII85Decode"sv,  "A85"sv,
    "ASCIIHexDecode"sv, "AHx"sv, "RunLengthDecode"sv, "RL"sv,          "CCITTFaxDecode"sv, "CCF"sv,
    "DCTDecode"sv,      "DCT"sv, "JPXDecode"sv,       "JBIG2Decode"sv, "Crypt"sv};

bool is_delimiter(char c) {
  return kWhite.find(c) != std::string_view::npos || "()<>[]{}/%"sv.find(c) != std::string_view::npos;
}

std::string_view after_white(std::string_view text) {
  const size_t first = text.find_first_not_of(kWhite);
  return first == std::string_view::npos ? ""sv : text.substr(first);
}

// What stands behind a key of a dictionary; "" when it is not there.
std::string_view value_of(std::string_view dictionary, std::string_view key) {
  for (size_t at = dictionary.find(key); at != std::string_view::npos; at = dictionary.find(key, at + 1)) {
    const std::string_view rest = dictionary.substr(at + key.size());
    if (!rest.empty() && is_delimiter(rest.front())) return after_white(rest);
  }
  return {};
}

// Takes one name off the front; "" when none stands there.
std::string_view take_name(std::string_view& text) {
  text = after_white(text);
  if (!text.starts_with('/')) return {};
  size_t end = 1;
  while (end < text.size() && !is_delimiter(text[end])) end++;
  const std::string_view name = text.substr(1, end - 1);
  text.remove_prefix(end);
  return name;
}

bool is_picture(std::string_view dictionary) {
  std::string_view value = value_of(dictionary, "/Subtype");
  return take_name(value) == "Image";
}

// Inflates piece by piece (RFC 1950).
class Inflation {
 public:
  Inflation() : piece_(std::make_unique<char[]>(kPiece)) {
    if (inflateInit(&stream_) != Z_OK) throw std::bad_alloc();
  }
  ~Inflation() { inflateEnd(&stream_); }
  Inflation(const Inflation&) = delete;
  Inflation& operator=(const Inflation&) = delete;

  void begin() {
    inflateReset(&stream_);
    ended_ = false;
  }
  void feed(std::string_view packed) {
    stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(std::min<size_t>(packed.size(), 1U << 30));
  }
  // The next bytes unpacked, valid until the next call; none when no more come of what was fed.
  std::string_view read() {
    if (ended_) return {};
    stream_.next_out = reinterpret_cast<Bytef*>(piece_.get());
    stream_.avail_out = static_cast<uInt>(kPiece);
    const int result = ::inflate(&stream_, Z_NO_FLUSH);
    ended_ = result != Z_OK && result != Z_BUF_ERROR;
    return {piece_.get(), kPiece - stream_.avail_out};
  }
  std::uint64_t consumed() const { return stream_.total_in; }

 private:
  z_stream stream_{};
  std::unique_ptr<char[]> piece_;
  bool ended_ = false;
};

// Flate filters one behind the other; kept for all streams, because setting one up costs more than a small stream.
class FlateChain {
 public:
  // Passes what `times` filters unpack to `take`, with the bytes consumed so far; it says whether to go on. Returns
  // the bytes consumed.
  template <typename Take>
  size_t run(std::string_view data, size_t times, Take take) {
    while (chain_.size() < times) chain_.push_back(std::make_unique<Inflation>());
    for (size_t i = 0; i < times; i++) chain_[i]->begin();
    chain_[0]->feed(data);
    size_t level = 0;
    while (true) {
      const std::string_view piece = chain_[level]->read();
      if (piece.empty()) {
        if (level == 0) break;
        level--;
      } else if (level + 1 < times) {
        level++;
        chain_[level]->feed(piece);
      } else if (!take(piece, chain_[0]->consumed())) {
        break;
      }
    }
    return static_cast<size_t>(chain_[0]->consumed());
  }

 private:
  std::vector<std::unique_ptr<Inflation>> chain_;
};

}  // namespace

bool StreamScanner::next(RawStream& out) {
  constexpr std::string_view kKeyword = "stream";
  while (at_ < pdf_.size()) {
    const size_t found = pdf_.find(kKeyword, at_);
    if (found == std::string_view::npos) return false;
    const size_t behind = found + kKeyword.size();
    at_ = behind;
    const std::string_view rest = pdf_.substr(behind);
    const bool ends = pdf_.substr(0, found).ends_with("end");
    const size_t line_end = rest.starts_with("\r\n") ? 2 : rest.starts_with('\n') || rest.starts_with('\r') ? 1 : 0;
    if (ends || line_end == 0) continue;
    const size_t first = std::max(looked_, found > kMaxDictionary ? found - kMaxDictionary : 0);
    const std::string_view before = pdf_.substr(first, found - first);
    const size_t object = before.rfind("obj");
    out.dictionary = object == std::string_view::npos ? before : before.substr(object + 3);
    out.data = behind + line_end;
    looked_ = behind;
    return true;
  }
  return false;
}

std::vector<std::string_view> filters_of(std::string_view dictionary) {
  std::vector<std::string_view> out;
  std::string_view value = value_of(dictionary, "/Filter");
  if (value.starts_with('['))
    value.remove_prefix(1);
  else
    return value.starts_with('/') ? std::vector{take_name(value)} : out;
  for (std::string_view name = take_name(value); !name.empty() && out.size() < kMostFilters; name = take_name(value)) {
    out.push_back(name);
  }
  return out;
}

bool is_flate_only(const std::vector<std::string_view>& filters) {
  return !filters.empty() && std::all_of(filters.begin(), filters.end(),
                                         [](std::string_view name) { return name == "FlateDecode" || name == "Fl"; });
}

std::string unpack(std::string_view data, size_t times, size_t most) {
  std::string out;
  FlateChain().run(data, times, [&](std::string_view piece, std::uint64_t) {
    out.append(piece.substr(0, most - out.size()));
    return out.size() < most;
  });
  return out;
}

StreamFindings look_at_streams(std::string_view pdf, const Budget& budget) {
  StreamFindings out;
  StreamScanner scanner(pdf);
  RawStream stream;
  FlateChain chain;
  size_t end = 0;  // of the stream, by its keyword: looked for once a stretch of the file
  while (scanner.next(stream)) {
    const std::vector<std::string_view> filters = filters_of(stream.dictionary);
    if (filters.empty() || is_picture(stream.dictionary)) continue;
    for (const std::string_view name : filters) {
      const bool known = std::find(kFilters.begin(), kFilters.end(), name) != kFilters.end();
      if (!known && out.unknown_filter.empty()) out.unknown_filter = name;
    }
    if (!is_flate_only(filters)) continue;
    if (end < stream.data) end = std::min(pdf.find("endstream", stream.data), pdf.size());
    const bool small = filters.size() == 1 && (end - stream.data) * kBestRatio < kRatioFree;
    if (small) {
      scanner.skip_to(end);
      continue;
    }
    std::uint64_t unpacked = 0;
    const size_t used =
        chain.run(pdf.substr(stream.data), filters.size(), [&](std::string_view piece, std::uint64_t consumed) {
          unpacked += piece.size();
          return budget.check_ratio(consumed, unpacked) == LimitHit::none;
        });
    if (budget.check_ratio(used, unpacked) != LimitHit::none) out.bombs.push_back(stream.data);
    scanner.skip_to(stream.data + used);
  }
  return out;
}

}  // namespace postern::extract::pdf
