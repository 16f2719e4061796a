// The archives of iWork since 2013 (`Index/Document.iwa`): protocol buffers packed by Snappy.
//
// The library of these documents knows the versions up to its own and tells what it can lay out. The texts themselves
// stand in a few kinds of messages whose numbers have not changed since: what is written, cells, comments, authors,
// links, names of tables. Layout: chunks of a zero byte, a size of three bytes (little-endian) and a Snappy block;
// unpacked, a list of archives, each a head (field 2: kind and size of its messages) and the messages.
#pragma once

#include <string_view>

#include "extractors/emitter.h"
#include "extractors/extractor.h"

namespace postern::extract::revenge {

inline constexpr std::string_view kIwaType = "application/x-iwa";

// Tells the texts of one archive: `body` - `master` when `name` is that of a master of slides -, `cell`, `comment`,
// `link`, `attribute`. `malformed` with what stands before the damage; `limit` above 64 MiB unpacked, or above
// what `budget` grants: what is unpacked is charged to it.
Ending tell_iwa(std::string_view bytes, std::string_view name, Emitter& to, Budget& budget);

}  // namespace postern::extract::revenge
