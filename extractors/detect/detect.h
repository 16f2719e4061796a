// Detection's own needs around detect_type() (extractors/file_type.h).
//
// Order: a table of signatures for all that Postern reads, with a look inside
// the two container formats that many programs share (zip, OLE2); then text in
// any charset, told apart by how it begins; then libmagic for the rest, so that
// rules can ask for drawings or databases by type. The name breaks ties.
#pragma once

namespace postern::extract {

// Loads libmagic's tables for the calling thread. Called once before the sandbox closes; without it the first
// unknown file loads them, which needs the file. Does nothing when the tables are missing: such files then
// stay application/octet-stream.
void detect_warm_up();

}  // namespace postern::extract
