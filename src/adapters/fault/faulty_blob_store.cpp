#include "adapters/fault/faulty_blob_store.h"

#include <utility>

#include "adapters/fault/inject.h"

namespace cairn {

/// The blobs that a power cut could take.
class FaultyBlobStore::Unsynced {
 public:
  void add(const BlobId& id) {
    const std::lock_guard lock(mutex_);
    ids_.insert(id);
  }
  void add(std::set<BlobId> ids) {
    const std::lock_guard lock(mutex_);
    ids_.merge(ids);
  }
  std::set<BlobId> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(ids_, {});
  }

 private:
  std::mutex mutex_;
  std::set<BlobId> ids_;  // Guarded by mutex_.
};

class FaultyBlobStore::Writer final : public BlobWriter {
 public:
  Writer(std::unique_ptr<BlobWriter> inner, const FaultyBlobStore& store)
      : inner_(std::move(inner)), plan_(store.plan_), unsynced_(store.unsynced_) {}

  Result<void> append(Bytes bytes) override {
    if (broken_) return fail(plan_->error("blobs.append", Fault::before));
    const Fault fault = plan_->next(true);
    plan_->reach("blobs.append", "before");
    if (fault == Fault::torn) (void)inner_->append(bytes.first(bytes.size() / 2));
    if (fault == Fault::none || fault == Fault::after) CAIRN_CHECK(inner_->append(bytes));
    plan_->reach("blobs.append", "after");
    broken_ = fault != Fault::none;  // What has arrived of this blob is not known: it can only be dropped.
    return broken_ ? Result<void>(fail(plan_->error("blobs.append", fault))) : Result<void>();
  }

  Result<BlobId> finish() override {
    if (broken_) return fail(plan_->error("blobs.finish", Fault::before));
    return inject(*plan_, "blobs.finish", [&]() -> Result<BlobId> {
      CAIRN_TRY(BlobId id, inner_->finish());
      unsynced_->add(id);
      return id;
    });
  }

 private:
  std::unique_ptr<BlobWriter> inner_;
  std::shared_ptr<FaultPlan> plan_;
  std::shared_ptr<Unsynced> unsynced_;
  bool broken_ = false;
};

FaultyBlobStore::FaultyBlobStore(BlobStore& inner, std::shared_ptr<FaultPlan> plan)
    : inner_(inner), plan_(std::move(plan)), unsynced_(std::make_shared<Unsynced>()) {}

FaultyBlobStore::~FaultyBlobStore() = default;

Result<std::unique_ptr<BlobWriter>> FaultyBlobStore::create() {
  return inject(*plan_, "blobs.create", [&]() -> Result<std::unique_ptr<BlobWriter>> {
    CAIRN_TRY(auto writer, inner_.create());
    return std::make_unique<Writer>(std::move(writer), *this);
  });
}

Result<void> FaultyBlobStore::sync() {
  auto pending = unsynced_->take();
  const auto result = inject(*plan_, "blobs.sync", [&] { return inner_.sync(); });
  if (!result) unsynced_->add(std::move(pending));
  return result;
}

Result<BlobView> FaultyBlobStore::open(const BlobId& id) const {
  return inject(*plan_, "blobs.open", [&] { return inner_.open(id); });
}

Result<void> FaultyBlobStore::verify(const BlobId& id) const {
  return inject(*plan_, "blobs.verify", [&] { return inner_.verify(id); });
}

Result<BlobInfo> FaultyBlobStore::info(const BlobId& id) const {
  return inject(*plan_, "blobs.info", [&] { return inner_.info(id); });
}

Result<void> FaultyBlobStore::list(const std::function<bool(const BlobInfo&)>& visit) const {
  return inject(*plan_, "blobs.list", [&] { return inner_.list(visit); });
}

Result<void> FaultyBlobStore::remove(const BlobId& id) {
  return inject(*plan_, "blobs.remove", [&] { return inner_.remove(id); });
}

Result<bool> FaultyBlobStore::remove_older(const BlobId& id, std::chrono::milliseconds age) {
  return inject(*plan_, "blobs.remove", [&] { return inner_.remove_older(id, age); });
}

Result<void> FaultyBlobStore::cut_power() {
  for (const BlobId& id : unsynced_->take())
    if (plan_->toss(0.5)) CAIRN_CHECK(inner_.remove(id));
  return {};
}

}  // namespace cairn
