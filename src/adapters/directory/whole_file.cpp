#include "adapters/directory/whole_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "adapters/directory/file_error.h"

namespace cairn::directory {
namespace {

constexpr std::size_t buffer_bytes = 1 << 20;

/// Whether the open file is still the one that the path names: whoever had it before may have moved it away.
bool is_at(const File& file, const std::filesystem::path& path) {
  struct stat open{}, named{};
  return ::fstat(file.get(), &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
         open.st_dev == named.st_dev;
}

std::unexpected<Error> exists_already(const std::filesystem::path& path) {
  return fail(ErrorKind::conflict, path.string() + " exists already: choose another name, or remove it first");
}

bool is_there(const std::filesystem::path& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0;
}

Result<void> flush_folder_of(const std::filesystem::path& path) {
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  const File opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open() || ::fsync(opened.get()) != 0) return fail(file_error("write to", folder, errno));
  return {};
}

}  // namespace

Result<std::unique_ptr<WholeFile>> WholeFile::create(const std::filesystem::path& path) {
  if (is_there(path)) return exists_already(path);
  const std::string partial = path.string() + ".partial";
  for (;;) {
    File file(::open(partial.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.is_open()) return fail(file_error("write", partial, errno));
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return fail(file_error("write", partial, errno));
      return fail(ErrorKind::conflict, "another process is writing " + path.string() + ": wait for it");
    }
    if (!is_at(file, partial)) continue;
    std::unique_ptr<WholeFile> whole(new WholeFile(path, std::move(file)));
    CAIRN_CHECK(whole->restart());
    return whole;
  }
}

WholeFile::~WholeFile() {
  if (!finished_) ::unlink(partial().c_str());
}

Result<void> WholeFile::restart() {
  buffer_.clear();
  if (::ftruncate(file_.get(), 0) != 0 || ::lseek(file_.get(), 0, SEEK_SET) != 0)
    return fail(file_error("write", partial(), errno));
  return {};
}

Result<void> WholeFile::append(Bytes bytes) {
  buffer_.append(as_text(bytes));
  return buffer_.size() >= buffer_bytes ? write_buffer() : Result<void>();
}

Result<void> WholeFile::finish() {
  CAIRN_CHECK(write_buffer());
  if (::fsync(file_.get()) != 0) return fail(file_error("write", partial(), errno));
  if (::renameat2(AT_FDCWD, partial().c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return exists_already(path_);
    // A file system that cannot promise not to replace.
    if (errno != EINVAL || ::rename(partial().c_str(), path_.c_str()) != 0)
      return fail(file_error("write", path_, errno));
  }
  finished_ = true;
  return flush_folder_of(path_);
}

Result<void> WholeFile::write_buffer() {
  const int code = write_all(file_, as_bytes(buffer_));
  buffer_.clear();
  if (code != 0) return fail(file_error("write", partial(), code));
  return {};
}

Result<BlobView> map_whole_file(const std::filesystem::path& path) {
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat found{};
  if (!file.is_open() && errno == ENOENT) return fail(ErrorKind::not_found, "there is no file " + path.string());
  if (!file.is_open() || ::fstat(file.get(), &found) != 0) return fail(file_error("read", path, errno));
  if (!S_ISREG(found.st_mode)) return fail(ErrorKind::invalid, path.string() + " is not a file");
  if (found.st_size == 0) return BlobView();
  const auto size = static_cast<std::size_t>(found.st_size);
  auto mapped = map_file(file, size);
  if (!mapped) return fail(file_error("read", path, errno));
  return BlobView(Bytes(static_cast<const std::byte*>(mapped.get()), size), mapped, unmap_pages);
}

}  // namespace cairn::directory
