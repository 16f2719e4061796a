#include "store/sqlite_connection.h"

#include <Poco/Data/AbstractBinding.h>
#include <Poco/Data/AbstractExtraction.h>
#include <Poco/Data/AbstractPreparation.h>
#include <Poco/Data/LOB.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/SQLiteException.h>
#include <Poco/Data/Statement.h>

namespace postern::store {

namespace {

namespace sqlite = Poco::Data::SQLite;

// Binds all parameters of a statement at once, from values set before each execution.
class Parameters final : public Poco::Data::AbstractBinding {
 public:
  void set(std::initializer_list<SqlValue> values) {
    values_.assign(values);
    blobs_.clear();
    bound_ = false;
  }

  size_t numOfColumnsHandled() const override { return values_.size(); }
  size_t numOfRowsHandled() const override { return 1; }
  bool canBind() const override { return !bound_; }
  void reset() override { bound_ = false; }

  void bind(size_t position) override {
    for (const SqlValue& value : values_) {
      std::visit([&](const auto& v) { bind_one(position, v); }, value);
      ++position;
    }
    bound_ = true;
  }

 private:
  void bind_one(size_t position, std::nullptr_t) { getBinder()->bind(position, Poco::NULL_GENERIC, PD_IN_); }
  void bind_one(size_t position, std::int64_t value) { getBinder()->bind(position, Poco::Int64(value), PD_IN_); }
  void bind_one(size_t position, std::string_view value) { getBinder()->bind(position, std::string(value), PD_IN_); }
  void bind_one(size_t position, SqlBytes value) {
    // An empty BLOB has no address, which SQLite takes for NULL; empty text reads back as empty bytes.
    if (value.bytes.empty()) return bind_one(position, std::string_view());
    // SQLite reads the bytes while it steps, so they stay until the next set().
    blobs_.emplace_back(reinterpret_cast<const unsigned char*>(value.bytes.data()), value.bytes.size());
    getBinder()->bind(position, blobs_.back(), PD_IN_);
  }

  static constexpr auto PD_IN_ = Poco::Data::AbstractBinder::PD_IN;
  std::vector<SqlValue> values_;
  std::vector<Poco::Data::BLOB> blobs_;
  bool bound_ = false;
};

// Collects all rows of a result, typed by the statement's columns.
class Rows final : public Poco::Data::AbstractExtraction {
 public:
  explicit Rows(std::string columns) : columns_(std::move(columns)) {}

  std::vector<SqlRow> take() { return std::move(rows_); }

  size_t numOfColumnsHandled() const override { return columns_.size(); }
  size_t numOfRowsHandled() const override { return rows_.size(); }
  size_t numOfRowsAllowed() const override { return getLimit(); }
  bool isNull(size_t) const override { return false; }
  void reset() override { rows_.clear(); }
  Poco::Data::AbstractPreparation::Ptr createPreparation(PreparatorPtr&, size_t) override {
    throw Poco::NotImplementedException("bulk results");
  }

  size_t extract(size_t position) override {
    auto extractor = getExtractor();
    SqlRow& row = rows_.emplace_back(columns_.size());
    for (size_t i = 0; i < columns_.size(); ++i) {
      SqlRow::Cell& cell = row.cell(i);
      cell.null = extractor->isNull(position + i);
      if (cell.null) continue;
      if (columns_[i] == 'i') {
        Poco::Int64 value = 0;
        extractor->extract(position + i, value);
        cell.integer = value;
      } else {
        // Text and bytes alike: Poco reads bytes by length, and text up to its first NUL.
        Poco::Data::BLOB bytes;
        extractor->extract(position + i, bytes);
        cell.text.assign(reinterpret_cast<const char*>(bytes.rawContent()), bytes.size());
      }
    }
    return 1;
  }

 private:
  const std::string columns_;
  std::vector<SqlRow> rows_;
};

constexpr Sql kBeginWrite{"BEGIN IMMEDIATE"};
constexpr Sql kBeginRead{"BEGIN"};
constexpr Sql kCommit{"COMMIT"};
constexpr Sql kRollback{"ROLLBACK"};
constexpr Sql kSavepoint{"SAVEPOINT unit"};
constexpr Sql kRelease{"RELEASE unit"};
constexpr Sql kRollbackTo{"ROLLBACK TO unit"};

std::string cause(const Poco::Exception& exception) {
  return exception.message().empty() ? std::string(exception.name()) : exception.message();
}

}  // namespace

struct SqliteConnection::Prepared {
  Prepared(Poco::Data::Session& session, const Sql& sql) : text(sql.text), statement(session) {
    statement << text;
    parameters = new Parameters;
    statement.addBind(Poco::Data::AbstractBinding::Ptr(parameters));
    if (!sql.columns.empty()) {
      rows = new Rows(std::string(sql.columns));
      statement.addExtract(Poco::Data::AbstractExtraction::Ptr(rows));
    }
  }

  const std::string text;
  Poco::Data::Statement statement;
  Parameters* parameters = nullptr;  // owned by the statement
  Rows* rows = nullptr;              // owned by the statement
};

SqliteConnection::SqliteConnection(Poco::Data::Session session) : session_(std::move(session)) {}
SqliteConnection::~SqliteConnection() = default;

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path) {
  static const bool registered = (sqlite::Connector::registerConnector(), true);
  (void)registered;
  try {
    return std::unique_ptr<SqliteConnection>(new SqliteConnection(Poco::Data::Session(sqlite::Connector::KEY, path)));
  } catch (const Poco::Exception& e) {
    return fail(ErrorKind::unavailable, "cannot open the database " + path + ": " + cause(e));
  }
}

SqliteConnection::Prepared& SqliteConnection::prepare(const Sql& sql) {
  if (const auto found = prepared_.find(sql.text); found != prepared_.end()) return *found->second;
  auto made = std::make_unique<Prepared>(session_, sql);
  const std::string_view key = made->text;
  return *prepared_.emplace(key, std::move(made)).first->second;
}

Result<std::uint64_t> SqliteConnection::execute(const Sql& sql, std::initializer_list<SqlValue> values,
                                                std::vector<SqlRow>* rows) {
  if (!healthy_) return fail(ErrorKind::unavailable, "the database connection failed before");
  Error error;
  try {
    Prepared& prepared = prepare(sql);
    prepared.parameters->set(values);
    const std::uint64_t changed = prepared.statement.execute();
    if (rows != nullptr && prepared.rows != nullptr) *rows = prepared.rows->take();
    return changed;
  } catch (const sqlite::ConstraintViolationException& e) {
    error = {ErrorKind::conflict, "the database refuses a row: " + cause(e)};
  } catch (const sqlite::InvalidSQLStatementException& e) {
    error = {ErrorKind::internal, "a statement is wrong: " + cause(e)};
  } catch (const sqlite::ParameterCountMismatchException& e) {
    error = {ErrorKind::internal, "a statement has other parameters: " + cause(e)};
  } catch (const sqlite::DBLockedException&) {
    error = {ErrorKind::unavailable, "the database is locked by another process"};
  } catch (const sqlite::CorruptImageException& e) {
    healthy_ = false;
    error = {ErrorKind::corrupt, "the database is damaged: " + cause(e)};
  } catch (const Poco::Exception& e) {
    healthy_ = false;
    error = {ErrorKind::unavailable, "the database failed: " + cause(e)};
  } catch (const std::exception& e) {
    healthy_ = false;
    error = {ErrorKind::unavailable, std::string("the database failed: ") + e.what()};
  }
  // A statement that failed is left half-way; a fresh one next time.
  prepared_.erase(sql.text);
  return fail(std::move(error));
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
