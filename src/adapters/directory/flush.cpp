#include "adapters/directory/flush.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/directory/file.h"
#include "adapters/directory/file_error.h"

namespace cairn::directory {

Result<void> flush_file_system(const std::filesystem::path& folder) {
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::syncfs(opened.get()) != 0) return fail(file_error("write to", folder, errno));
  return {};
}

}  // namespace cairn::directory
