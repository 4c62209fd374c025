#pragma once

#include <string>
#include <vector>

#include "ports/catalog.h"
#include "sql/write_context.h"

namespace cairn::sql {

Result<std::vector<BlobId>> reachable_blobs(Connection& db);

/// Adds a line for each row that breaks what every catalog keeps to.
Result<void> check_rules(Connection& db, std::vector<std::string>& problems);

Result<std::string> read_setting(Connection& db, const std::string& name);
Result<void> write_setting(const WriteContext& context, const std::string& name, const std::string& value);

}  // namespace cairn::sql
