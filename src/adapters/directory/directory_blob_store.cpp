#include "adapters/directory/directory_blob_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "adapters/directory/blob_folder.h"
#include "adapters/directory/directory_blob_writer.h"
#include "adapters/directory/file_error.h"

namespace cairn {
namespace directory {
namespace {

std::unexpected<Error> no_such_blob(const BlobId& id) {
  return fail(ErrorKind::not_found, "there is no blob " + id.value() + ": run `cairn fsck` to see what misses it");
}

BlobInfo to_info(const BlobId& id, const struct stat& file) {
  const auto since_epoch = std::chrono::seconds(file.st_mtim.tv_sec) + std::chrono::nanoseconds(file.st_mtim.tv_nsec);
  return {.id = id,
          .bytes = static_cast<std::uint64_t>(file.st_size),
          .modified_at = TimePoint(std::chrono::floor<std::chrono::milliseconds>(since_epoch))};
}

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

/// The names in a folder below `parent`; null when it is not there (any more).
std::unique_ptr<DIR, CloseFolder> open_folder(int parent, const char* name) {
  const int descriptor = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  DIR* folder = ::fdopendir(descriptor);
  if (folder == nullptr) ::close(descriptor);
  return std::unique_ptr<DIR, CloseFolder>(folder);
}

class DirectoryBlobStore final : public BlobStore {
 public:
  explicit DirectoryBlobStore(std::shared_ptr<BlobFolder> folder) : folder_(std::move(folder)) {}

  Result<std::unique_ptr<BlobWriter>> create() override {
    CAIRN_CHECK(require_writable());
    CAIRN_CHECK(folder_->temporary());
    return std::make_unique<DirectoryBlobWriter>(folder_);
  }

  Result<void> sync() override {
    CAIRN_CHECK(require_writable());
    return folder_->sync();
  }

  Result<BlobView> open(const BlobId& id) const override {
    if (!is_blob_id(id.value())) return no_such_blob(id);
    const File file(::openat(folder_->blobs(), BlobFolder::relative_path(id).c_str(), O_RDONLY | O_CLOEXEC));
    struct stat found{};
    if (!file.is_open() || ::fstat(file.get(), &found) != 0) return read_failure(id);
    const auto size = static_cast<std::size_t>(found.st_size);
    if (size == 0) return BlobView();
    auto mapped = map_file(file, size);
    if (!mapped) return read_failure(id);
    return BlobView(Bytes(static_cast<const std::byte*>(mapped.get()), size), mapped, unmap_pages);
  }

  Result<void> verify(const BlobId& id) const override {
    CAIRN_TRY(const BlobView view, open(id));
    return check_hash(id, view.bytes());
  }

  Result<BlobInfo> info(const BlobId& id) const override {
    if (!is_blob_id(id.value())) return no_such_blob(id);
    struct stat found{};
    if (::fstatat(folder_->blobs(), BlobFolder::relative_path(id).c_str(), &found, 0) != 0) return read_failure(id);
    return to_info(id, found);
  }

  Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const override {
    if (folder_->blobs() < 0) return {};
    const auto blobs = open_folder(folder_->blobs(), ".");
    if (!blobs) return fail(file_error("read", folder_->path() / "blobs", errno));
    while (const dirent* subfolder = ::readdir(blobs.get())) {
      if (subfolder->d_name[0] == '.') continue;
      if (!list_subfolder(subfolder->d_name, visit)) break;
    }
    return {};
  }

  Result<void> remove(const BlobId& id) override {
    CAIRN_CHECK(require_writable());
    if (!is_blob_id(id.value())) return {};
    const bool removed = ::unlinkat(folder_->blobs(), BlobFolder::relative_path(id).c_str(), 0) == 0;
    if (!removed && errno != ENOENT) return fail(file_error("remove", folder_->full_path(id), errno));
    return {};
  }

  Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) override {
    CAIRN_CHECK(require_writable());
    const auto one_at_a_time = folder_->lock_names();
    const auto found = info(id);
    if (!found && found.error().kind != ErrorKind::not_found) return fail(found.error());
    if (found && found->modified_at > folder_->now() - age) return false;
    if (found) CAIRN_CHECK(remove(id));
    return true;
  }

 private:
  Result<void> require_writable() const {
    if (folder_->writable()) return {};
    return fail(ErrorKind::unavailable, folder_->path().string() + " was opened for reading only");
  }

  std::unexpected<Error> read_failure(const BlobId& id) const {
    if (errno == ENOENT || folder_->blobs() < 0) return no_such_blob(id);
    return fail(file_error("read", folder_->full_path(id), errno));
  }

  /// Returns false when `visit` wants no more.
  bool list_subfolder(const char* name, const std::function<bool(const BlobInfo&)>& visit) const {
    const auto subfolder = open_folder(folder_->blobs(), name);
    if (!subfolder) return true;
    while (const dirent* entry = ::readdir(subfolder.get())) {
      struct stat found{};
      if (!is_blob_id(entry->d_name) || ::fstatat(::dirfd(subfolder.get()), entry->d_name, &found, 0) != 0) continue;
      if (!visit(to_info(BlobId(entry->d_name), found))) return false;
    }
    return true;
  }

  std::shared_ptr<BlobFolder> folder_;
};

}  // namespace
}  // namespace directory

Result<std::unique_ptr<BlobStore>> open_directory_blob_store(const DirectoryBlobStoreOptions& options) {
  auto folder = std::make_shared<directory::BlobFolder>(options.folder, options.access == DirectoryAccess::write);
  CAIRN_CHECK(folder->open());
  return std::make_unique<directory::DirectoryBlobStore>(std::move(folder));
}

}  // namespace cairn
