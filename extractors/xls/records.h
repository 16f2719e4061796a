// Records of a binary workbook ([MS-XLS] 2.1.4) and the strings in them.
//
// A record is cut into pieces of at most 8,224 bytes: itself and the CONTINUE records behind it. A string
// that goes on in the next piece begins there with a byte that says anew whether its characters take one byte or two.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace postern::extract::xls {

struct Record {
  unsigned id = 0;
  size_t at = 0;  // where it stands in the stream
  std::vector<std::string_view> pieces;

  std::string_view first() const { return pieces.front(); }
};

class RecordReader {
 public:
  explicit RecordReader(std::string_view stream) : stream_(stream) {}
  // nullopt at the end. A record that is cut short has what there is of it.
  std::optional<Record> next();
  bool cut() const { return cut_; }

 private:
  std::string_view stream_;
  size_t at_ = 0;
  bool cut_ = false;
};

// Reads fields across the pieces of a record; past the end everything is zero and empty.
class PieceReader {
 public:
  explicit PieceReader(const std::vector<std::string_view>& pieces) : pieces_(pieces) {}

  std::uint64_t number(unsigned width);
  void skip(std::uint64_t bytes);
  bool at_end();
  // `count` characters of UTF-16 or of its lower bytes.
  std::string characters(std::uint64_t count, bool wide);
  // XLUnicodeRichExtendedString (2.5.293) behind a length of `width` bytes; formats and readings are left out.
  std::string string(unsigned width);
  // The same without a length of its own.
  std::string string_of(std::uint64_t count);

 private:
  std::string_view rest();

  const std::vector<std::string_view>& pieces_;
  size_t piece_ = 0;
  size_t at_ = 0;
};

}  // namespace postern::extract::xls
