// Office drawings: texts of shapes and pictures in the records of [MS-ODRAW], as doc and ppt hold them.
#pragma once

#include <cstdint>
#include <string_view>

#include "extractors/story/teller.h"

namespace postern::extract {

// A record: 8 bytes of head, then its content ([MS-ODRAW] 2.2.1; [MS-PPT] 2.3.1 is the same).
struct Record {
  std::uint16_t type = 0;
  std::uint16_t instance = 0;
  bool container = false;  // the content is records
  std::string_view content;
  std::uint32_t size = 0;  // that the head claims; more than `content` has when the file is cut

  bool whole() const { return content.size() == size; }
};

inline constexpr size_t kRecordHead = 8;

// The record at the beginning of `bytes`; its content is cut to what there is. False when not even a head is there.
bool read_record(std::string_view bytes, Record& record);

// Texts among a shape's properties (types 0xF00B, 0xF121, 0xF122): names and descriptions (alternative texts), WordArt,
// links. True when the record was one of these.
bool tell_shape(Teller& teller, std::string_view at, const Record& record);

// Hands out a picture record (0xF01A to 0xF02A) as a child, unpacked. True when the record was one.
bool tell_picture(Teller& teller, const Record& record);

// All shapes and pictures in a drawing's records, at any depth. Pictures may stand elsewhere, in `delayed`.
void tell_drawing(Teller& teller, std::string_view at, std::string_view records, std::string_view delayed = {});

}  // namespace postern::extract
