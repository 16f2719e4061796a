// Reader of Outlook's .msg files ([MS-OXMSG]): a MAPI message in a compound file, told by mapi.h.
//
// A message inside the message becomes a child of the same type; its bytes are the message written as TNEF, with the
// names of its properties, which the storage alone does not have. Outcomes: `malformed` when the compound file
// is damaged or holds no message.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kMsgType = "application/vnd.ms-outlook";

std::shared_ptr<Extractor> make_msg_extractor();

}  // namespace postern::extract
