#include "adapters/directory/blob_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "adapters/directory/file_error.h"

namespace cairn::directory {
namespace {

namespace fs = std::filesystem;

/// From so many blobs on, one syncfs() of the whole file system is cheaper than an fsync() of each file: every fsync
/// waits for the journal once.
constexpr std::size_t flush_each_below = 8;

constexpr mode_t folder_mode = 0777;  // Less the umask.

}  // namespace

Result<void> BlobFolder::open() {
  const fs::path blobs = folder_ / "blobs";
  if (writable_) {
    std::error_code failure;
    for (const fs::path& wanted : {blobs, folder_ / "tmp"}) {
      fs::create_directories(wanted, failure);
      if (failure) return fail(file_error("create", wanted, failure.value()));
    }
    if (::access(blobs.c_str(), W_OK | X_OK) != 0) return fail(file_error("write to", blobs, errno));
    remove_dead_folders(folder_ / "tmp");
  } else if (std::error_code failure; !fs::is_directory(folder_, failure)) {
    return fail(file_error("read", folder_, failure ? failure.value() : ENOTDIR));
  }
  blobs_ = File(::open(blobs.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!blobs_.is_open() && (writable_ || errno != ENOENT)) return fail(file_error("read", blobs, errno));
  return {};
}

std::string BlobFolder::relative_path(const BlobId& id) { return id.value().substr(0, 2) + "/" + id.value(); }

Result<const TemporaryFolder*> BlobFolder::temporary() {
  const std::lock_guard lock(temporary_mutex_);
  if (!temporary_) {
    CAIRN_TRY(TemporaryFolder made, TemporaryFolder::create(folder_ / "tmp"));
    temporary_.emplace(std::move(made));
  }
  return &*temporary_;
}

TimePoint BlobFolder::now() const {
  return made_at_ + std::chrono::floor<std::chrono::milliseconds>(std::chrono::steady_clock::now() - made_);
}

bool BlobFolder::stamp(int folder, const std::string& name) const {
  const auto since_epoch = now().time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  timespec times[2]{};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = seconds.count();
  times[1].tv_nsec = std::chrono::nanoseconds(since_epoch - seconds).count();
  return ::utimensat(folder, name.c_str(), times, AT_SYMLINK_NOFOLLOW) == 0;
}

bool BlobFolder::renew(const BlobId& id, std::uint64_t bytes) {
  const std::lock_guard lock(names_mutex_);
  const std::string path = relative_path(id);
  struct stat found{};
  if (::fstatat(blobs(), path.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return false;
  return static_cast<std::uint64_t>(found.st_size) == bytes && stamp(blobs(), path);
}

Result<void> BlobFolder::publish(const std::string& temporary_name, const BlobId& id) {
  CAIRN_TRY(const TemporaryFolder* from, temporary());
  const std::string target = relative_path(id);
  const std::lock_guard lock(names_mutex_);
  if (!stamp(from->descriptor(), temporary_name)) return fail(file_error("write to", from->path(), errno));
  if (::renameat(from->descriptor(), temporary_name.c_str(), blobs(), target.c_str()) == 0) return {};
  if (errno == ENOENT) {  // The first blob of its subfolder.
    const std::string subfolder = target.substr(0, 2);
    if (::mkdirat(blobs(), subfolder.c_str(), folder_mode) != 0 && errno != EEXIST)
      return fail(file_error("create", folder_ / "blobs" / subfolder, errno));
    if (::renameat(from->descriptor(), temporary_name.c_str(), blobs(), target.c_str()) == 0) return {};
  }
  return fail(file_error("write", full_path(id), errno));
}

void BlobFolder::add_pending(const BlobId& id) {
  const std::lock_guard lock(pending_mutex_);
  pending_.push_back(id);
}

Result<void> BlobFolder::sync() {
  const std::lock_guard one_at_a_time(sync_mutex_);
  // After a failed flush the kernel may have dropped the pages, and a second flush would "succeed" without them.
  if (disk_failed_) return fail(file_error("write to", folder_, EIO));
  std::vector<BlobId> ids;
  {
    const std::lock_guard lock(pending_mutex_);
    ids.swap(pending_);
  }
  if (ids.empty()) return {};
  Result<void> flushed;
  if (ids.size() < flush_each_below) flushed = flush_each(ids);
  else if (::syncfs(blobs()) != 0) flushed = fail(file_error("write to", folder_, errno));
  disk_failed_ = !flushed;
  return flushed;
}

Result<void> BlobFolder::flush_each(const std::vector<BlobId>& ids) const {
  std::set<std::string> subfolders;
  for (const BlobId& id : ids) {
    CAIRN_CHECK(flush_file(relative_path(id)));
    subfolders.insert(id.value().substr(0, 2));
  }
  for (const std::string& subfolder : subfolders) CAIRN_CHECK(flush_file(subfolder));
  return flush_file(".");
}

Result<void> BlobFolder::flush_file(const std::string& relative) const {
  const File file(::openat(blobs(), relative.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open() && errno == ENOENT) return {};  // Removed meanwhile.
  if (!file.is_open() || ::fsync(file.get()) != 0)
    return fail(file_error("write to", folder_ / "blobs" / relative, errno));
  return {};
}

}  // namespace cairn::directory
