// The log that is written in one call for each page: the same bytes, told to others no earlier, and its failures are
// the commit's.
#include "store/sqlite_log.h"

#include <cerrno>
#include <filesystem>

#include <sqlite3.h>
#include <unistd.h>

#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

namespace fs = std::filesystem;

// Stands where SQLite calls pwrite(2): counts, and fails from the call on that it is told.
struct Writes {
  static inline int calls = 0;
  static inline int fail_after = -1;

  static ssize_t write(int fd, const void* bytes, size_t size, off_t offset) {
    ++calls;
    if (fail_after >= 0 && calls > fail_after) {
      errno = ENOSPC;
      return -1;
    }
    return ::pwrite(fd, bytes, size, offset);
  }
};

// One row of a `rows` table is some pages long.
class SqliteLog : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    ASSERT_EQ(join_log_writes(), SQLITE_OK);
    sqlite3_vfs* system = sqlite3_vfs_find("unix");
    ASSERT_NE(system, nullptr);
    for (const char* call : {"pwrite", "pwrite64"}) {
      // The type in sqlite3.h stands for any function.
      system->xSetSystemCall(system, call, reinterpret_cast<sqlite3_syscall_ptr>(&Writes::write));
    }
  }
  void SetUp() override {
    Writes::fail_after = -1;
    db_ = open(file(), nullptr);
    run(db_, "PRAGMA journal_mode=WAL");
    run(db_, "PRAGMA synchronous=FULL");
    run(db_, "CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)");
  }
  void TearDown() override { sqlite3_close(db_); }

  std::string file() const { return directory_.path() + "/log.db"; }

  static sqlite3* open(const std::string& path, const char* vfs) {
    sqlite3* db = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), SQLITE_OK);
    return db;
  }
  static int run(sqlite3* db, const std::string& sql) {
    return sqlite3_exec(db, sql.c_str(), nullptr, nullptr, nullptr);
  }
  static std::string ask(sqlite3* db, const std::string& sql) {
    std::string answer;
    const auto take = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] == nullptr ? "NULL" : values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), take, &answer, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    return answer;
  }
  static int add(sqlite3* db, int rows, int bytes) {
    return run(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" + std::to_string(rows) +
                       ") INSERT INTO rows(bytes) SELECT zeroblob(" + std::to_string(bytes) + ") FROM n");
  }
  // What another program would find if this one died now: copies of the files, read without the store's own way.
  std::string rows_after_death() const {
    const std::string copy = directory_.path() + "/copy.db";
    for (const char* end : {"", "-wal"}) {
      fs::copy_file(file() + end, copy + end, fs::copy_options::overwrite_existing);
    }
    fs::remove(copy + "-shm");
    sqlite3* db = open(copy, "unix");
    EXPECT_EQ(ask(db, "PRAGMA integrity_check"), "ok");
    std::string rows = ask(db, "SELECT count(*) FROM rows");
    sqlite3_close(db);
    return rows;
  }

  test::TempDir directory_;
  sqlite3* db_ = nullptr;
};

