#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"
#include "store/backend.h"
#include "store/sqlite_connection.h"
#include "store/store.h"

namespace postern::store {

namespace {

// "PSTN": lets file(1) and other programs tell a Postern store from another SQLite file.
constexpr std::int64_t kApplicationId = 0x5053544E;
// Pages of WAL before they are moved into the file: 16 MiB, so that a burst of held mail is synced once, not twice.
constexpr int kCheckpointPages = 4000;
// Changed pages that wait for the commit in memory: 16 MiB, a full group of held mail. With less SQLite writes pages
// out before the commit, and some of them twice.
constexpr int kPagesBeforeSpill = 4000;
// Of what was written, KiB kept after the commit: the upper pages of tables and indices, not the held mail.
constexpr int kWriterCache = 2 << 10;
// A reader's, KiB: each commit of the writer makes what it kept worthless.
constexpr int kReaderCache = 256;
// A WAL that one huge message made large is cut back to this.
constexpr int kWalBytesKept = 64 << 20;

bool trusted_owner(uid_t uid) {
  return uid == ::geteuid() || uid == 0 || ::geteuid() == 0;
}

Result<void> check_directory(const std::string& path) {
  const std::string directory = path.substr(0, std::max<size_t>(path.rfind('/'), 1));
  struct stat info {};
  if (::stat(directory.c_str(), &info) != 0) {
    const ErrorKind kind = errno == ENOENT ? ErrorKind::invalid_input : ErrorKind::permission;
    return fail(kind, "the store's directory " + directory + ": " + errno_text(errno));
  }
  if (!S_ISDIR(info.st_mode)) return fail(ErrorKind::invalid_input, directory + " is no directory");
  if (!trusted_owner(info.st_uid) || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return fail(ErrorKind::permission,
                "the store's directory " + directory + " must belong to this user and be writable by nobody else");
  }
  return {};
}

// Makes the file with its mode before SQLite can make it with a wider one; the WAL gets the file's mode.
Result<void> check_file(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600));
  if (!fd) {
    const ErrorKind kind =
        errno == EACCES || errno == EPERM || errno == ELOOP ? ErrorKind::permission : ErrorKind::unavailable;
    return fail(kind, "cannot open the store " + path + ": " + errno_text(errno));
  }
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return fail(ErrorKind::unavailable, path + ": " + errno_text(errno));
  if (!S_ISREG(info.st_mode)) return fail(ErrorKind::invalid_input, "the store " + path + " is no plain file");
  if (!trusted_owner(info.st_uid) || (info.st_mode & 077) != 0) {
    return fail(ErrorKind::permission, "the store " + path + " must belong to this user with mode 0600: chmod 0600 it");
  }
  return {};
}

class SqliteBackend final : public Backend {
 public:
  SqliteBackend(std::string path, const StoreOptions& options)
      : path_(std::move(path)), busy_timeout_(options.busy_timeout), max_pages_(options.max_pages) {}

  Result<std::unique_ptr<SqlConnection>> connect(Access access) override {
    auto opened = SqliteConnection::open(path_);
    if (!opened) return fail(opened.error());
    SqliteConnection& connection = **opened;
    if (auto ok = pragma(connection, "busy_timeout", std::to_string(busy_timeout_.count())); !ok)
      return fail(ok.error());
    if (auto ok = check_kind(connection); !ok) return fail(ok.error());
    if (auto ok = use_wal(connection); !ok) return fail(ok.error());
    for (const auto& [name, value] : {std::pair<std::string_view, std::string>{"synchronous", "FULL"},
                                      {"foreign_keys", "ON"},
                                      {"trusted_schema", "OFF"},
                                      {"cell_size_check", "ON"},
                                      // What is erased is overwritten, not only unlinked from the tables.
                                      {"secure_delete", "ON"},
                                      {"wal_autocheckpoint", std::to_string(kCheckpointPages)},
                                      {"journal_size_limit", std::to_string(kWalBytesKept)}}) {
      if (auto ok = pragma(connection, name, value); !ok) return fail(ok.error());
    }
    if (max_pages_ != 0) {
      if (auto ok = pragma(connection, "max_page_count", std::to_string(max_pages_)); !ok) return fail(ok.error());
    }
    const int cache = access == Access::write ? kWriterCache : kReaderCache;
    if (auto ok = pragma(connection, "cache_size", std::to_string(-cache)); !ok) return fail(ok.error());
    if (access == Access::write) {
      if (auto ok = pragma(connection, "cache_spill", std::to_string(kPagesBeforeSpill)); !ok) return fail(ok.error());
    } else {
      if (auto ok = pragma(connection, "query_only", "ON"); !ok) return fail(ok.error());
    }
    return std::unique_ptr<SqlConnection>(std::move(*opened));
  }

