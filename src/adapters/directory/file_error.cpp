#include "adapters/directory/file_error.h"

#include <cerrno>
#include <string>
#include <system_error>

namespace cairn::directory {
namespace {

std::string advice(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT: return "the disk is full: free some space, then run it again";
    case EROFS: return "the file system is read-only: mount it writable, or choose another folder with --data";
    case EACCES:
    case EPERM:
      return "this user may not write or read there: change the folder's permissions, or choose another with --data";
    case ENOENT:
    case ENOTDIR: return "the folder is missing: create it, or choose another with --data";
    case EMFILE:
    case ENFILE: return "too many files are open: raise the limit with `ulimit -n`";
    case EIO: return "the disk reported an error: check it, then run `cairn fsck`";
    default: return std::generic_category().message(code);
  }
}

}  // namespace

Error file_error(std::string_view action, const std::filesystem::path& path, int code) {
  return {ErrorKind::unavailable, "cannot " + std::string(action) + " " + path.string() + ": " + advice(code)};
}

}  // namespace cairn::directory
