// One MIME entity and the ways in which mail programs would read it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "extractors/mail/header.h"
#include "extractors/mail/parameters.h"
#include "extractors/mail/transfer.h"

namespace postern::extract {

// One way to read an entity.
struct EntityReading {
  Parameterised type;  // value "text/plain" when the header says nothing or nonsense
  bool type_declared = false;
  TransferEncoding encoding = TransferEncoding::identity;
  std::string_view body;
};

struct Entity {
  Header header;
  Parameterised disposition;            // of the first Content-Disposition
  std::vector<EntityReading> readings;  // at least one; the first is what most programs take
  std::string doubt;                    // why there are more, one sentence; empty when there is one
};

// Types of one entity that are read: of more Content-Type fields the first ones, and the last one, which is what
// programs take that let a later field win.
inline constexpr size_t kMostTypes = 4;
// Readings of one entity: every type with every encoding, doubled by a broken header.
inline constexpr size_t kMostReadings = 40;

// `default_type` is what an entity without Content-Type is: "message/rfc822" inside multipart/digest
// (RFC 2046 5.1.5), else "text/plain".
Entity parse_entity(std::string_view bytes, HeaderOf of, std::string_view default_type);

inline bool is_multipart(const EntityReading& reading) {
  return reading.type.value.starts_with("multipart/");
}

}  // namespace postern::extract
