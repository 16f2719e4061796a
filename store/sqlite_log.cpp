#include "store/sqlite_log.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>

#include <sqlite3.h>

namespace postern::store {

namespace {

// Of one call: SQLite's own way to write on Unix (3.40) takes less than 128 KiB at once.
constexpr size_t kMostWaiting = 120 << 10;

// SQLite gives the memory, which begins with its own struct; the file of the system below comes right after this one.
struct LogFile {
  sqlite3_file base;
  // Bytes that SQLite has written and the file below has not, from `offset` on.
  std::string waiting;
  sqlite3_int64 offset;
};

static_assert(alignof(LogFile) <= alignof(std::max_align_t) && sizeof(LogFile) % alignof(sqlite3_int64) == 0);

LogFile& log_of(sqlite3_file* file) {
  return *reinterpret_cast<LogFile*>(file);
}

sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<std::byte*>(file) + sizeof(LogFile));
}

sqlite3_vfs* below(sqlite3_vfs* vfs) {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

// What could not be written is dropped: SQLite takes the error for its commit's, and writes these frames again.
int write_out(sqlite3_file* file) {
  LogFile& log = log_of(file);
  if (log.waiting.empty()) return SQLITE_OK;
  const int code =
      below(file)->pMethods->xWrite(below(file), log.waiting.data(), static_cast<int>(log.waiting.size()), log.offset);
  log.waiting.clear();
  return code;
}

int log_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  const auto count = static_cast<size_t>(size);
  const bool continues = offset == log.offset + static_cast<sqlite3_int64>(log.waiting.size());
  if (!continues || log.waiting.size() + count > kMostWaiting) {
    if (const int code = write_out(file); code != SQLITE_OK) return code;
  }
  if (count > kMostWaiting) return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
  if (log.waiting.empty()) log.offset = offset;
  // No exception may pass through SQLite.
  try {
    log.waiting.append(static_cast<const char*>(bytes), count);
  } catch (const std::bad_alloc&) {
    return SQLITE_IOERR_NOMEM;
  }
  return SQLITE_OK;
}

int log_read(sqlite3_file* file, void* bytes, int size, sqlite3_int64 offset) {
  if (const int code = write_out(file); code != SQLITE_OK) return code;
  return below(file)->pMethods->xRead(below(file), bytes, size, offset);
}

int log_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = write_out(file); code != SQLITE_OK) return code;
  return below(file)->pMethods->xTruncate(below(file), size);
}

int log_sync(sqlite3_file* file, int flags) {
  if (const int code = write_out(file); code != SQLITE_OK) return code;
  return below(file)->pMethods->xSync(below(file), flags);
}

int log_size(sqlite3_file* file, sqlite3_int64* size) {
  if (const int code = write_out(file); code != SQLITE_OK) return code;
  return below(file)->pMethods->xFileSize(below(file), size);
}

int log_close(sqlite3_file* file) {
  // Frames that still wait belong to no commit: a commit has been synced.
  const int written = write_out(file);
  const int closed = below(file)->pMethods->xClose(below(file));
  log_of(file).~LogFile();
  return closed != SQLITE_OK ? closed : written;
}

const sqlite3_io_methods& log_methods() {
  static const sqlite3_io_methods kMethods = [] {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;
    methods.xClose = log_close;
    methods.xRead = log_read;
    methods.xWrite = log_write;
    methods.xTruncate = log_truncate;
    methods.xSync = log_sync;
    methods.xFileSize = log_size;
    methods.xLock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xLock(below(f), level); };
    methods.xUnlock = [](sqlite3_file* f, int level) { return below(f)->pMethods->xUnlock(below(f), level); };
    methods.xCheckReservedLock = [](sqlite3_file* f, int* out) {
      return below(f)->pMethods->xCheckReservedLock(below(f), out);
    };
    methods.xFileControl = [](sqlite3_file* f, int op, void* arg) {
      return below(f)->pMethods->xFileControl(below(f), op, arg);
    };
    methods.xSectorSize = [](sqlite3_file* f) { return below(f)->pMethods->xSectorSize(below(f)); };
    methods.xDeviceCharacteristics = [](sqlite3_file* f) {
      return below(f)->pMethods->xDeviceCharacteristics(below(f));
    };
    return methods;
  }();
  return kMethods;
}

int open_file(sqlite3_vfs* vfs, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
  if ((flags & SQLITE_OPEN_WAL) == 0) return below(vfs)->xOpen(below(vfs), name, file, flags, out_flags);
  auto* log = new (file) LogFile{};
  const int code = below(vfs)->xOpen(below(vfs), name, below(file), flags, out_flags);
  if (code == SQLITE_OK) {
    log->base.pMethods = &log_methods();
    return SQLITE_OK;
  }
  // A file without methods is not closed by SQLite, one whose opening failed half-way has to be by us.
  if (below(file)->pMethods != nullptr) below(file)->pMethods->xClose(below(file));
  log->~LogFile();
  file->pMethods = nullptr;
  return code;
}

// Each call goes to the system below with its own struct, since that may keep something in it.
sqlite3_vfs make_vfs(sqlite3_vfs* system) {
  sqlite3_vfs vfs{};
  vfs.iVersion = std::min(system->iVersion, 2);
  vfs.szOsFile = static_cast<int>(sizeof(LogFile)) + system->szOsFile;
  vfs.mxPathname = system->mxPathname;
  vfs.zName = kGatheringVfs.data();
  vfs.pAppData = system;
  vfs.xOpen = open_file;
  vfs.xDelete = [](sqlite3_vfs* v, const char* name, int sync) { return below(v)->xDelete(below(v), name, sync); };
  vfs.xAccess = [](sqlite3_vfs* v, const char* name, int flags, int* out) {
    return below(v)->xAccess(below(v), name, flags, out);
  };
  vfs.xFullPathname = [](sqlite3_vfs* v, const char* name, int size, char* out) {
    return below(v)->xFullPathname(below(v), name, size, out);
  };
  vfs.xDlOpen = [](sqlite3_vfs* v, const char* name) { return below(v)->xDlOpen(below(v), name); };
  vfs.xDlError = [](sqlite3_vfs* v, int size, char* out) { below(v)->xDlError(below(v), size, out); };
  vfs.xDlSym = [](sqlite3_vfs* v, void* library, const char* name) {
    return below(v)->xDlSym(below(v), library, name);
  };
  vfs.xDlClose = [](sqlite3_vfs* v, void* library) { below(v)->xDlClose(below(v), library); };
  vfs.xRandomness = [](sqlite3_vfs* v, int size, char* out) { return below(v)->xRandomness(below(v), size, out); };
  vfs.xSleep = [](sqlite3_vfs* v, int microseconds) { return below(v)->xSleep(below(v), microseconds); };
  vfs.xCurrentTime = [](sqlite3_vfs* v, double* out) { return below(v)->xCurrentTime(below(v), out); };
  vfs.xGetLastError = [](sqlite3_vfs* v, int size, char* out) { return below(v)->xGetLastError(below(v), size, out); };
  vfs.xCurrentTimeInt64 = [](sqlite3_vfs* v, sqlite3_int64* out) { return below(v)->xCurrentTimeInt64(below(v), out); };
  return vfs;
}

}  // namespace

int gather_log_writes() {
  static const int kCode = [] {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    if (system == nullptr) return SQLITE_ERROR;
    static sqlite3_vfs vfs = make_vfs(system);
    return sqlite3_vfs_register(&vfs, 1);
  }();
  return kCode;
}

}  // namespace postern::store