TEST_F(SqliteLog, APageIsWrittenInOneCall) {
  sqlite3* as_it_comes = open(file(), "unix");
  Writes::calls = 0;
  ASSERT_EQ(add(as_it_comes, 10, 20'000), SQLITE_OK);
  const int calls = Writes::calls;
  EXPECT_GE(calls, 100);  // some 50 pages, 210 KB
  sqlite3_close(as_it_comes);
  Writes::calls = 0;
  ASSERT_EQ(add(db_, 10, 20'000), SQLITE_OK);
  EXPECT_GE(Writes::calls, calls / 2 - 5);
  EXPECT_LE(Writes::calls, calls / 2 + 5);
}

TEST_F(SqliteLog, ACommitIsInTheFileWhenItReturns) {
  for (int commits = 1; commits <= 3; ++commits) {
    ASSERT_EQ(add(db_, 1, commits * 70'000), SQLITE_OK);
    EXPECT_EQ(rows_after_death(), std::to_string(commits));
  }
}

TEST_F(SqliteLog, AnotherConnectionSeesACommitAndNothingBefore) {
  sqlite3* reader = open(file(), nullptr);
  ASSERT_EQ(run(db_, "BEGIN"), SQLITE_OK);
  ASSERT_EQ(add(db_, 5, 9000), SQLITE_OK);
  EXPECT_EQ(ask(reader, "SELECT count(*) FROM rows"), "0");
  ASSERT_EQ(run(db_, "COMMIT"), SQLITE_OK);
  EXPECT_EQ(ask(reader, "SELECT count(*) FROM rows"), "5");
  EXPECT_EQ(ask(reader, "SELECT sum(length(bytes)) FROM rows"), "45000");
  sqlite3_close(reader);
}

TEST_F(SqliteLog, PagesWrittenBeforeTheCommitAreReadBack) {
  run(db_, "PRAGMA cache_size=10");
  ASSERT_EQ(run(db_, "BEGIN"), SQLITE_OK);
  ASSERT_EQ(add(db_, 60, 5000), SQLITE_OK);
  EXPECT_EQ(ask(db_, "SELECT sum(length(bytes)) FROM rows"), "300000");
  ASSERT_EQ(run(db_, "UPDATE rows SET bytes = zeroblob(5000)"), SQLITE_OK);
  EXPECT_EQ(ask(db_, "SELECT sum(length(bytes)) FROM rows"), "300000");
  ASSERT_EQ(run(db_, "ROLLBACK"), SQLITE_OK);
  EXPECT_EQ(ask(db_, "SELECT count(*) FROM rows"), "0");
  ASSERT_EQ(add(db_, 2, 5000), SQLITE_OK);
  EXPECT_EQ(rows_after_death(), "2");
}

// Pages that were written before a commit that never came stand where another connection's commit goes.
TEST_F(SqliteLog, WhatWasRolledBackTouchesNoCommitOfOthers) {
  run(db_, "PRAGMA cache_size=10");
  for (int rows = 1; rows <= 12; ++rows) {
    SCOPED_TRACE(rows);
    ASSERT_EQ(run(db_, "BEGIN IMMEDIATE"), SQLITE_OK);
    ASSERT_EQ(add(db_, rows, 9000), SQLITE_OK);
    ASSERT_EQ(run(db_, "ROLLBACK"), SQLITE_OK);
    sqlite3* other = open(file(), nullptr);
    ASSERT_EQ(add(other, 3, 9000), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_EQ(ask(db_, "SELECT count(*) FROM rows"), std::to_string(3 * rows));
    EXPECT_EQ(rows_after_death(), std::to_string(3 * rows));
  }
}

TEST_F(SqliteLog, AConnectionThatClosesTouchesNoCommitOfOthers) {
  sqlite3* leaving = open(file(), nullptr);
  run(leaving, "PRAGMA cache_size=10");
  ASSERT_EQ(run(leaving, "BEGIN IMMEDIATE"), SQLITE_OK);
  ASSERT_EQ(add(leaving, 10, 9000), SQLITE_OK);
  ASSERT_EQ(run(leaving, "ROLLBACK"), SQLITE_OK);
  ASSERT_EQ(add(db_, 3, 9000), SQLITE_OK);
  sqlite3_close(leaving);
  EXPECT_EQ(ask(db_, "SELECT count(*) FROM rows"), "3");
  EXPECT_EQ(rows_after_death(), "3");
}

// As SQLite itself is when its cache is too small: the disk is full somewhere in a transaction.
TEST_F(SqliteLog, ADiskThatIsFullInsideATransactionLosesItWhole) {
  ASSERT_EQ(add(db_, 3, 9000), SQLITE_OK);
  run(db_, "PRAGMA cache_size=10");
  for (const int written : {0, 1, 2, 5, 20, 40}) {
    SCOPED_TRACE(written);
    ASSERT_EQ(run(db_, "BEGIN IMMEDIATE"), SQLITE_OK);
    Writes::calls = 0;
    Writes::fail_after = written;
    EXPECT_EQ(add(db_, 40, 9000), SQLITE_FULL);
    Writes::fail_after = -1;
    run(db_, "COMMIT");
    EXPECT_EQ(ask(db_, "SELECT count(*) FROM rows"), "3");
    EXPECT_EQ(rows_after_death(), "3");
  }
}

// SQLite writes over frames of the same transaction and gives all behind them new checksums.
TEST_F(SqliteLog, FramesThatAreWrittenAnewHaveTheirChecksums) {
  run(db_, "PRAGMA cache_size=10");
  ASSERT_EQ(run(db_, "BEGIN"), SQLITE_OK);
  ASSERT_EQ(add(db_, 60, 5000), SQLITE_OK);
  ASSERT_EQ(run(db_, "UPDATE rows SET bytes = CAST(zeroblob(4990) || 'anew' AS BLOB) WHERE id % 3 = 0"), SQLITE_OK);
  ASSERT_EQ(run(db_, "COMMIT"), SQLITE_OK);
  EXPECT_EQ(ask(db_, "SELECT sum(length(bytes)) FROM rows"), std::to_string(40 * 5000 + 20 * 4994));
  EXPECT_EQ(rows_after_death(), "60");
}

TEST_F(SqliteLog, AWriteThatFailsIsTheCommitsFailure) {
  ASSERT_EQ(add(db_, 3, 9000), SQLITE_OK);
  for (const int written : {0, 1, 2}) {
    Writes::calls = 0;
    Writes::fail_after = written;
    EXPECT_EQ(add(db_, 40, 9000), SQLITE_FULL) << written << " calls before the disk was full";
    Writes::fail_after = -1;
    EXPECT_EQ(ask(db_, "SELECT count(*) FROM rows"), "3");
    EXPECT_EQ(rows_after_death(), "3");
  }
  ASSERT_EQ(add(db_, 1, 9000), SQLITE_OK);
  EXPECT_EQ(rows_after_death(), "4");
}

TEST_F(SqliteLog, TheLogBeginsAnewAfterItsPagesWereMoved) {
  ASSERT_EQ(add(db_, 3, 9000), SQLITE_OK);
  EXPECT_EQ(ask(db_, "PRAGMA wal_checkpoint(TRUNCATE)"), "0");
  EXPECT_EQ(fs::file_size(file() + "-wal"), 0U);
  ASSERT_EQ(add(db_, 2, 9000), SQLITE_OK);
  EXPECT_EQ(rows_after_death(), "5");
}

TEST_F(SqliteLog, OtherFilesAreWrittenAsTheyWere) {
  sqlite3* plain = open(directory_.path() + "/plain.db", nullptr);
  ASSERT_EQ(run(plain, "CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB)"), SQLITE_OK);
  ASSERT_EQ(add(plain, 4, 9000), SQLITE_OK);
  EXPECT_EQ(ask(plain, "SELECT sum(length(bytes)) FROM rows"), "36000");
  sqlite3_close(plain);
}

}  // namespace
}  // namespace postern::store
