#include "adapters/directory/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "adapters/directory/file_error.h"

namespace cairn::directory {
namespace {

namespace fs = std::filesystem;

bool is_same_folder(const File& folder, const fs::path& path) {
  struct stat by_descriptor{}, by_path{};
  return ::fstat(folder.get(), &by_descriptor) == 0 && ::stat(path.c_str(), &by_path) == 0 &&
         by_descriptor.st_ino == by_path.st_ino && by_descriptor.st_dev == by_path.st_dev;
}

}  // namespace

Result<TemporaryFolder> TemporaryFolder::create(const fs::path& parent) {
  while (true) {
    std::string pattern = (parent / (std::to_string(::getpid()) + "-XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr) return fail(file_error("write to", parent, errno));
    const fs::path path(pattern);
    File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Between mkdtemp and flock another process may take the folder for a dead one's; then try again.
    const bool locked = folder.is_open() && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno != ENOENT && errno != EWOULDBLOCK) return fail(file_error("lock", path, errno));
    if (locked && is_same_folder(folder, path)) return TemporaryFolder(path, std::move(folder));
  }
}

TemporaryFolder::~TemporaryFolder() {
  if (!folder_.is_open()) return;
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void remove_dead_folders(const fs::path& parent) {
  std::error_code failure;
  std::vector<fs::path> found;
  for (fs::directory_iterator entry(parent, failure), end; !failure && entry != end; entry.increment(failure))
    found.push_back(entry->path());
  for (const fs::path& path : found) {
    const File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!folder.is_open() || ::flock(folder.get(), LOCK_EX | LOCK_NB) != 0) continue;
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
}

}  // namespace cairn::directory