  const Dialect& dialect() const override {
    static const Dialect kDialect{
        "BLOB",
        "INTEGER PRIMARY KEY AUTOINCREMENT",
        {"CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay'); "
         "END",
         "CREATE TRIGGER audit_is_never_cut BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit rows stay'); END"}};
    return kDialect;
  }

 private:
  static Result<void> pragma(SqliteConnection& connection, std::string_view name, const std::string& value) {
    const std::string text = "PRAGMA " + std::string(name) + "=" + value;
    if (auto done = connection.run({text}, {}); !done) return fail(done.error());
    return {};
  }

  // A file of another program is left as it is. An empty one becomes ours.
  Result<void> check_kind(SqliteConnection& connection) const {
    auto id = connection.query({"PRAGMA application_id", "i"}, {});
    if (!id) return fail_while("read the store " + path_, id.error());
    auto tables = connection.query({"SELECT count(*) FROM sqlite_master", "i"}, {});
    if (!tables) return fail_while("read the store " + path_, tables.error());
    const bool empty = tables->at(0).integer(0) == 0;
    if (id->at(0).integer(0) == kApplicationId) return {};
    if (!empty) return fail(ErrorKind::invalid_input, path_ + " is the database of another program");
    return pragma(connection, "application_id", std::to_string(kApplicationId));
  }

  Result<void> use_wal(SqliteConnection& connection) const {
    auto mode = connection.query({"PRAGMA journal_mode=WAL", "t"}, {});
    if (!mode) return fail(mode.error());
    if (mode->empty() || mode->at(0).text(0) != "wal") {
      return fail(ErrorKind::invalid_input,
                  "the store " + path_ + " cannot use a write-ahead log: put it on a local file system");
    }
    return {};
  }

  const std::string path_;
  const std::chrono::milliseconds busy_timeout_;
  const std::uint64_t max_pages_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_sqlite_backend(const std::string& path, const StoreOptions& options) {
  if (auto ok = check_directory(path); !ok) return fail(ok.error());
  if (auto ok = check_file(path); !ok) return fail(ok.error());
  return std::unique_ptr<Backend>(new SqliteBackend(path, options));
}

Result<std::unique_ptr<Backend>> make_backend(const StoreOptions& options) {
  constexpr std::string_view kSqlite = "sqlite://";
  if (options.url.starts_with(kSqlite)) {
    const std::string path = options.url.substr(kSqlite.size());
    if (!path.starts_with('/') || path.ends_with('/')) {
      return fail(ErrorKind::invalid_input,
                  "the store's URL '" + options.url + "' needs an absolute path: sqlite:///var/lib/postern/postern.db");
    }
    return make_sqlite_backend(path, options);
  }
  if (options.url.starts_with("postgresql://")) {
    return fail(ErrorKind::invalid_input, "PostgreSQL stores are not in this version: use sqlite:///PATH");
  }
  return fail(ErrorKind::invalid_input, "the store's URL '" + options.url + "' must begin with sqlite://");
}

}  // namespace postern::store
