#include "extractors/ooxml/records.h"

#include <algorithm>
#include <cstring>

#include "extractors/xml/code_point.h"

namespace postern::extract::ooxml {

std::uint64_t RecordFields::number(size_t bytes) {
  if (rest_.size() < bytes) {
    good_ = false;
    rest_ = {};
    return 0;
  }
  std::uint64_t out = 0;
  for (size_t i = 0; i < bytes; i++) {
    out |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
  }
  rest_.remove_prefix(bytes);
  return out;
}

double RecordFields::real() {
  const std::uint64_t bits = number(8);
  double out = 0;
  std::memcpy(&out, &bits, sizeof out);
  return out;
}

double RecordFields::rk() {
  const std::uint32_t bits = u32();
  double out = 0;
  if ((bits & 2) != 0) {
    out = static_cast<double>(static_cast<std::int32_t>(bits) >> 2);
  } else {
    const std::uint64_t wide = static_cast<std::uint64_t>(bits & ~3U) << 32;
    std::memcpy(&out, &wide, sizeof out);
  }
  return (bits & 1) != 0 ? out / 100 : out;
}

std::string RecordFields::text() {
  const std::uint32_t count = u32();
  constexpr std::uint32_t kNull = 0xFFFFFFFF;
  if (!good_ || count == kNull) return "";
  const size_t bytes = std::min<size_t>(rest_.size(), size_t{count} * 2) & ~size_t{1};
  if (bytes < size_t{count} * 2) good_ = false;
  std::string out = wide_to_utf8(rest_.substr(0, bytes));
  rest_.remove_prefix(bytes);
  return out;
}

void RecordFields::skip(size_t bytes) {
  if (rest_.size() < bytes) good_ = false;
  rest_.remove_prefix(std::min(bytes, rest_.size()));
}

std::string wide_to_utf8(std::string_view bytes) {
  std::string out;
  const auto unit = [&](size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) |
           static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8;
  };
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t code = unit(i);
    if (code >= 0xD800 && code <= 0xDFFF) {
      const std::uint32_t low = code <= 0xDBFF && i + 3 < bytes.size() ? unit(i + 2) : 0;
      if (low >= 0xDC00 && low <= 0xDFFF) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      } else {
        code = 0xFFFD;
      }
    }
    append_utf8(out, code);
  }
  return out;
}

std::string record_strings(std::string_view payload) {
  constexpr size_t kLongest = 32'767, kShortest = 2;
  std::string out;
  for (size_t i = 0; i + 4 < payload.size();) {
    const std::uint32_t count = RecordFields(payload.substr(i)).u32();
    const size_t bytes = size_t{count} * 2;
    bool text = count >= kShortest && count <= kLongest && payload.size() - i - 4 >= bytes;
    for (size_t k = 0; text && k < bytes; k += 2) {
      const auto low = static_cast<unsigned char>(payload[i + 4 + k]);
      const auto high = static_cast<unsigned char>(payload[i + 4 + k + 1]);
      text = high != 0xFF && (high != 0 || low >= ' ' || low == '\n' || low == '\r' || low == '\t');
    }
    if (!text) {
      i++;
      continue;
    }
    out += wide_to_utf8(payload.substr(i + 4, bytes)) + "\n";
    i += 4 + bytes;
  }
  return out;
}

}  // namespace postern::extract::ooxml
