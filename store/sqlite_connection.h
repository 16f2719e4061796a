// A connection to an SQLite database through Poco::Data, with its prepared statements.
//
// The adapter where Poco's exceptions stop: each becomes an Error of the kind
// that SqlConnection promises. Error texts name the statement's cause, never a bound value.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include <Poco/Data/Session.h>

#include "store/backend.h"

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
  Prepared& prepare(const Sql& sql);
  Result<std::uint64_t> execute(const Sql& sql, std::initializer_list<SqlValue> values, std::vector<SqlRow>* rows);

  Poco::Data::Session session_;
  std::unordered_map<std::string_view, std::unique_ptr<Prepared>> prepared_;  // keys live in their values
  bool healthy_ = true;
};

}  // namespace postern::store
