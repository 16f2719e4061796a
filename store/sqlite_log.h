// SQLite's write-ahead log, written in few calls for each sync.
//
// SQLite writes a page to its log with two calls, one for the frame's header and one for the page, and a group of held
// mail has some eighty pages. What is written to the log in one piece is gathered in memory here and goes to the file
// when SQLite syncs it, reads in it, cuts it, asks how long it is, or when 120 KiB wait.
//
// Nothing is said to be stored earlier than without it: with `synchronous=FULL` SQLite syncs the log before a commit
// returns and before other connections are told of the new frames, and a write that fails then fails that sync.
// Without it (NORMAL, OFF) other connections could be told of frames that still wait: do not use it there.
//
// After sqlite.org/vfs.html and section 4.2 of sqlite.org/fileformat2.html. Files other than logs are left to the
// system below as they are.
#pragma once

#include <string_view>

namespace postern::store {

// The name of the file system that `gather_log_writes` adds.
inline constexpr std::string_view kGatheringVfs = "postern";

// Registers, once in a process, a file system of SQLite above the default one and makes it the default. Before the
// first connection is opened, after sqlite3_config. Gives SQLite's result code; when that is not SQLITE_OK, the
// default stays as it was and logs are written in many calls.
int gather_log_writes();

}  // namespace postern::store
