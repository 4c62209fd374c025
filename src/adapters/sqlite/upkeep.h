#pragma once

#include <string>
#include <vector>

#include "adapters/sqlite/connection.h"

namespace cairn::sqlite {

/// Catalog::verify: the pages of the file, references, and sql::check_rules.
Result<std::vector<std::string>> verify(Connection& db);

/// Catalog::copy_to.
Result<void> copy_to(Connection& db, const std::string& path);

}  // namespace cairn::sqlite
