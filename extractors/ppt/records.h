// Types of the records of a PowerPoint document that hold what people read ([MS-PPT] 2.13.24).
#pragma once

#include <cstdint>

namespace postern::extract::ppt {

enum RecordType : std::uint16_t {
  kDocument = 0x03E8,
  kSlide = 0x03EE,
  kNotes = 0x03F0,
  kSlideReference = 0x03F3,  // SlidePersistAtom
  kMaster = 0x03F8,
  kSlideShowInfo = 0x03F9,
  kOutlineReference = 0x0F9E,
  kTextHeader = 0x0F9F,
  kWideText = 0x0FA0,
  kNarrowText = 0x0FA8,
  kString = 0x0FBA,
  kHandout = 0x0FC9,
  kLink = 0x0FD7,
  kHeadersFooters = 0x0FD9,
  kSlideList = 0x0FF0,
  kUserEdit = 0x0FF5,
  kStorage = 0x1011,  // an OLE object or a project of macros
  kDirectory = 0x1772,
  kComment = 0x2EE0,
  kCryptSession = 0x2F14,
};

}  // namespace postern::extract::ppt
