#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/result.h"
#include "ports/blob_store.h"

namespace cairn::s3 {

/// A file in the cache folder that is being written. Removed with this object unless it was kept.
class CacheFile {
 public:
  static Result<CacheFile> create(const std::filesystem::path& folder);
  CacheFile(CacheFile&& other) noexcept;
  CacheFile& operator=(CacheFile&&) = delete;
  ~CacheFile();

  Result<void> append(Bytes bytes);
  Result<void> truncate();
  int descriptor() const { return descriptor_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  friend class BlobCache;
  CacheFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t bytes_ = 0;
};

/// Blobs in files of one folder, mapped when they are opened. Above its budget it drops those that were not used for
/// longest; views of them stay readable. What it holds may vanish at any time without harm. Any thread.
class BlobCache {
 public:
  BlobCache(std::filesystem::path folder, std::uint64_t budget_bytes)
      : folder_(std::move(folder)), budget_bytes_(budget_bytes) {}

  /// Makes the folder, finds what a former process left. Errors: `unavailable`.
  Result<void> open();

  const std::filesystem::path& folder() const { return folder_; }

  /// `not_found` when it is not here.
  Result<BlobView> view(const BlobId& id);

  /// Takes a whole file in; gives a view of it.
  Result<BlobView> keep(CacheFile file, const BlobId& id);

  void drop(const BlobId& id);

 private:
  struct Entry {
    std::uint64_t bytes = 0, used = 0;
  };

  std::filesystem::path path_of(const BlobId& id) const { return folder_ / id.value(); }
  void note(const BlobId& id, std::uint64_t bytes);
  void make_room();

  std::filesystem::path folder_;
  std::uint64_t budget_bytes_;
  std::mutex mutex_;  // Guards what follows.
  std::map<BlobId, Entry> entries_;
  std::uint64_t total_bytes_ = 0, uses_ = 0;
};

}  // namespace cairn::s3
