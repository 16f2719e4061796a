// SQLite databases, written by the library here and read through the module as it is built.
#include "extractors/sqlite/sqlite.h"

#include <sqlite3.h>

#include "tests/extractors/image/picture_files.h"

namespace postern::test {
namespace {

using namespace std::string_literals;

std::string database(const std::string& sql) {
  sqlite3* db = nullptr;
  EXPECT_EQ(sqlite3_open(":memory:", &db), SQLITE_OK);
  char* error = nullptr;
  sqlite3_exec(db, ("PRAGMA page_size=512;" + sql).c_str(), nullptr, nullptr, &error);
  EXPECT_STREQ(error, nullptr);
  sqlite3_free(error);
  sqlite3_int64 size = 0;
  unsigned char* const bytes = sqlite3_serialize(db, "main", &size, 0);
  std::string out(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  sqlite3_free(bytes);
  sqlite3_close(db);
  return out;
}

std::string hex(std::string_view bytes) {
  std::string out = "x'";
  for (const char c : bytes) {
    constexpr const char* kDigits = "0123456789ABCDEF";
    out += kDigits[static_cast<unsigned char>(c) >> 4];
    out += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return out + "'";
}

TEST(Sqlite, RowsAndStatements) {
  const ExtractedText text =
      walk_document(database("CREATE TABLE staff(id INTEGER PRIMARY KEY, name TEXT, pay REAL); -- the heron\n"
                             "INSERT INTO staff VALUES(1,'Zoë',1234.5),(2,NULL,7);"
                             "CREATE TABLE \"odd \"\"one\"(k TEXT PRIMARY KEY, v DEFAULT 'osprey') WITHOUT ROWID;"
                             "INSERT INTO \"odd \"\"one\" VALUES('a','b');"
                             "CREATE VIEW seen AS SELECT 'falcon';"),
                    "a.db");
  EXPECT_EQ(where_is(text, "id\tname\tpay\n1\tZoë\t1234.5\n2\t\t7.0\n"), "cell@staff");
  EXPECT_EQ(where_is(text, "k\tv\na\tb\n"), "cell@odd \"one");
  EXPECT_EQ(where_is(text, "osprey"), "connection@odd \"one");
  EXPECT_EQ(where_is(text, "falcon"), "connection@seen");
  EXPECT_EQ(outcomes(text), ":complete");
  EXPECT_EQ(text.parts[0].type, extract::kSqliteType);
}

TEST(Sqlite, BytesAreFilesTextsOrLetters) {
  const ExtractedText text =
      walk_document(database("CREATE TABLE t(b BLOB); INSERT INTO t VALUES(" + hex(corpus_picture("qr.png")) + "),(" +
                             hex("first line\nsecond heron\n") + "),(" + hex("plain heron") + "),(" +
                             hex("\1\2\xFFkestrel ö\0\3z"s) + ");"),
                    "a.db");
  EXPECT_EQ(outcomes(text), ":complete 1:complete 2:complete");
  EXPECT_EQ(text.parts[1].name, "t.b");
  EXPECT_EQ(where_is(text, "nightjar.example"), "barcode@QRCode");
  EXPECT_EQ(where_is(text, "second heron"), "body@");
  EXPECT_EQ(where_is(text, "plain heron\nkestrel ö\n"), "cell@t");
}

TEST(Sqlite, RowsThatWereDeletedAreNotRead) {
  const std::string file = database(
      "PRAGMA secure_delete=OFF;CREATE TABLE t(a);INSERT INTO t VALUES('the kept heron'),('the deleted egret');"
      "DELETE FROM t WHERE a LIKE '%egret';");
  ASSERT_NE(file.find("deleted egret"), std::string::npos);
  const ExtractedText text = walk_document(file, "a.db");
  EXPECT_EQ(where_is(text, "the kept heron"), "cell@t");
  EXPECT_EQ(where_is(text, "deleted egret"), "");
}

TEST(Sqlite, FullTextIsThatOfItsTables) {
  const ExtractedText text = walk_document(
      database("CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES('words of the heron');"), "a.db");
  EXPECT_EQ(where_is(text, "words of the heron"), "cell@f_content");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Sqlite, ADatabaseWithALogBesideItIsRead) {
  std::string bytes = database("CREATE TABLE t(a); INSERT INTO t VALUES('heron');");
  bytes[18] = bytes[19] = 2;  // as journal_mode=WAL leaves it
  const ExtractedText text = walk_document(bytes, "a.db");
  EXPECT_EQ(where_is(text, "heron"), "cell@t");
  EXPECT_EQ(outcomes(text), ":complete");
}

// Nothing that the schema says is run.
TEST(Sqlite, ViewsTriggersAndColumnsThatAreWorkedOutAreHarmless) {
  const ExtractedText text = walk_document(
      database("CREATE TABLE t(a, b AS (upper(a) || '!')); INSERT INTO t(a) VALUES('heron');"
               "CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c;"
               "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM t; END;"),
      "a.db");
  EXPECT_EQ(where_is(text, "heron\tHERON!"), "cell@t");
  EXPECT_EQ(outcomes(text), ":complete");
}

TEST(Sqlite, DamageKeepsTheRest) {
  std::string sql = "CREATE TABLE one(a); INSERT INTO one VALUES('heron');CREATE TABLE two(a);";
  for (int i = 0; i < 100; i++) sql += "INSERT INTO two VALUES('row " + std::to_string(i) + " of the second table');";
  const std::string whole = database(sql);
  const ExtractedText cut = walk_document(whole.substr(0, whole.size() / 2), "a.db");
  EXPECT_EQ(where_is(cut, "heron"), "cell@one");
  EXPECT_EQ(where_is(cut, "row 1 of"), "cell@two");
  EXPECT_EQ(outcomes(cut), ":malformed");
  std::string odd = whole;
  odd.replace(odd.find("CREATE TABLE two"), 16, "CREATE RABBIT tw");
  const ExtractedText rest = walk_document(odd, "a.db");
  EXPECT_EQ(where_is(rest, "heron"), "cell@one");
  EXPECT_EQ(where_is(rest, "CREATE RABBIT"), "connection@two");
  EXPECT_EQ(outcomes(rest), ":malformed");
  EXPECT_EQ(outcomes(walk_document(whole.substr(0, 100), "a.db")), ":malformed");
}

TEST(Sqlite, FilesAndTablesAreBounded) {
  std::string sql = "CREATE TABLE t(b);";
  for (size_t i = 0; i <= extract::kMostDatabaseFiles; i++)
    sql += "INSERT INTO t VALUES(" + hex("first line\nsecond\n" + std::to_string(i)) + ");";
  const ExtractedText files = walk_document(database("BEGIN;" + sql + "COMMIT;"), "a.db");
  EXPECT_EQ(files.parts[0].outcome, Outcome::limit);
  EXPECT_EQ(files.parts[0].why, "files in the database reached the limit (1000)");
  EXPECT_EQ(files.parts.size(), 1001U);
  // All of one page: making as many takes time that grows with their square.
  const ExtractedText tables = walk_document(
      database("CREATE TABLE t(b);INSERT INTO t VALUES('heron');PRAGMA writable_schema=1;"
               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<" +
               std::to_string(extract::kMostDatabaseTables) +
               ") INSERT INTO sqlite_schema SELECT 'table','t'||i,'t'||i,2,'CREATE TABLE t'||i||'(b)' FROM n;"),
      "a.db");
  EXPECT_EQ(outcomes(tables), ":limit");
  EXPECT_EQ(tables.parts[0].why, "tables of the database reached the limit (10000)");
  EXPECT_NE(where_is(tables, "heron"), "");
}

}  // namespace
}  // namespace postern::test
