#include "adapters/s3/blob_cache.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace cairn::s3 {
namespace {

namespace fs = std::filesystem;

constexpr const char* unfinished = "writing-";
/// Older ones belong to nobody who lives.
constexpr auto dead_file = std::chrono::hours(24);

std::unexpected<Error> cache_failure(const fs::path& path, int code) {
  return fail(ErrorKind::unavailable, "the cache folder " + path.string() +
                                          " fails: " + std::generic_category().message(code) +
                                          "; make room or choose another with blobs.cache");
}

void unmap_pages(Bytes part) {
  static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::size_t>(part.data()) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::size_t>(part.data() + part.size()) / page * page;
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

Result<BlobView> map_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == ENOENT ? fail(ErrorKind::not_found, "not in the cache") : cache_failure(path, errno);
  struct stat found{};
  const bool known = ::fstat(file, &found) == 0;
  const auto size = static_cast<std::size_t>(found.st_size);
  void* bytes = known && size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0) : nullptr;
  const int code = errno;
  ::close(file);
  if (!known || bytes == MAP_FAILED) return cache_failure(path, code);
  if (size == 0) return BlobView();
  const std::shared_ptr<const void> owner(bytes,
                                          [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
  return BlobView(Bytes(static_cast<const std::byte*>(bytes), size), owner, unmap_pages);
}

}  // namespace

Result<CacheFile> CacheFile::create(const fs::path& folder) {
  std::string path = (folder / (std::string(unfinished) + "XXXXXX")).string();
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return cache_failure(folder, errno);
  return CacheFile(path, descriptor);
}

CacheFile::CacheFile(CacheFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), descriptor_(std::exchange(other.descriptor_, -1)), bytes_(other.bytes_) {}

CacheFile::~CacheFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

Result<void> CacheFile::append(Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cache_failure(path_.parent_path(), errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
    bytes_ += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> CacheFile::truncate() {
  if (::ftruncate(descriptor_, 0) != 0 || ::lseek(descriptor_, 0, SEEK_SET) != 0)
    return cache_failure(path_.parent_path(), errno);
  bytes_ = 0;
  return {};
}

Result<void> BlobCache::open() {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) return cache_failure(folder_, failure.value());
  for (const auto& file : fs::directory_iterator(folder_, failure)) {
    const std::string name = file.path().filename().string();
    std::error_code gone;
    const bool is_dead =
        name.starts_with(unfinished) && file.last_write_time(gone) < fs::file_time_type::clock::now() - dead_file;
    if (is_blob_id(name)) note(BlobId(name), file.file_size(gone));
    else if (is_dead && !gone) fs::remove(file.path(), gone);
  }
  if (failure) return cache_failure(folder_, failure.value());
  return {};
}

Result<BlobView> BlobCache::view(const BlobId& id) {
  CAIRN_TRY(BlobView found, map_file(path_of(id)));
  note(id, found.bytes().size());
  return found;
}

Result<BlobView> BlobCache::keep(CacheFile file, const BlobId& id) {
  CAIRN_TRY(BlobView whole, map_file(file.path_));
  if (::rename(file.path_.c_str(), path_of(id).c_str()) != 0) return cache_failure(folder_, errno);
  file.path_.clear();
  note(id, whole.bytes().size());
  return whole;
}

void BlobCache::drop(const BlobId& id) {
  const std::lock_guard lock(mutex_);
  ::unlink(path_of(id).c_str());
  if (const auto entry = entries_.find(id); entry != entries_.end()) {
    total_bytes_ -= entry->second.bytes;
    entries_.erase(entry);
  }
}

void BlobCache::note(const BlobId& id, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  const auto [entry, is_new] = entries_.try_emplace(id, Entry{.bytes = bytes});
  entry->second.used = ++uses_;
  if (!is_new) return;
  total_bytes_ += bytes;
  make_room();
}

/// The newest always stays: it was asked for just now.
void BlobCache::make_room() {
  while (total_bytes_ > budget_bytes_ && entries_.size() > 1) {
    const auto oldest = std::ranges::min_element(entries_, {}, [](const auto& entry) { return entry.second.used; });
    ::unlink(path_of(oldest->first).c_str());
    total_bytes_ -= oldest->second.bytes;
    entries_.erase(oldest);
  }
}

}  // namespace cairn::s3
