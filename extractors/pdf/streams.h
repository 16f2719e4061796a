// The streams of a PDF as they stand in the file, without its table of objects (ISO 32000-1 7.3.8).
//
// For what has to be known before a library gets the bytes: nothing is resolved, dictionaries are looked at as
// text. Streams whose dictionary is encrypted or that are packed by other filters than Flate are seen, not unpacked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"

namespace postern::extract::pdf {

struct RawStream {
  std::string_view dictionary;  // what stands between "obj" and "stream"
  size_t data = 0;              // offset of the first byte
};

// Goes from stream to stream; each byte is looked at a bounded number of times.
class StreamScanner {
 public:
  explicit StreamScanner(std::string_view pdf) : pdf_(pdf) {}
  bool next(RawStream& out);
  // Nothing before this offset is a stream any more.
  void skip_to(size_t offset) { at_ = offset > at_ ? offset : at_; }

 private:
  std::string_view pdf_;
  size_t at_ = 0;
  size_t looked_ = 0;  // dictionaries begin behind it
};

// The filters of a stream's dictionary in order, names without '/' (7.4). Empty when they stand elsewhere.
std::vector<std::string_view> filters_of(std::string_view dictionary);

// True for Flate alone or several times over, by either name.
bool is_flate_only(const std::vector<std::string_view>& filters);

// Unpacks a stream of `times` Flate filters, at most `most` bytes. What is damaged ends what is returned.
std::string unpack(std::string_view data, size_t times, size_t most);

struct StreamFindings {
  std::vector<size_t> bombs;   // offsets of the data of streams that unpack past the ratio of the limits
  std::string unknown_filter;  // the first filter that ISO 32000 does not know, pictures aside; "" when none
};

// Looks at every stream. Pictures are not: nothing here unpacks them.
StreamFindings look_at_streams(std::string_view pdf, const Budget& budget);

}  // namespace postern::extract::pdf
