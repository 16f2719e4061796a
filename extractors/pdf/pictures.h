// The pictures on pages, given to a reader of pixels (pixels/pixels.h): codes, and letters where those are wanted.
//
// Texts have the locator "p. 4, image 2", counted as the page draws them. Icons are left out: less than kIconSide
// pixels in both directions, or less than kLeastSide in one, unless they are of two tones, as codes are.
//
// Without letters the part carries `not-ocred` once it has a picture, and nothing else is said of pictures that cannot
// be decoded, are too large or too many, or come too late: as of attached ones. With letters those end it `partial` or
// `limit`.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/pdf/page_reader.h"
#include "extractors/registry.h"

namespace postern::extract::pdf {

inline constexpr int kIconSide = 64;
inline constexpr int kLeastSide = 8;
// CPU time for the codes in one PDF, besides what its size explains (extractors/pdf_allowance.h).
inline constexpr std::chrono::milliseconds kMaxPictureCpu{3'000};
// The same with letters, so that the rest of a message is read as well.
inline constexpr std::chrono::milliseconds kMaxLettersCpu{6'000};

struct PicturePages {
  std::vector<int> drawn_whole;  // sorted; their pictures are read with them (scans.h)
  std::vector<int> layered;      // sorted; all their text is invisible, as programs put it over scans
};

// Pictures that only an earlier revision draws.
struct OldPictures {
  std::unique_ptr<PageReader> reader;
  std::string revision;       // before the locators: "revision 1"
  std::vector<size_t> which;  // of those that the reader has noted
};

Ending read_pictures(PageReader& reader, const PicturePages& pages, const std::vector<OldPictures>& old,
                     size_t pdf_bytes, Extractor& pixels, Ocr ocr, Sink& sink);

}  // namespace postern::extract::pdf
