#include "extractors/wrapper/hex_dump.h"

#include <algorithm>
#include <optional>

namespace postern::extract {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kRow = 16;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char low = static_cast<char>(c | 0x20);
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

size_t hex_digits(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return hex_value(c) < 0; });
  return static_cast<size_t>(end - text.begin());
}

struct Row {
  size_t offset = 0;
  size_t octal = 0;  // the offset as `od` counts
  std::string bytes;
};

// "00000010: 6f6e 6c79  only", "00000010  6f 6e 6c 79  |only|", "0000010 6e6f 796c".
std::optional<Row> row_of(std::string_view line) {
  constexpr size_t kLeastOffset = 7, kMostOffset = 16, kWordOffset = 7;
  const size_t digits = hex_digits(line);
  if (digits < kLeastOffset || digits > kMostOffset) return std::nullopt;
  Row row;
  for (const char c : line.substr(0, digits)) {
    row.offset = row.offset << 4 | static_cast<size_t>(hex_value(c));
    row.octal = row.octal << 3 | static_cast<size_t>(hex_value(c) & 7);
  }
  line.remove_prefix(digits);
  const bool colon = line.starts_with(':');
  if (colon) line.remove_prefix(1);
  bool words = digits == kWordOffset && !colon;  // of 16 bits, the low byte first
  while (row.bytes.size() < kRow) {
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    // Behind two blanks stands the column of letters, except in the middle of a row of `hexdump -C`.
    if (blanks == 0 || (blanks > 1 && !row.bytes.empty() && (colon || row.bytes.size() != kRow / 2))) break;
    const std::string_view group = line.substr(blanks, hex_digits(line.substr(blanks)));
    if (group.empty() || group.size() % 2 != 0 || group.size() > kRow * 2) break;
    const std::string_view behind = line.substr(blanks + group.size());
    if (!behind.empty() && behind.front() != ' ') break;
    std::string bytes = bytes_of_hex(group);
    words = words && bytes.size() == 2;
    if (words) std::swap(bytes[0], bytes[1]);
    row.bytes += bytes;
    line = behind;
  }
  return row;
}

bool is_of_list(char c) {
  return hex_value(c) >= 0 || c == ',' || c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 'x' || c == 'X';
}

}  // namespace

size_t next_number_list(std::string_view text, size_t from) {
  constexpr size_t kStride = 64, kSure = 8;
  for (size_t at = (from + kStride - 1) / kStride * kStride; at + kSure <= text.size(); at += kStride) {
    const std::string_view window = text.substr(at, kSure);
    if (std::all_of(window.begin(), window.end(), is_of_list) && window.find(',') != kNone) return at;
  }
  return text.size();
}

std::string bytes_of_number_list(std::string_view text, size_t at, size_t least, size_t& end) {
  while (at > least && is_of_list(text[at - 1])) at--;
  std::string out;
  end = at;
  while (at < text.size()) {
    while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) at++;
    const std::string_view rest = text.substr(at);
    const bool hex = rest.starts_with("0x") || rest.starts_with("0X");
    unsigned value = 0;
    size_t size = hex ? 2 : 0;
    const size_t first = size;
    for (; size < rest.size() && size < first + 3; size++) {
      const int digit = hex_value(rest[size]);
      if (digit < 0 || (!hex && digit > 9)) break;
      value = value * (hex ? 16 : 10) + static_cast<unsigned>(digit);
    }
    if (size == first || value > 0xFF) break;
    out.push_back(static_cast<char>(value));
    at += size;
    end = at;
    if (at >= text.size() || text[at] != ',') break;
    at++;
  }
  return out;
}

std::string bytes_of_hex(std::string_view digits) {
  std::string out;
  if (hex_digits(digits) != digits.size()) return out;
  out.reserve(digits.size() / 2);
  for (size_t at = 0; at + 1 < digits.size(); at += 2)
    out.push_back(static_cast<char>(hex_value(digits[at]) << 4 | hex_value(digits[at + 1])));
  return out;
}

size_t next_hex_dump(std::string_view text, size_t from) {
  constexpr std::string_view kZero = "0000000";
  for (size_t at = text.find(kZero, from); at != kNone; at = text.find(kZero, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    const auto row = row_of(text.substr(at, text.find('\n', at) - at));
    if (row && row->offset == 0 && !row->bytes.empty()) return at;
  }
  return kNone;
}

std::string bytes_of_hex_dump(std::string_view text, size_t at, size_t& end) {
  constexpr size_t kMostRepeated = 1 << 20;
  std::string out, last;
  bool star = false, octal = false;
  while (at < text.size()) {
    const size_t stop = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, stop - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line == "*" && !last.empty()) {
      star = true;
    } else {
      auto row = row_of(line);
      // Offsets in eights are known by the second row, which hexadecimal digits call the 32nd byte.
      octal = octal || (row && !star && out.size() == kRow && row->offset == 2 * kRow);
      if (row && octal) row->offset = row->octal;
      // The last line says how many bytes there are; words of 16 bits may have one more.
      if (row && row->bytes.empty() && row->offset + 1 == out.size()) out.pop_back();
      if (!row || row->offset < out.size()) break;
      if (star && row->offset <= kMostRepeated) {
        while (out.size() + last.size() <= row->offset) out += last;
      }
      if (row->offset != out.size()) break;
      star = false;
      out += row->bytes;
      last = row->bytes;
    }
    at = stop + 1;
  }
  end = std::min(at, text.size());
  return out;
}

}  // namespace postern::extract
