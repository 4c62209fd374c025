#pragma once

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>

namespace cairn::testing {

enum class OwnFileSystem { passed, failed, not_possible_here };

/// Runs `check` in a child process for which a fresh file system is mounted at `folder` (mount options such as
/// "size=2m"). Needs the right to mount, which test machines with containers sometimes lack.
inline OwnFileSystem with_own_file_system(const std::filesystem::path& folder, const char* options,
                                          const std::function<bool()>& check) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", folder.c_str(), "tmpfs", 0, options) != 0)
      ::_exit(2);
    try {
      ::_exit(check() ? 0 : 1);
    } catch (const std::exception& failure) {
      std::cerr << failure.what() << std::endl;
      ::_exit(1);
    }
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status)) return OwnFileSystem::failed;
  if (WEXITSTATUS(status) == 2) return OwnFileSystem::not_possible_here;
  return WEXITSTATUS(status) == 0 ? OwnFileSystem::passed : OwnFileSystem::failed;
}

inline bool make_read_only(const std::filesystem::path& folder) {
  return ::mount(nullptr, folder.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

}  // namespace cairn::testing
