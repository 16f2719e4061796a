// The vocabularies that pictures share for what is said about them, each a reader of its own bounded view:
//
//   Exif       a TIFF structure of tags (TIFF 6.0 section 2, BigTIFF, Exif 2.32 section 4.6); of TIFF files themselves
//   too XMP        XML (ISO 16684-1) IPTC       data sets of records (IPTC-NAA IIM 4.2, chapter 3) Photoshop  a list of
//   resources that hold the others
//
// Texts are given as Place::property, what people write to each other as Place::comment, with the name of the tag as
// locator. Coordinates, numbers and thumbnails are not read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "extractors/ole/reading.h"

namespace postern::extract::image {

// Of one picture, all vocabularies together. Tags may share their bytes, so that the size of the file bounds nothing.
inline constexpr size_t kMostMetadataBytes = 8 << 20;
inline constexpr size_t kMostTags = 20'000;       // of one Exif structure; a TIFF of 1,000 pages has some 20 a page
inline constexpr size_t kMostDirectories = 4096;  // pages and directories of one Exif structure

class Metadata {
 public:
  explicit Metadata(ole::Reading& reading) : reading_(reading) {}

  // UTF-8, or in doubt what its bytes most likely are; blanks and NULs at its ends are dropped.
  void text(Place place, std::string_view at, std::string_view bytes);
  void exif(std::string_view tiff);
  void xmp(std::string_view xml);
  void iptc(std::string_view data_sets);
  void photoshop(std::string_view resources);

  // No more is taken: the limit of metadata, or of the message, was reached.
  bool full();
  // Counts a tag; false when there are too many.
  bool take_tag();

  ole::Reading& reading() { return reading_; }

 private:
  // What may be looked at of `bytes`; counted, because any number of tags may point at the same ones.
  std::string_view granted(std::string_view bytes);

  ole::Reading& reading_;
  size_t taken_ = 0;  // bytes of texts and of structures that hold them
  size_t tags_ = 0;
  int nesting_ = 0;  // Exif may hold Photoshop's resources and these Exif
};

}  // namespace postern::extract::image
