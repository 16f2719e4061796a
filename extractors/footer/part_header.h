// What the header of a part has to say once the part is UTF-8 in another transfer encoding.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/footer/body_parts.h"
#include "message/body_edit.h"

namespace postern::extract {

struct HeaderEdit {
  std::vector<BodySplice> splices;   // offsets into the message; of parts that are not the root
  std::vector<HeaderChange> fields;  // of the root
};

// `encoding` is "quoted-printable" or "base64". Nothing when the fields are written in a way that cannot be changed
// without doubt.
std::optional<HeaderEdit> declare_utf8(std::string_view message, const BodyPart& part, std::string_view encoding);

// `value` of a Content-Type with charset=utf-8 in place of its charset, all else as it stands.
std::optional<std::string> with_utf8(std::string_view value);

}  // namespace postern::extract
