// Reader of Outlook data files (.pst, .ost, .pab; [MS-PST]): own, bounds-checked, from memory.
//
// The store's and the folders' names and properties are text of the file. Every message is a child, read as a .msg file
// is, under the name "Inbox/Projects/its subject.msg", whatever table lists it: the nodes themselves are gone through,
// folder by folder. Then come those in no folder, and those that were deleted and whose blocks nothing has been
// written over, under "(deleted) ".
//
// A password of such a file is a checksum that programs ask for; it keeps nothing from being read.
//
// Outcomes: `encrypted` when the blocks are (Windows Information Protection); `malformed` when the head or the
// indexes are damaged, what they still lead to being read; `limit` when blocks are used again and again.
#pragma once

#include <memory>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kPstType = "application/vnd.ms-outlook-pst";

std::shared_ptr<Extractor> make_pst_extractor();

}  // namespace postern::extract
