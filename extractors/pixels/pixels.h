// What stands in the pixels of a picture: bar codes of every kind (QR, Data Matrix, Aztec, PDF417, the linear ones) as
// Place::barcode, and, in the module that has Tesseract, letters as Place::image_text. The locator names the page of a
// TIFF or the frame of a picture that moves where there are several.
//
// Two modules (modules.h) are built from this folder: `codes` without Tesseract, `ocr` with it. The languages that
// `ocr` looks for come by the environment (kOcrLanguages), since a module takes no symbol from the program.
//
// A picture is decoded only when its header promises at most kMostPixels, page by page; else it ends `limit`. A JPEG of
// a telephone may have kMostJpegPixels and is then decoded at half, a quarter or an eighth of its size. `codes`
// leaves what it cannot decode alone, larger HEIF and any once half of the message's time is gone: the part says
// `not-ocred` anyway. `ocr` calls what it cannot decode `partial`.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

// An A3 scan at 400 dpi has 31 million; in colours this many take 160 MB of a reader's 512.
inline constexpr std::uint64_t kMostPixels = 40'000'000;
inline constexpr std::uint64_t kMostJpegPixels = 200'000'000;   // libjpeg makes a smaller picture of it by itself
inline constexpr std::uint64_t kMostPixelsInAll = 400'000'000;  // of all pages of one picture: 46 of A4 at 300 dpi
inline constexpr unsigned kMostPages = 200;                     // of one TIFF or GIF that are decoded
// CPU time, of one picture's page; a full page of text takes Tesseract one to three seconds.
inline constexpr std::chrono::milliseconds kMostOcrTime{8'000};
// "eng", "eng+deu": names of Tesseract's data.
inline constexpr char kOcrLanguages[] = "POSTERN_OCR_LANGUAGES";
// Grey pixels of our own: "P5 WIDTH HEIGHT 255\n" and a byte a pixel. The name of such a source is its locator.
inline constexpr std::string_view kGreyType = "image/x-portable-graymap";

std::shared_ptr<Extractor> make_pixel_extractor();

}  // namespace postern::extract
