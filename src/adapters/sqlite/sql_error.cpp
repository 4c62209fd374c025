#include "adapters/sqlite/sql_error.h"

#include <sqlite3.h>

namespace cairn::sqlite {
namespace {

ErrorKind kind_of(int primary_code) {
  switch (primary_code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM: return ErrorKind::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ErrorKind::corrupt;
    case SQLITE_TOOBIG: return ErrorKind::invalid;
    default: return ErrorKind::internal;
  }
}

std::string explain(int primary_code, const std::string& detail) {
  switch (primary_code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "the catalog is busy: another process holds it; try again";
    case SQLITE_FULL: return "the catalog cannot grow, the disk is full: free some space, then run it again";
    case SQLITE_IOERR:
      return "the disk failed under the catalog (" + detail + "): check it and its free space, then run `cairn fsck`";
    case SQLITE_READONLY:
    case SQLITE_PERM: return "the catalog cannot be written: make its folder writable, or choose another with --data";
    case SQLITE_CANTOPEN:
      return "the catalog cannot be opened: check that its folder exists and may be read and written";
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return "the catalog is damaged (" + detail + "): restore a backup with `cairn restore`";
    case SQLITE_TOOBIG: return "a value is too long for the catalog";
    default: return "the catalog refused a statement: " + detail;
  }
}

}  // namespace

Error sql_error(sqlite3* database, int code) {
  const int primary_code = code & 0xff;
  const std::string detail = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  return {kind_of(primary_code), explain(primary_code, detail)};
}

}  // namespace cairn::sqlite
