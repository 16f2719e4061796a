#include "store/sqlite_connection.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <sqlite3.h>

#include "store/sqlite_log.h"

namespace postern::store {

namespace {

// Bytes that a savepoint may have to undo, kept in memory: 29 pages, more than an ordinary message touches. What is
// more goes to a file without a name: erasing a message touches as many bytes as it has. Below 128 KiB, for SQLite
// writes it out in one go and its own way to write (3.40) takes no more at once: a full disk is what it would report.
constexpr int kUndoInMemory = 120 << 10;

constexpr Sql kBeginWrite{"BEGIN IMMEDIATE"};
constexpr Sql kBeginRead{"BEGIN"};
constexpr Sql kCommit{"COMMIT"};
constexpr Sql kRollback{"ROLLBACK"};
constexpr Sql kSavepoint{"SAVEPOINT unit"};
constexpr Sql kRelease{"RELEASE unit"};
constexpr Sql kRollbackTo{"ROLLBACK TO unit"};

int bind_one(sqlite3_stmt* statement, int position, const SqlValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return sqlite3_bind_int64(statement, position, *integer);
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    // An empty view may have no address, which SQLite takes for NULL.
    return sqlite3_bind_text64(statement, position, text->empty() ? "" : text->data(), text->size(), SQLITE_STATIC,
                               SQLITE_UTF8);
  }
  if (const auto* bytes = std::get_if<SqlBytes>(&value)) {
    const std::string_view view = bytes->bytes;
    return sqlite3_bind_blob64(statement, position, view.empty() ? "" : view.data(), view.size(), SQLITE_STATIC);
  }
  return sqlite3_bind_null(statement, position);
}

SqlRow row_of(sqlite3_stmt* statement, std::string_view columns) {
  SqlRow row(columns.size());
  for (size_t i = 0; i < columns.size(); ++i) {
    const int column = static_cast<int>(i);
    SqlRow::Cell& cell = row.cell(i);
    cell.null = sqlite3_column_type(statement, column) == SQLITE_NULL;
    if (cell.null) continue;
    if (columns[i] == 'i') {
      cell.integer = sqlite3_column_int64(statement, column);
    } else if (const void* bytes = sqlite3_column_blob(statement, column)) {
      cell.text.assign(static_cast<const char*>(bytes), size_t(sqlite3_column_bytes(statement, column)));
    }
  }
  return row;
}

enum class Health { good, failed };

struct Failure {
  ErrorKind kind;
  Health health;
  std::string_view text;
};

Failure failure_of(int code) {
  switch (code & 0xFF) {  // extended codes keep the primary one in the low byte
    case SQLITE_CONSTRAINT:
      return {ErrorKind::conflict, Health::good, "the database refuses a row"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorKind::unavailable, Health::good, "the database is locked by another process"};
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
      return {ErrorKind::internal, Health::good, "a statement is wrong"};
    case SQLITE_CORRUPT:
      return {ErrorKind::corrupt, Health::failed, "the database is damaged"};
    case SQLITE_NOTADB:
      return {ErrorKind::invalid_input, Health::failed, "the file is no database"};
    default:
      return {ErrorKind::unavailable, Health::failed, "the database failed"};
  }
}

}  // namespace

// Poco's own statements are parsed again at each execution (1.11), which costs more than running them; these stay
// prepared.
struct SqliteConnection::Prepared {
  Prepared(std::string_view sql, std::string_view types) : text(sql), columns(types) {}
  ~Prepared() { sqlite3_finalize(statement); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  const std::string text;
  const std::string columns;
  sqlite3_stmt* statement = nullptr;
};

SqliteConnection::SqliteConnection(Poco::Data::Session session)
    : session_(std::move(session)), handle_(Poco::Data::SQLite::Utility::dbHandle(session_)) {}
SqliteConnection::~SqliteConnection() = default;

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path) {
  using Poco::Data::SQLite::Connector;
  static const bool registered = [] {
    // Before SQLite is first used in the process; later it would refuse and keep to its own ways, which costs time
    // only.
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, kUndoInMemory);
    // One thread at a time has a connection, and nobody asks SQLite what memory it takes: without these it locks at
    // each call and at each allocation.
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    join_log_writes();
    Connector::registerConnector();
    return true;
  }();
  (void)registered;
  try {
    return std::unique_ptr<SqliteConnection>(new SqliteConnection(Poco::Data::Session(Connector::KEY, path)));
  } catch (const Poco::Exception& e) {
    return fail(ErrorKind::unavailable, "cannot open the database " + path + ": " + e.displayText());
  }
}

