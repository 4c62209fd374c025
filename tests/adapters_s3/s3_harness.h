#pragma once

#include <memory>
#include <optional>

#include "adapters/s3/s3_blob_store.h"
#include "contract/blob_store_contract.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

/// Reopened with an empty cache, so that everything comes from the server.
class S3Harness : public BlobStoreHarness {
 public:
  BlobStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    cache_.emplace();
    S3Options wanted = options();
    wanted.cache_folder = cache_->path();
    store_ = must(open_s3_blob_store(wanted));
  }

 protected:
  virtual S3Options options() const = 0;

 private:
  std::optional<TemporaryFolder> cache_;
  std::unique_ptr<BlobStore> store_;
};

}  // namespace cairn::testing
