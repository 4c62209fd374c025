#pragma once

#include <filesystem>

#include "base/result.h"

namespace cairn::sqlite {

/// The right to write to a data folder: an exclusive flock on `lock` in it, dropped by the kernel when its holder dies.
/// The file carries the holder's process id, for the message that others get.
class FolderLock {
 public:
  FolderLock() = default;

  /// Errors: `unavailable` when another process (or another catalog of this one) holds it, or the folder cannot be
  /// written.
  static Result<FolderLock> acquire(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace cairn::sqlite
