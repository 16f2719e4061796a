// SQLite's write-ahead log, written in one call for each page.
//
// SQLite writes a page to its log with two calls, one for the frame's header and one for the page, and a group of held
// mail has some eighty pages. Here the header of a frame waits for its page, and both go to the file together.
//
// Nothing waits longer than that: frames of a transaction that is rolled back later are in the file as they would be
// without this, so another connection that writes over them meets nothing of ours, and a write that fails is the
// failure of that frame.
//
// After sqlite.org/vfs.html and section 4.2 of sqlite.org/fileformat2.html. Files other than logs are left to the
// system below as they are.
#pragma once

#include <string_view>

namespace postern::store {

// The name of the file system that join_log_writes() adds.
inline constexpr std::string_view kJoiningVfs = "postern";

// Registers, once in a process, a file system of SQLite above the default one and makes it the default. Before the
// first connection is opened, after sqlite3_config. Gives SQLite's result code; when that is not SQLITE_OK, the
// default stays as it was and each page takes two calls.
int join_log_writes();

}  // namespace postern::store
