// Backend: the seam between the store and a database.
//
// The store speaks plain SQL that every backend understands: parameters `$1`,
// `$2` ... in their order of appearance, each once; integers, text and bytes; savepoints; partial
// unique indices; ON CONFLICT DO NOTHING. What differs is asked of the Dialect
// (column types, append-only guards) or hidden behind SqlConnection (how a write transaction begins,
// how errors are told apart). A backend passes tests/store/contract*_test.cpp unchanged.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace postern::store {

// One statement, prepared once a connection. `columns` says what it gives: 'i' integer, 't' text, 'b' bytes, one a
// column.
struct Sql {
  std::string_view text;
  std::string_view columns = "";
};

struct SqlBytes {
  std::string_view bytes;
};

// Views: what they name outlives the call.
using SqlValue = std::variant<std::nullptr_t, std::int64_t, std::string_view, SqlBytes>;

inline SqlValue sql_time(WallTime time) {
  return std::int64_t(time.time_since_epoch().count());
}
inline WallTime wall_time(std::int64_t ms) {
  return WallTime(std::chrono::milliseconds(ms));
}

class SqlRow {
 public:
  struct Cell {
    bool null = false;
    std::int64_t integer = 0;
    std::string text;  // text and bytes
  };

  explicit SqlRow(size_t columns) : cells_(columns) {}
  bool is_null(size_t column) const { return cells_[column].null; }
  std::int64_t integer(size_t column) const { return cells_[column].integer; }
  const std::string& text(size_t column) const { return cells_[column].text; }
  WallTime time(size_t column) const { return wall_time(cells_[column].integer); }
  Cell& cell(size_t column) { return cells_[column]; }

 private:
  std::vector<Cell> cells_;
};

// One connection, used by one thread at a time. Errors: `conflict` for a broken constraint, `unavailable` for
// disk, memory and locks, `corrupt` for a damaged file, `internal` for statements that are wrong.
class SqlConnection {
 public:
  virtual ~SqlConnection() = default;

  enum class Step {
    begin_write,  // takes the write lock at once: no transaction fails half-way for want of it
    begin_read,
    commit,
    rollback,
    savepoint,
    release_savepoint,
    rollback_savepoint,
  };
  virtual Result<void> step(Step step) = 0;

  // Runs a statement that gives no rows; the number of rows it changed.
  virtual Result<std::uint64_t> run(const Sql& sql, std::initializer_list<SqlValue> values = {}) = 0;
  virtual Result<std::vector<SqlRow>> query(const Sql& sql, std::initializer_list<SqlValue> values = {}) = 0;

  // False once disk, memory or the file failed it: the running transaction may be gone, every further statement
  // fails, and the connection is to be dropped.
  virtual bool healthy() const = 0;
};

struct Dialect {
  std::string_view bytes_type;     // of a column of bytes
  std::string_view identity_type;  // of a primary key that the database counts, never using a number twice
  // Statements that make updates and deletes of the table audit fail.
  std::vector<std::string_view> guard_audit;
};

class Backend {
 public:
  virtual ~Backend() = default;
  enum class Access { write, read };
  virtual Result<std::unique_ptr<SqlConnection>> connect(Access access) = 0;
  virtual const Dialect& dialect() const = 0;
};

struct StoreOptions;

// By the scheme of the URL; checks the place it names. Failures as of Store::open().
Result<std::unique_ptr<Backend>> make_backend(const StoreOptions& options);
Result<std::unique_ptr<Backend>> make_sqlite_backend(const std::string& path, const StoreOptions& options);

}  // namespace postern::store
