// The pixels that a metafile draws, each bitmap as a file that the readers of pictures know: BMP, or what was packed
// into it (PNG, JPEG, ...).
//
// Left out are those that were there before, byte for byte, and icons and lines: with a side shorter than kLeastSide,
// or both shorter than twice that. left_some() tells of lines long enough to be a strip of a larger picture. What is
// kept is at most twice as large as the metafile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace postern::extract {

class Pictures {
 public:
  // Some programs cut one picture into hundreds of strips.
  static constexpr size_t kMost = 64;
  static constexpr std::uint32_t kLeastSide = 8;

  // A device-independent bitmap ([MS-WMF] 2.2.2.9): its header with the colours, and its pixels.
  void add_dib(std::string_view header, std::string_view pixels);
  // The same in one piece: the header says where the pixels begin.
  void add_packed_dib(std::string_view dib);
  // An EmfPlusImage object ([MS-EMFPLUS] 2.2.1.4): a file, pixels, or another metafile.
  void add_plus_image(std::string_view object);

  std::vector<std::string> take() { return std::move(kept_); }
  // Whether there are any that take() does not give: too many, or pixels in a form that no file has.
  bool left_some() const { return left_some_; }
  void leave_one() { left_some_ = true; }

 private:
  bool shows_letters(std::uint32_t width, std::uint32_t height);
  void keep(std::string file);

  std::vector<std::string> kept_;
  bool left_some_ = false;
};

}  // namespace postern::extract
