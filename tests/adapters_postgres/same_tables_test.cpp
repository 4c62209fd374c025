#include <gmock/gmock.h>
#include <sqlite3.h>

#include <set>
#include <sstream>

#include "adapters/sqlite/access_store.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "adapters_postgres/open_node.h"
#include "contract/manual_clock.h"

// Both databases have the same tables and columns, although each has its own scripts: the shared SQL knows only one.

namespace cairn::testing {
namespace {

namespace fs = std::filesystem;

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.insert(line);
  return lines;
}

/// "table.column" of each column in a file.
void add_columns(const fs::path& file, std::set<std::string>& columns) {
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
  const auto add = [](void* user, int, char** values, char**) {
    static_cast<std::set<std::string>*>(user)->insert(values[0]);
    return 0;
  };
  const char* all =
      "SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' "
      "AND m.name NOT LIKE 'sqlite_%'";
  EXPECT_EQ(sqlite3_exec(db, all, add, &columns, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
  sqlite3_close(db);
}

std::set<std::string> embedded_columns() {
  const TemporaryFolder folder;
  const ManualClock clock;
  must(open_sqlite_catalog({.folder = folder.path(), .clock = &clock}));
  must(open_sqlite_access_store({.folder = folder.path(), .clock = &clock}));
  std::set<std::string> columns;
  add_columns(folder.path() / "catalog.sqlite", columns);
  add_columns(folder.path() / "access.sqlite", columns);
  return columns;
}

class SameTables : public Nodes {};

TEST_F(SameTables, AreInBothDatabases) {
  open_database();
  std::string name = schema;
  for (std::size_t at = 0; (at = name.find('\'', at)) != std::string::npos; at += 2) name.insert(at, "'");
  const auto columns = lines_of(server.sql(
      "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = '" + name +
      "' AND table_name NOT IN ('schema_version', 'uploads', 'blobs', 'blob_parts', 'nodes', 'scaling', "
      "'scaling_decisions')"));
  EXPECT_GT(columns.size(), 100u);
  EXPECT_THAT(columns, ::testing::ContainerEq(embedded_columns()));
}

}  // namespace
}  // namespace cairn::testing
