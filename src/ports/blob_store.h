#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "domain/ids.h"

namespace cairn {

/// A blob's bytes, readable for as long as the view lives, even if the blob is removed meanwhile. Copies share them.
class BlobView {
 public:
  BlobView() = default;
  BlobView(Bytes bytes, std::shared_ptr<const void> owner) : bytes_(bytes), owner_(std::move(owner)) {}

  /// `give_back` is what let_go() does: it gives memory back that merely stands for a file.
  BlobView(Bytes bytes, std::shared_ptr<const void> owner, void (*give_back)(Bytes))
      : bytes_(bytes), owner_(std::move(owner)), give_back_(give_back) {}

  Bytes bytes() const { return bytes_; }

  /// Says that this part will not be read again soon, so that reading a large blob front to back takes no memory of its
  /// size. It stays readable.
  void let_go(Bytes part) const {
    if (give_back_ != nullptr) give_back_(part);
  }

 private:
  Bytes bytes_;
  std::shared_ptr<const void> owner_;
  void (*give_back_)(Bytes) = nullptr;
};

/// Takes a blob's bytes front to back. Dropped without finish(), it leaves nothing behind. One thread.
class BlobWriter {
 public:
  virtual ~BlobWriter() = default;

  /// Errors: `unavailable` (disk full, store down: nothing of this blob is visible).
  virtual Result<void> append(Bytes bytes) = 0;

  /// Makes the blob visible under its SHA-256; if it exists already, only its `modified_at` is renewed. Durable only
  /// after BlobStore::sync(). After an error the writer is of no more use: drop it.
  virtual Result<BlobId> finish() = 0;
};

struct BlobInfo {
  BlobId id;
  std::uint64_t bytes = 0;
  TimePoint modified_at{};  ///< When it was last finished: collecting by age spares what is about to be named.
};

/// Bytes named by their SHA-256. Blobs are never changed. Every method may be called from any thread and may be
/// retried.
class BlobStore {
 public:
  virtual ~BlobStore() = default;

  /// Errors: `unavailable` (disk full, read-only folder, store down), with what to do.
  virtual Result<std::unique_ptr<BlobWriter>> create() = 0;

  /// Everything finished before this call survives a power cut once it returns. One call covers many blobs.
  virtual Result<void> sync() = 0;

  /// Maps or loads the blob; does not check its hash. Errors: `not_found`, `unavailable`.
  virtual Result<BlobView> open(const BlobId& id) const = 0;

  /// Reads the whole blob where it is kept, past any cache, and compares its hash. Errors: `corrupt`, `not_found`,
  /// `unavailable`.
  virtual Result<void> verify(const BlobId& id) const = 0;

  /// Errors: `not_found`, `unavailable`.
  virtual Result<BlobInfo> info(const BlobId& id) const = 0;

  /// Calls `visit` for every blob, in no order, until it returns false. Blobs that come or go meanwhile may be missed
  /// or seen.
  virtual Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const = 0;

  /// Removing what does not exist is no error. Open views stay readable.
  virtual Result<void> remove(const BlobId& id) = 0;

  /// Removes the blob unless somebody has finished it within `age`, which the store's own clock says: that of no node,
  /// and none that jumps. True: it is not there any more.
  virtual Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) = 0;
};

/// Writes bytes at hand as one blob. Errors as BlobStore::create and BlobWriter.
Result<BlobId> put_blob(BlobStore& store, Bytes bytes);

/// `corrupt` unless these bytes have this name.
Result<void> check_hash(const BlobId& id, Bytes bytes);

}  // namespace cairn
