// The pixels that a metafile draws, each bitmap as a file that the readers of pictures know: BMP, or what was packed
// into it (PNG, JPEG, ...).
//
// Left out are those that were there before, byte for byte, and those with a side shorter than kLeastSide, which show
// no letter. What is kept is at most as large as the metafile and its headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace postern::extract {

class Pictures {
 public:
  // Some programs cut one picture into hundreds of strips.
  static constexpr size_t kMost = 64;
  static constexpr std::uint32_t kLeastSide = 16;

  // A device-independent bitmap ([MS-WMF] 2.2.2.9): its header with the colours, and its pixels.
  void add_dib(std::string_view header, std::string_view pixels);
  // The same in one piece: the header says where the pixels begin.
  void add_packed_dib(std::string_view dib);
  // An EmfPlusImage object ([MS-EMFPLUS] 2.2.1.4): a file, pixels, or another metafile.
  void add_plus_image(std::string_view object);

  std::vector<std::string> take() { return std::move(kept_); }
  // Whether there are any that take() does not give: too many, or pixels in a form that no file has.
  bool left_some() const { return left_some_; }

 private:
  void keep(std::string file);

  std::vector<std::string> kept_;
  std::unordered_set<size_t> known_;  // hashes
  bool left_some_ = false;
};

}  // namespace postern::extract
