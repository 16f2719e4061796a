// SQLite databases: the rows of every table, and the statements that made the schema.
//
// Read by the library, from memory and without writing (sqlite3_deserialize). The schema is nobody's to trust: no view,
// no trigger, no virtual table and no function but the harmless ones runs, and a schema that is damaged in parts is
// read in parts. Rows are Place::cell, fields by tab under a line of their names, the table as locator; statements are
// Place::connection. Bytes (BLOB) that are a file by their signature, or a text of several lines, become children named
// "table.field"; of others the letters are given. Outcomes: `complete`; `malformed` when a table or the schema is
// damaged (the rest is read), or there are more rows than the file has room for; `limit` past the constants below;
// `timeout`. Not read: what is deleted and still in the file, and what stands in a log beside it (-wal).
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "extractors/extractor.h"

namespace postern::extract {

inline constexpr std::string_view kSqliteType = "application/vnd.sqlite3";
inline constexpr std::size_t kMostDatabaseTables = 10'000;  // large programs have some hundred
inline constexpr std::size_t kMostDatabaseFiles = 1'000;    // that become children

std::shared_ptr<Extractor> make_sqlite_extractor();

}  // namespace postern::extract
