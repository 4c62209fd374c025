#include "adapters/sqlite/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace cairn::sqlite {
namespace {

std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  const std::string pid(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  return pid.substr(0, pid.find('\n'));
}

std::string advice(int code) {
  switch (code) {
    case EROFS:
    case EACCES:
    case EPERM: return "it is read-only for this user: make it writable, or choose another folder with --data";
    case ENOENT: return "it does not exist: create it, or choose another folder with --data";
    case ENOSPC:
    case EDQUOT: return "the disk is full: free some space, then run it again";
    case ENOLCK:
    case EOPNOTSUPP: return "its file system has no locks: choose a folder on a local disk with --data";
    default: return std::generic_category().message(code);
  }
}

std::unexpected<Error> cannot_write(const std::filesystem::path& folder, int code) {
  return fail(ErrorKind::unavailable, "cannot write to " + folder.string() + ": " + advice(code));
}

}  // namespace

Result<FolderLock> FolderLock::acquire(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return cannot_write(folder, failure.value());
  FolderLock lock(::open((folder / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (lock.descriptor_ < 0) return cannot_write(folder, errno);
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return cannot_write(folder, errno);
    return fail(ErrorKind::unavailable, "another cairn process (pid " + holder(lock.descriptor_) + ") is writing to " +
                                            folder.string() + "; wait for it or stop it");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock.descriptor_, 0) != 0 || ::pwrite(lock.descriptor_, pid.data(), pid.size(), 0) < 0)
    return cannot_write(folder, errno);
  return lock;
}

FolderLock::FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace cairn::sqlite
