#pragma once

#include <cstdint>
#include <filesystem>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

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
/// longest; views of them stay readable. What it holds may vanish at any time without harm. A folder belongs to one
/// process; a second one uses a folder of its own inside, as long as it lives. Any thread.
class BlobCache {
 public:
  BlobCache(std::filesystem::path folder, std::uint64_t budget_bytes)
      : folder_(std::move(folder)), budget_bytes_(budget_bytes) {}
  BlobCache(const BlobCache&) = delete;
  BlobCache& operator=(const BlobCache&) = delete;
  ~BlobCache();

  /// Makes the folder, finds what a former process left. Errors: `unavailable`.
  Result<void> open();

  const std::filesystem::path& folder() const { return folder_; }

  /// `not_found` when it is not here. What a former process left is compared with its name first: after a power cut a
  /// file may have a name and not its bytes.
  Result<BlobView> view(const BlobId& id);

  /// Takes a whole file in whose bytes have this name; gives a view of it.
  Result<BlobView> keep(CacheFile file, const BlobId& id);

  void drop(const BlobId& id);

 private:
  struct Entry {
    BlobId id;
    std::uint64_t bytes = 0;
    bool is_proven = false;  ///< Its bytes were compared with its name by this process.
  };
  using Entries = std::list<Entry>;

  std::filesystem::path path_of(const BlobId& id) const { return folder_ / id.value(); }
  Result<void> take_folder();
  void remove_dead_files() const;
  Result<void> find_entries();
  bool is_proven(const BlobId& id);
  void note(const BlobId& id, std::uint64_t bytes, bool is_proven);
  void forget(Entries::iterator entry);

  std::filesystem::path folder_;
  std::uint64_t budget_bytes_;
  int lock_ = -1;
  bool is_second_ = false;  // Another process has the folder.
  std::mutex mutex_;        // Guards what follows.
  Entries entries_;         // Longest unused first.
  std::unordered_map<BlobId, Entries::iterator> by_id_;
  std::uint64_t total_bytes_ = 0;
};

}  // namespace cairn::s3
