#include "adapters_s3/object_server.h"
#include "adapters_s3/s3_harness.h"

namespace cairn::testing {
namespace {

class OwnServerHarness final : public S3Harness {
 public:
  OwnServerHarness() { reopen(); }

 private:
  S3Options options() const override {
    return {.endpoint = server_.url(),
            .bucket = "bucket",
            .prefix = "some/where/",
            .access_key = "key",
            .secret_key = "secret",
            .part_bytes = 300'000};
  }

  ObjectServer server_;
};

INSTANTIATE_TEST_SUITE_P(OwnServer, BlobStoreContract,
                         ::testing::Values([] { return std::make_unique<OwnServerHarness>(); }));

}  // namespace
}  // namespace cairn::testing
