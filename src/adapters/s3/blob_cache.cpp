#include "adapters/s3/blob_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "base/sha256.h"

namespace cairn::s3 {
namespace {

namespace fs = std::filesystem;

constexpr const char* unfinished = "writing-";
constexpr const char* of_a_second = "second-";
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

std::unexpected<Error> not_here() { return fail(ErrorKind::not_found, "not in the cache"); }

/// A lock on a folder, which ends with its descriptor; -1 when another process has it.
int lock_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor >= 0 && ::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  if (descriptor >= 0) ::close(descriptor);
  return -1;
}

/// The file's time becomes that of its last use, for the order in which a next process drops files.
Result<BlobView> map_file(const fs::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return not_here();
  if (file < 0) return cache_failure(path, errno);
  (void)::futimens(file, nullptr);
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

BlobCache::~BlobCache() {
  std::error_code ignored;
  if (is_second_) fs::remove_all(folder_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

Result<void> BlobCache::open() {
  std::error_code failure;
  fs::create_directories(folder_, failure);
  if (failure) return cache_failure(folder_, failure.value());
  CAIRN_CHECK(take_folder());
  if (is_second_) return {};
  remove_dead_files();
  return find_entries();
}

Result<void> BlobCache::take_folder() {
  lock_ = lock_folder(folder_);
  if (lock_ >= 0) return {};
  std::string own = (folder_ / (std::string(of_a_second) + "XXXXXX")).string();
  if (::mkdtemp(own.data()) == nullptr) return cache_failure(folder_, errno);
  is_second_ = true;
  folder_ = own;
  lock_ = lock_folder(folder_);
  return {};
}

/// Of processes that died.
void BlobCache::remove_dead_files() const {
  std::error_code failure, gone;
  for (const auto& file : fs::directory_iterator(folder_, failure)) {
    const std::string name = file.path().filename().string();
    if (file.last_write_time(gone) >= fs::file_time_type::clock::now() - dead_file || gone) continue;
    if (name.starts_with(unfinished)) fs::remove(file.path(), gone);
    if (!name.starts_with(of_a_second)) continue;
    const int lock = lock_folder(file.path());
    if (lock < 0) continue;
    fs::remove_all(file.path(), gone);
    ::close(lock);
  }
}

Result<void> BlobCache::find_entries() {
  struct Found {
    fs::file_time_type used;
    BlobId id;
    std::uint64_t bytes;
  };
  std::vector<Found> found;
  std::error_code failure, gone;
  for (const auto& file : fs::directory_iterator(folder_, failure)) {
    const std::string name = file.path().filename().string();
    if (is_blob_id(name))
      found.push_back({.used = file.last_write_time(gone), .id = BlobId(name), .bytes = file.file_size(gone)});
  }
  if (failure) return cache_failure(folder_, failure.value());
  std::ranges::sort(found, {}, &Found::used);
  for (const Found& file : found) note(file.id, file.bytes, false);
  return {};
}

Result<BlobView> BlobCache::view(const BlobId& id) {
  const bool proven = is_proven(id);  // Before it is looked at: whatever takes its place later is proven too.
  CAIRN_TRY(BlobView found, map_file(path_of(id)));
  if (!proven && to_hex(Sha256::of(found.bytes())) != id.value()) {
    drop(id);
    return not_here();
  }
  note(id, found.bytes().size(), true);
  return found;
}

Result<BlobView> BlobCache::keep(CacheFile file, const BlobId& id) {
  CAIRN_TRY(BlobView whole, map_file(file.path_));
  if (::rename(file.path_.c_str(), path_of(id).c_str()) != 0) return cache_failure(folder_, errno);
  file.path_.clear();
  note(id, whole.bytes().size(), true);
  return whole;
}

void BlobCache::drop(const BlobId& id) {
  const std::lock_guard lock(mutex_);
  if (const auto known = by_id_.find(id); known != by_id_.end()) forget(known->second);
  else ::unlink(path_of(id).c_str());
}

bool BlobCache::is_proven(const BlobId& id) {
  const std::lock_guard lock(mutex_);
  const auto known = by_id_.find(id);
  return known != by_id_.end() && known->second->is_proven;
}

/// The newest always stays: it was asked for just now.
void BlobCache::note(const BlobId& id, std::uint64_t bytes, bool is_proven) {
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = by_id_.try_emplace(id);
  if (is_new) known->second = entries_.insert(entries_.end(), {.id = id});
  else entries_.splice(entries_.end(), entries_, known->second);
  Entry& entry = entries_.back();
  entry.is_proven |= is_proven;
  total_bytes_ += bytes - std::exchange(entry.bytes, bytes);
  while (total_bytes_ > budget_bytes_ && entries_.size() > 1) forget(entries_.begin());
}

void BlobCache::forget(Entries::iterator entry) {
  ::unlink(path_of(entry->id).c_str());
  total_bytes_ -= entry->bytes;
  by_id_.erase(entry->id);
  entries_.erase(entry);
}

}  // namespace cairn::s3
