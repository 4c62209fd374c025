#include "adapters/sqlite/upkeep.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "sql/upkeep.h"

namespace cairn::sqlite {
namespace {

using sql::Row;

Result<void> check_pages(Connection& db, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    if (const std::string line = row.text(); line != "ok") problems.push_back("catalog file: " + line);
  };
  return db.each("PRAGMA integrity_check", add);
}

Result<void> check_references(Connection& db, std::vector<std::string>& problems) {
  const auto add = [&](Row row) {
    const std::string table = row.text(), key = row.text(), parent = row.text();
    problems.push_back("catalog: row " + key + " of " + table + " names a row of " + parent + " that does not exist");
  };
  return db.each("PRAGMA foreign_key_check", add);
}

/// All pages of one state, flushed; writers go on meanwhile.
Result<void> copy_pages(Connection& db, const std::string& path) {
  auto target = Connection::open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, std::chrono::milliseconds(0));
  if (!target)
    return fail(target.error().kind, "cannot write " + path + ": check that its folder exists and may be written");
  sqlite3_backup* backup = sqlite3_backup_init((*target)->handle(), "main", db.handle(), "main");
  if (backup == nullptr) return (*target)->failure(sqlite3_errcode((*target)->handle()));
  sqlite3_backup_step(backup, -1);
  if (const int code = sqlite3_backup_finish(backup); code != SQLITE_OK) return (*target)->failure(code);
  return {};
}

/// A rename is durable once its folder is.
Result<void> put_in_place(const std::string& partial, const std::string& path) {
  std::error_code failure;
  std::filesystem::rename(partial, path, failure);
  if (failure) return fail(ErrorKind::unavailable, "cannot write " + path + ": " + failure.message());
  const auto parent = std::filesystem::absolute(path).parent_path();
  const int folder = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool flushed = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!flushed) return fail(ErrorKind::unavailable, "cannot flush " + parent.string() + ": check the disk");
  return {};
}

}  // namespace

Result<std::vector<std::string>> verify(Connection& db) {
  std::vector<std::string> problems;
  CAIRN_CHECK(check_pages(db, problems));
  if (!problems.empty()) return problems;  // What follows reads through the same damage.
  CAIRN_CHECK(check_references(db, problems));
  CAIRN_CHECK(sql::check_rules(db, problems));
  return problems;
}

Result<void> copy_to(Connection& db, const std::string& path) {
  const std::string partial = path + ".partial";
  std::error_code failure;
  std::filesystem::remove(partial, failure);
  auto written = copy_pages(db, partial);
  if (written) written = put_in_place(partial, path);
  if (!written) std::filesystem::remove(partial, failure);
  return written;
}

}  // namespace cairn::sqlite
