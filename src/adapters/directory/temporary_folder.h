#pragma once

#include <filesystem>
#include <string>

#include "adapters/directory/file.h"
#include "base/result.h"

namespace cairn::directory {

/// This process's own folder below `tmp/`, for files that are not finished. Its owner holds a lock on it (flock), which
/// the kernel drops when the owner dies: so a folder whose lock is free belongs to a dead writer, whatever has become
/// of its process id.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create(const std::filesystem::path& parent);

  TemporaryFolder(TemporaryFolder&&) noexcept = default;
  TemporaryFolder& operator=(TemporaryFolder&&) noexcept = default;
  ~TemporaryFolder();

  const std::filesystem::path& path() const { return path_; }
  int descriptor() const { return folder_.get(); }

 private:
  TemporaryFolder(std::filesystem::path path, File folder) : path_(std::move(path)), folder_(std::move(folder)) {}

  std::filesystem::path path_;
  File folder_;
};

/// Removes the folders of dead writers below `parent`. What cannot be removed now is left for the next time.
void remove_dead_folders(const std::filesystem::path& parent);

}  // namespace cairn::directory
