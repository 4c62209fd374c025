#pragma once

#include <memory>
#include <mutex>
#include <set>

#include "adapters/fault/fault_plan.h"
#include "ports/blob_store.h"

namespace cairn {

/// A blob store whose calls go wrong now and then. Keeps the promises of the port otherwise: what a caller does with it
/// must hold with any store that fails.
class FaultyBlobStore final : public BlobStore {
 public:
  /// `inner` must outlive this store and its writers.
  FaultyBlobStore(BlobStore& inner, std::shared_ptr<FaultPlan> plan);
  ~FaultyBlobStore() override;

  Result<std::unique_ptr<BlobWriter>> create() override;
  Result<void> sync() override;
  Result<BlobView> open(const BlobId& id) const override;
  Result<void> verify(const BlobId& id) const override;
  Result<BlobInfo> info(const BlobId& id) const override;
  Result<void> list(const std::function<bool(const BlobInfo&)>& visit) const override;
  Result<void> remove(const BlobId& id) override;
  Result<bool> remove_older(const BlobId& id, std::chrono::milliseconds age) override;

  /// What a power cut may do: each blob that was new since the last successful sync() is lost or not, as the seed says.
  Result<void> cut_power();

 private:
  class Unsynced;
  class Writer;

  BlobStore& inner_;
  std::shared_ptr<FaultPlan> plan_;
  std::shared_ptr<Unsynced> unsynced_;
};

}  // namespace cairn
