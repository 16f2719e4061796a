#include "store/sqlite_log.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace postern::store {

namespace {

// File format 4.2: the log's own header, and that of each frame in front of its page.
constexpr sqlite3_int64 kLogHeaderBytes = 32;
constexpr int kFrameHeaderBytes = 24;

// SQLite gives the memory, which begins with its own struct; the file of the system below comes right after this one.
struct LogFile {
  sqlite3_file base;
  // A frame's header that SQLite has written and the file below has not; and the whole frame, once its page is there.
  std::string waiting;
  sqlite3_int64 header;  // offset of the header that was written last, or waits
  sqlite3_int64 end;     // of the frame that was written last
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

int write_out(sqlite3_file* file) {
  LogFile& log = log_of(file);
  if (log.waiting.empty()) return SQLITE_OK;
  const int code =
      below(file)->pMethods->xWrite(below(file), log.waiting.data(), static_cast<int>(log.waiting.size()), log.header);
  log.waiting.clear();
  return code;
}

// A header waits only where the next frame begins: then SQLite writes its page next, or syncs, and does nothing else
// in between. Others are headers of earlier frames that get new checksums.
int log_write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
  LogFile& log = log_of(file);
  const std::string_view written(static_cast<const char*>(bytes), static_cast<size_t>(size));
  const bool is_header = size == kFrameHeaderBytes;
  const bool is_page = !is_header && offset == log.header + kFrameHeaderBytes;
  const bool begins_frame = is_header && (offset == log.end || offset == kLogHeaderBytes);
  if (is_page) log.end = offset + size;
  // No exception may pass through SQLite.
  try {
    if (is_page && !log.waiting.empty()) {
      log.waiting += written;
      return write_out(file);
    }
    if (const int code = write_out(file); code != SQLITE_OK) return code;
    if (is_header) log.header = offset;
    if (begins_frame) {
      log.waiting = written;
      return SQLITE_OK;
    }
  } catch (const std::bad_alloc&) {
    log.waiting.clear();
    return SQLITE_IOERR_NOMEM;
  }
  return below(file)->pMethods->xWrite(below(file), bytes, size, offset);
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
  const int code = below(file)->pMethods->xClose(below(file));
  log_of(file).~LogFile();
  return code;
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
  vfs.zName = kJoiningVfs.data();
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

int join_log_writes() {
  static const int kCode = [] {
    sqlite3_vfs* system = sqlite3_vfs_find(nullptr);
    if (system == nullptr) return SQLITE_ERROR;
    static sqlite3_vfs vfs = make_vfs(system);
    return sqlite3_vfs_register(&vfs, 1);
  }();
  return kCode;
}

}  // namespace postern::store