int SqliteConnection::prepare(const Sql& sql, Prepared*& out) {
  std::unique_ptr<Prepared>& known = prepared_[sql.text.data()];
  if (known != nullptr && known->text == sql.text && known->columns == sql.columns) {
    out = known.get();
    return SQLITE_OK;
  }
  auto made = std::make_unique<Prepared>(sql.text, sql.columns);
  const int code = sqlite3_prepare_v3(handle_, made->text.data(), static_cast<int>(made->text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made->statement, nullptr);
  if (code != SQLITE_OK) return code;
  known = std::move(made);
  out = known.get();
  return SQLITE_OK;
}

int SqliteConnection::run_prepared(Prepared& prepared, std::initializer_list<SqlValue> values,
                                   std::vector<SqlRow>* rows) {
  if (sqlite3_bind_parameter_count(prepared.statement) != static_cast<int>(values.size())) return SQLITE_RANGE;
  int position = 0;
  for (const SqlValue& value : values) {
    if (const int code = bind_one(prepared.statement, ++position, value); code != SQLITE_OK) return code;
  }
  for (;;) {
    const int code = sqlite3_step(prepared.statement);
    if (code == SQLITE_DONE) return SQLITE_OK;
    if (code != SQLITE_ROW) return code;
    if (rows != nullptr) rows->push_back(row_of(prepared.statement, prepared.columns));
  }
}

Result<std::uint64_t> SqliteConnection::execute(const Sql& sql, std::initializer_list<SqlValue> values,
                                                std::vector<SqlRow>* rows) {
  if (!healthy_) return fail(ErrorKind::unavailable, "the database connection failed before");
  Prepared* prepared = nullptr;
  int code = prepare(sql, prepared);
  if (prepared != nullptr) code = run_prepared(*prepared, values, rows);
  if (prepared != nullptr && code == SQLITE_OK) {
    const auto changed = std::uint64_t(sqlite3_changes64(handle_));
    sqlite3_reset(prepared->statement);
    sqlite3_clear_bindings(prepared->statement);
    return changed;
  }
  const Failure failure = failure_of(code);
  // SQLite's own words name tables and columns, never a value.
  std::string text = std::string(failure.text) + ": " + sqlite3_errmsg(handle_);
  if (prepared != nullptr) {
    sqlite3_reset(prepared->statement);
    sqlite3_clear_bindings(prepared->statement);
  }
  healthy_ = failure.health == Health::good;
  return fail(failure.kind, std::move(text));
}

Result<void> SqliteConnection::step(Step step) {
  static constexpr Sql kSteps[] = {kBeginWrite, kBeginRead, kCommit, kRollback, kSavepoint, kRelease, kRollbackTo};
  if (auto done = execute(kSteps[size_t(step)], {}, nullptr); !done) return fail(done.error());
  return {};
}

Result<std::uint64_t> SqliteConnection::run(const Sql& sql, std::initializer_list<SqlValue> values) {
  return execute(sql, values, nullptr);
}

Result<std::vector<SqlRow>> SqliteConnection::query(const Sql& sql, std::initializer_list<SqlValue> values) {
  std::vector<SqlRow> rows;
  if (auto done = execute(sql, values, &rows); !done) return fail(done.error());
  return rows;
}

}  // namespace postern::store
