#include <gmock/gmock.h>

#include "adapters/fault/faulty_blob_store.h"
#include "app/test_store.h"
#include "app/verify_store.h"

namespace cairn {
namespace {

using testing::must;
using testing::TestStore;

/// A store whose blobs go through one that remembers what was not flushed. Nothing else goes wrong.
class PowerCut : public testing::TestStore {
 public:
  explicit PowerCut(std::uint64_t seed)
      : faulty_(*blobs, std::make_shared<FaultPlan>(FaultOptions{.seed = seed, .rate = 0})) {}

  void ingest_one(std::string external_id, std::string text) {
    must(ingest_documents(
        *catalog, faulty_, {.collection = collection.id},
        testing::from_list({{.external_id = std::move(external_id), .facts = {}, .content = std::move(text)}}), {}));
  }

  void ingest_and_work(int documents) {
    std::vector<IngestSource> sources;
    for (int i = 0; i < documents; ++i)
      sources.push_back(
          {.external_id = std::to_string(i), .facts = {}, .content = "text of document " + std::to_string(i)});
    must(
        ingest_documents(*catalog, faulty_, {.collection = collection.id}, testing::from_list(std::move(sources)), {}));
    must(run_tasks(
        {.catalog = *catalog, .blobs = faulty_, .extractor = extractor, .embedders = embedders, .clock = clock},
        options, {}, stop));
  }

  void cut() { must(faulty_.cut_power()); }

 private:
  FaultyBlobStore faulty_;
};

TEST(PowerCut, LosesNothingThatWasAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    PowerCut store(seed);
    store.ingest_and_work(40);
    store.cut();
    store.open();
    EXPECT_EQ(store.live().size(), 40U) << "seed " << seed;
    const StoreVerification found = must(verify_store(*store.catalog, *store.blobs, {}, {}));
    EXPECT_TRUE(found.clean()) << "seed " << seed << ": " << (found.clean() ? "" : found.problems[0].message);
  }
}

TEST(PowerCut, AfterRegistrationLeavesEveryOriginalReadable) {
  PowerCut store(7);
  store.ingest_and_work(3);
  store.ingest_one("late", "late text");
  store.cut();
  store.open();
  store.work();
  EXPECT_EQ(store.live().at("late").text, "late text");
}

}  // namespace
}  // namespace cairn
