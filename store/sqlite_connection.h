// A connection to an SQLite database: Poco::Data opens and owns it, statements stay prepared on its handle.
//
// The adapter where Poco's exceptions and SQLite's codes stop: each becomes an
// Error of the kind that SqlConnection promises. Error texts name the cause, never a bound value.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include <Poco/Data/Session.h>

#include "store/backend.h"

struct sqlite3;

namespace postern::store {

class SqliteConnection final : public SqlConnection {
 public:
  // Opens the file at `path`, which exists.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path);
  ~SqliteConnection() override;

  Result<void> step(Step step) override;
  Result<std::uint64_t> run(const Sql& sql, std::initializer_list<SqlValue> values) override;
  Result<std::vector<SqlRow>> query(const Sql& sql, std::initializer_list<SqlValue> values) override;
  bool healthy() const override { return healthy_; }

 private:
  struct Prepared;

  explicit SqliteConnection(Poco::Data::Session session);
  // Both give SQLite's result code.
  int prepare(const Sql& sql, Prepared*& out);
  int run_prepared(Prepared& prepared, std::initializer_list<SqlValue> values, std::vector<SqlRow>* rows);
  Result<std::uint64_t> execute(const Sql& sql, std::initializer_list<SqlValue> values, std::vector<SqlRow>* rows);

  Poco::Data::Session session_;
  sqlite3* handle_;  // the session's
  // By where the text lies: a hash of texts would cost as much as some statements. Another text in the same place
  // replaces it.
  std::unordered_map<const char*, std::unique_ptr<Prepared>> prepared_;
  bool healthy_ = true;
};

}  // namespace postern::store
