#pragma once

#include <string>

#include "base/error.h"

struct sqlite3;

namespace cairn::sqlite {

/// What to tell a person when a call on `database` failed with SQLite's result code.
Error sql_error(sqlite3* database, int code);

}  // namespace cairn::sqlite
