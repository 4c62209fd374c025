#include "api/cli/temporary_store.h"

#include <cstdlib>

namespace cairn::cli {

Result<TemporaryFolder> TemporaryFolder::make() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "cairn-XXXXXX").string();
  if (error || mkdtemp(name.data()) == nullptr)
    return fail(ErrorKind::unavailable, "cannot make a temporary folder: set TMPDIR to a folder that can be written");
  return TemporaryFolder(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace cairn::cli
