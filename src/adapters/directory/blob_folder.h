#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/directory/file.h"
#include "adapters/directory/temporary_folder.h"
#include "base/clock.h"
#include "base/result.h"
#include "ports/blob_store.h"

namespace cairn::directory {

/// What a store and its writers share. Writers keep it alive.
class BlobFolder {
 public:
  BlobFolder(std::filesystem::path folder, bool writable) : folder_(std::move(folder)), writable_(writable) {}

  /// Makes `blobs/` and `tmp/` (write) and opens `blobs/`.
  Result<void> open();

  const std::filesystem::path& path() const { return folder_; }
  bool writable() const { return writable_; }

  /// "ab/abcd…" below blobs/.
  static std::string relative_path(const BlobId& id);
  std::filesystem::path full_path(const BlobId& id) const { return folder_ / "blobs" / relative_path(id); }

  /// Descriptor of blobs/, or -1 when a reader found none.
  int blobs() const { return blobs_.get(); }

  /// This process's folder for unfinished files, made at first use. Stays valid as long as this object.
  Result<const TemporaryFolder*> temporary();
  std::string next_temporary_name() { return std::to_string(counter_++); }

  /// The time of day when this object was made, and the time since then: it does not jump with the machine's clock.
  TimePoint now() const;

  /// Held while a name is published, renewed, or removed for its age: who finishes a blob either finds it gone or keeps
  /// it.
  std::unique_lock<std::mutex> lock_names() { return std::unique_lock(names_mutex_); }

  /// Moves a finished temporary file to its place.
  Result<void> publish(const std::string& temporary_name, const BlobId& id);

  /// Gives the blob's file the present time. False: there is none of so many bytes.
  bool renew(const BlobId& id, std::uint64_t bytes);

  /// Remembers that `id` must be made durable by the next sync().
  void add_pending(const BlobId& id);
  Result<void> sync();

 private:
  bool stamp(int folder, const std::string& name) const;
  Result<void> flush_each(const std::vector<BlobId>& ids) const;
  Result<void> flush_file(const std::string& relative) const;

  std::filesystem::path folder_;
  bool writable_;
  const TimePoint made_at_ = SystemClock().now();
  const std::chrono::steady_clock::time_point made_ = std::chrono::steady_clock::now();
  File blobs_;
  std::mutex names_mutex_;
  std::atomic<std::uint64_t> counter_{0};

  std::mutex temporary_mutex_;
  std::optional<TemporaryFolder> temporary_;  // Guarded by temporary_mutex_ until made, constant afterwards.

  std::mutex pending_mutex_;
  std::vector<BlobId> pending_;  // Guarded by pending_mutex_.

  std::mutex sync_mutex_;
  bool disk_failed_ = false;  // Guarded by sync_mutex_.
};

}  // namespace cairn::directory
