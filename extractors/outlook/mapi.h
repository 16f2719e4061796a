// MAPI messages: the properties that TNEF, .msg and .pst files hold, and how they are told.
//
// [MS-OXPROPS], [MS-OXCMSG]. The readers of the three formats fill a MapiMessage; tell_message() gives its text to
// the sink: subject, bodies in every form, headers, recipients, every other property that holds text, and the
// attachments as children. Bodies are children too, read as those of mails are.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"

namespace postern::extract {

enum class MapiType : std::uint16_t {
  int16 = 0x0002,
  int32 = 0x0003,
  float32 = 0x0004,
  float64 = 0x0005,
  currency = 0x0006,
  app_time = 0x0007,
  error = 0x000A,
  boolean = 0x000B,
  object = 0x000D,
  int64 = 0x0014,
  string8 = 0x001E,
  unicode = 0x001F,
  time = 0x0040,
  guid = 0x0048,
  binary = 0x0102,
};
// The bit of a type that has several values.
inline constexpr std::uint16_t kMultiValued = 0x1000;

struct MapiProperty {
  std::uint16_t id = 0;    // 0x8000 and above: named
  std::uint16_t type = 0;  // MapiType, without kMultiValued
  std::string name;        // of a named property: its string, or "8208" for a numbered one
  std::vector<std::string_view> values;

  bool is(MapiType wanted) const { return type == static_cast<std::uint16_t>(wanted); }
};

struct MapiObject {
  std::vector<MapiProperty> properties;

  const MapiProperty* find(std::uint16_t id) const;
  std::uint32_t number(std::uint16_t id, std::uint32_t otherwise) const;
};

struct MapiAttachment : MapiObject {
  std::optional<std::string_view> data;
  // The content when it is made only when it is read: data of a size that counts, a message or document inside.
  Produce embedded;
  std::string embedded_type;  // read_as of `embedded`, empty: by its bytes
};

struct MapiMessage : MapiObject {
  std::vector<MapiObject> recipients;
  std::vector<MapiAttachment> attachments;
  std::uint32_t code_page = 0;      // of strings of eight bits, when the format says so
  std::string damage;               // what could not be read, one sentence; empty when all could
  std::deque<std::string> storage;  // what values point to when they do not point into the file
};

// Property ids that readers look at.
namespace mapi {
inline constexpr std::uint16_t kSubject = 0x0037, kHeaders = 0x007D, kBody = 0x1000, kRtf = 0x1009, kHtml = 0x1013,
                               kAttachData = 0x3701, kAttachName = 0x3704, kAttachMethod = 0x3705,
                               kAttachLongName = 0x3707, kAttachType = 0x370E, kInternetCodePage = 0x3FDE,
                               kMessageCodePage = 0x3FFD;
inline constexpr std::uint32_t kMethodEmbedded = 5, kMethodOle = 6;
}  // namespace mapi

Ending tell_message(const MapiMessage& message, Sink& sink);

// The text of one value of a string property as UTF-8, without trailing zeros.
std::string mapi_text(const MapiProperty& property, std::string_view value, std::uint32_t code_page);

}  // namespace postern::extract
