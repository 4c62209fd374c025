#pragma once

#include <string>
#include <vector>

#include "adapters/sqlite/write_context.h"
#include "ports/catalog.h"

namespace cairn::sqlite {

Result<std::vector<BlobId>> reachable_blobs(Connection& db);
Result<std::vector<std::string>> verify(Connection& db);
Result<void> copy_to(Connection& db, const std::string& path);
Result<std::string> read_setting(Connection& db, const std::string& name);
Result<void> write_setting(const WriteContext& context, const std::string& name, const std::string& value);

}  // namespace cairn::sqlite
