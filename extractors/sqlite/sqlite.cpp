#include "extractors/sqlite/sqlite.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include <sqlite3.h>

#include "extractors/detect/signatures.h"
#include "extractors/ole/reading.h"
#include "extractors/utf8.h"

namespace postern::extract {

namespace {

constexpr size_t kFlushBytes = 64 << 10;
constexpr int kStepsPerCheck = 1000;     // of the library's machine, between two looks at the clock
constexpr int kMostStatement = 1 << 20;  // bytes of one statement of the schema
constexpr int kMostValue = 64 << 20;     // bytes of one value
constexpr size_t kLeastFile = 16;        // bytes of a value that may be a file
constexpr size_t kWriteVersionAt = 18, kReadVersionAt = 19;

class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) {
    result_ = sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  bool step() {
    if (result_ == SQLITE_OK || result_ == SQLITE_ROW) result_ = sqlite3_step(statement_);
    if (result_ == SQLITE_NOMEM) throw std::bad_alloc();
    return result_ == SQLITE_ROW;
  }
  // Whether step() ended because there are no more rows.
  bool whole() const { return result_ == SQLITE_DONE; }

  int columns() const { return sqlite3_column_count(statement_); }
  std::string_view name(int column) const {
    const char* const name = sqlite3_column_name(statement_, column);
    return name == nullptr ? std::string_view() : name;
  }
  bool is_blob(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_BLOB; }
  // Numbers are written out. Valid until the next step.
  std::string_view text(int column) const {
    const unsigned char* const text = sqlite3_column_text(statement_, column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view blob(int column) const {
    const void* const bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
  int result_ = SQLITE_ERROR;
};

bool is_plain(std::string_view bytes) {
  return is_utf8(bytes) && std::all_of(bytes.begin(), bytes.end(), [](char c) {
           const auto u = static_cast<unsigned char>(c);
           return (u >= ' ' && u != 0x7F) || c == '\n' || c == '\r' || c == '\t';
         });
}

// Runs of four characters and more in UTF-8, a blank between them.
std::string letters_of(std::string_view bytes) {
  constexpr size_t kLeast = 4;
  std::string out;
  while (!bytes.empty()) {
    const std::string_view valid = bytes.substr(0, valid_utf8_prefix(bytes));
    size_t end = 0, characters = 0;
    for (; end < valid.size() && static_cast<unsigned char>(valid[end]) >= ' ' && valid[end] != 0x7F; end++) {
      characters += (static_cast<unsigned char>(valid[end]) & 0xC0U) != 0x80 ? 1U : 0U;
    }
    if (characters >= kLeast) out.append(out.empty() ? 0 : 1, ' ').append(bytes, 0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return out;
}

std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

bool is_virtual(std::string_view sql) {
  constexpr std::string_view kBegin = "CREATE VIRTUAL";
  return sql.size() >= kBegin.size() && std::equal(kBegin.begin(), kBegin.end(), sql.begin(), [](char wanted, char c) {
           return wanted == (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
         });
}

class Database {
 public:
  Database(std::string_view bytes, Sink& sink) : bytes_(bytes), reading_(sink) {}
  ~Database() { sqlite3_close_v2(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  Ending run() {
    if (!open() || !read_schema()) return {Outcome::malformed, "it cannot be opened as a database"};
    for (const std::string& table : tables_) {
      if (reading_.stopped()) break;
      read_table(table);
    }
    return reading_.ending();
  }

 private:
  bool open() {
    // A database with a log beside it says so in its head, and is none that stands in memory.
    if (bytes_.size() > kReadVersionAt && (bytes_[kReadVersionAt] == 2 || bytes_[kWriteVersionAt] == 2)) {
      own_bytes_ = bytes_;
      own_bytes_[kWriteVersionAt] = own_bytes_[kReadVersionAt] = 1;
      bytes_ = own_bytes_;
    }
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(":memory:", &database_, flags, nullptr) != SQLITE_OK) return false;
    sqlite3_limit(database_, SQLITE_LIMIT_SQL_LENGTH, kMostStatement);
    sqlite3_limit(database_, SQLITE_LIMIT_LENGTH, kMostValue);
    sqlite3_limit(database_, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    sqlite3_db_config(database_, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
    // Entries of the schema that make no sense are passed over then.
    sqlite3_db_config(database_, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, nullptr);
    sqlite3_progress_handler(
        database_, kStepsPerCheck, [](void* self) { return static_cast<Database*>(self)->reading_.stopped() ? 1 : 0; },
        this);
    auto* const data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes_.data()));  // read only
    const auto size = static_cast<sqlite3_int64>(bytes_.size());
    return sqlite3_deserialize(database_, "main", data, size, size, SQLITE_DESERIALIZE_READONLY) == SQLITE_OK;
  }

  bool read_schema() {
    Statement schema(database_, "SELECT type, name, sql FROM sqlite_schema");
    bool any = false;
    while (schema.step()) {
      any = true;
      const std::string_view sql = schema.text(2);
      reading_.emit(Place::connection, schema.text(1), sql);
      if (schema.text(0) != "table" || is_virtual(sql)) continue;
      if (tables_.size() == kMostDatabaseTables) {
        reading_.reached("tables of the database reached the limit (" + std::to_string(kMostDatabaseTables) + ")");
        return true;
      }
      tables_.emplace_back(schema.text(1));
    }
    if (any && !schema.whole() && !reading_.stopped()) reading_.damaged("its schema is damaged");
    return any || schema.whole();
  }

  void read_table(const std::string& table) {
    Statement rows(database_, "SELECT * FROM main." + quoted(table));
    for (int i = 0; i < rows.columns(); i++) {
      if (i > 0) lines_ += '\t';
      lines_ += rows.name(i);
    }
    lines_ += '\n';
    while (rows.step()) {
      // Pages that lead back to others make rows without end.
      if (++rows_ > bytes_.size()) {
        reading_.damaged("it has more rows than room for them");
        break;
      }
      for (int i = 0; i < rows.columns(); i++) {
        if (i > 0) lines_ += '\t';
        if (rows.is_blob(i)) {
          add_bytes(table + "." + std::string(rows.name(i)), rows.blob(i));
        } else {
          lines_ += rows.text(i);
        }
      }
      lines_ += '\n';
      if (lines_.size() >= kFlushBytes) flush(table);
      if (reading_.stopped()) return;
    }
    flush(table);
    if (!rows.whole() && !reading_.stopped()) reading_.damaged("a table of it is damaged");
  }

  void add_bytes(const std::string& name, std::string_view bytes) {
    if (is_plain(bytes) && bytes.find('\n') == std::string_view::npos) {
      lines_ += bytes;
      return;
    }
    if (bytes.size() < kLeastFile || (!is_plain(bytes) && by_signature(bytes).empty())) {
      lines_ += letters_of(bytes);
      return;
    }
    if (files_++ == kMostDatabaseFiles) {
      reading_.reached("files in the database reached the limit (" + std::to_string(kMostDatabaseFiles) + ")");
    }
    if (files_ > kMostDatabaseFiles) return;
    Child child;
    child.name = name;
    reading_.sink().child(child, bytes);
  }

  void flush(const std::string& table) {
    reading_.emit(Place::cell, table, lines_);
    lines_.clear();
  }

  std::string_view bytes_;
  std::string own_bytes_;
  ole::Reading reading_;
  sqlite3* database_ = nullptr;
  std::vector<std::string> tables_;
  std::string lines_;
  size_t rows_ = 0;
  size_t files_ = 0;
};

class SqliteExtractor final : public Extractor {
 public:
  Ending extract(const Source& source, Sink& sink) override { return Database(source.bytes, sink).run(); }
};

}  // namespace

std::shared_ptr<Extractor> make_sqlite_extractor() {
  return std::make_shared<SqliteExtractor>();
}

}  // namespace postern::extract
