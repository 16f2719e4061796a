#include "extractors/xls/records.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"

namespace postern::extract::xls {

namespace {

constexpr unsigned kContinue = 0x003C;
constexpr size_t kHeader = 4;

}  // namespace

std::optional<Record> RecordReader::next() {
  if (stream_.size() - at_ < kHeader) return std::nullopt;
  Record out;
  out.id = le16(stream_, at_);
  out.at = at_;
  unsigned id = 0;
  do {
    const size_t size = le16(stream_, at_ + 2);
    const std::string_view piece = stream_.substr(at_ + kHeader, size);
    if (piece.size() < size) cut_ = true;
    out.pieces.push_back(piece);
    at_ += kHeader + piece.size();
    id = stream_.size() - at_ >= kHeader ? le16(stream_, at_) : 0;
  } while (id == kContinue);
  return out;
}

std::string_view PieceReader::rest() {
  while (piece_ < pieces_.size() && at_ >= pieces_[piece_].size()) {
    piece_++;
    at_ = 0;
  }
  return piece_ < pieces_.size() ? pieces_[piece_].substr(at_) : std::string_view();
}

bool PieceReader::at_end() {
  return rest().empty();
}

std::uint64_t PieceReader::number(unsigned width) {
  std::uint64_t out = 0;
  for (unsigned i = 0; i < width; i++) {
    const std::string_view bytes = rest();
    if (bytes.empty()) break;
    out |= std::uint64_t{static_cast<unsigned char>(bytes[0])} << (8 * i);
    at_++;
  }
  return out;
}

void PieceReader::skip(std::uint64_t bytes) {
  while (bytes > 0) {
    const std::string_view here = rest();
    if (here.empty()) return;
    const std::uint64_t step = std::min<std::uint64_t>(bytes, here.size());
    at_ += step;
    bytes -= step;
  }
}

std::string PieceReader::characters(std::uint64_t count, bool wide) {
  std::string utf16;
  while (count > 0) {
    if (piece_ < pieces_.size() && at_ >= pieces_[piece_].size()) {
      const bool is_last = piece_ + 1 >= pieces_.size();
      if (is_last) break;
      wide = (number(1) & 1) != 0;  // of the next piece
    }
    const std::string_view here = rest();
    if (here.empty()) break;
    if (!wide) {
      const std::uint64_t take = std::min<std::uint64_t>(count, here.size());
      for (const char c : here.substr(0, take)) utf16 += {c, '\0'};
      at_ += take;
      count -= take;
    } else {
      const std::uint64_t take = std::min<std::uint64_t>(count, here.size() / 2);
      if (take == 0) {  // half a character at the end of a piece
        at_ += here.size();
        continue;
      }
      utf16 += here.substr(0, take * 2);
      at_ += take * 2;
      count -= take;
    }
  }
  return utf16le_to_utf8(utf16);
}

std::string PieceReader::string(unsigned width) {
  return string_of(number(width));
}

std::string PieceReader::string_of(std::uint64_t count) {
  const std::uint64_t flags = number(1);
  const std::uint64_t runs = (flags & 8) != 0 ? number(2) : 0;
  const std::uint64_t extra = (flags & 4) != 0 ? number(4) : 0;
  std::string out = characters(count, (flags & 1) != 0);
  skip(runs * 4 + extra);
  return out;
}

}  // namespace postern::extract::xls
