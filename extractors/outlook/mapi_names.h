// What MAPI properties are called and where their text belongs.
#pragma once

#include <cstdint>
#include <string>

#include "extractors/outlook/mapi.h"
#include "message/words.h"

namespace postern::extract {

struct MapiLabel {
  Place place = Place::property;
  std::string at;      // "sender-name", "location", "0x3A1C" for unknown ones
  bool noise = false;  // says nothing: kinds of addresses, classes of forms
};

MapiLabel label_of(const MapiProperty& property);

// True for a time that people see: sent, start, end, due, birthday.
bool is_shown_time(const MapiProperty& property);

}  // namespace postern::extract
