// Records of binary workbooks ([MS-XLSB] 2.1.4): a type and a size of seven bits a byte, then the payload.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "extractors/ooxml/document.h"

namespace postern::extract::ooxml {

inline constexpr size_t kMaxRecord = 1 << 20;  // a string of 32,767 characters with its formats takes 400 KiB

// Reads fields in the order in which they stand. Past the end everything is 0 or empty, and good() is false.
class RecordFields {
 public:
  explicit RecordFields(std::string_view payload) : rest_(payload) {}

  std::uint64_t number(size_t bytes);  // little endian, at most 8
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  double real();
  double rk();         // 2.5.122: a number in four bytes
  std::string text();  // XLWideString and XLNullableWideString, to UTF-8
  void skip(size_t bytes);
  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

// UTF-16LE to UTF-8; lone surrogates become U+FFFD.
std::string wide_to_utf8(std::string_view bytes);

// Strings that a record of a kind that nobody reads seems to hold: a count of characters, then as many that print.
std::string record_strings(std::string_view payload);

// Streams the records of a part through `handler(type, payload)`; longer ones than kMaxRecord are cut there, and the
// document is then not complete. False when there is no such part.
template <typename Handler>
bool scan_records(Document& document, const std::string& part, Handler&& handler) {
  return document.scan_bytes(part, [&](XmlInput& input) {
    std::string payload;
    const auto byte = [&]() -> int {
      char c = 0;
      return input.read(&c, 1) == 1 ? static_cast<unsigned char>(c) : -1;
    };
    while (!document.stopped()) {
      std::uint32_t type = 0, size = 0;
      int got = byte();
      if (got < 0) return true;
      type = static_cast<std::uint32_t>(got);
      if ((type & 0x80) != 0) {
        got = byte();
        if (got < 0) return false;
        type = (type & 0x7F) | static_cast<std::uint32_t>(got & 0x7F) << 7;
      }
      for (unsigned shift = 0; shift < 28; shift += 7) {
        got = byte();
        if (got < 0) return false;
        size |= static_cast<std::uint32_t>(got & 0x7F) << shift;
        if ((got & 0x80) == 0) break;
      }
      payload.resize(std::min<size_t>(size, kMaxRecord));
      size_t filled = 0;
      while (filled < payload.size()) {
        const size_t n = input.read(payload.data() + filled, payload.size() - filled);
        if (n == 0) break;
        filled += n;
      }
      handler(type, std::string_view(payload).substr(0, filled));
      if (filled < payload.size()) return false;
      if (size > payload.size()) {
        document.incomplete("a record of more than " + std::to_string(kMaxRecord) + " bytes was read up to there");
        for (size_t left = size - payload.size(); left > 0;) {
          const size_t n = input.read(payload.data(), std::min(left, payload.size()));
          if (n == 0) return false;
          left -= n;
        }
      }
    }
    return true;
  });
}

}  // namespace postern::extract::ooxml
