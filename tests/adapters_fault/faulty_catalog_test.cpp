#include "adapters/fault/faulty_catalog.h"

#include <gmock/gmock.h>

#include "adapters/sqlite/sqlite_catalog.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/seed.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {
namespace {

using ::testing::HasSubstr;

class FaultyCatalogTest : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;
  std::unique_ptr<Catalog> real =
      must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &clock}));

  FaultyCatalog with(FaultOptions options) { return {*real, std::make_shared<FaultPlan>(std::move(options))}; }
};

TEST_F(FaultyCatalogTest, FailsBeforeWithoutDoingAnything) {
  FaultyCatalog faulty = with({.seed = 7, .rate = 1, .after = false, .crash_point = {}});
  const auto failed = faulty.set_setting("name", "value");
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, failed));
  EXPECT_THAT(failed.error().message, HasSubstr("seed 7"));
  EXPECT_EQ(must(real->setting("name")), "");
}

TEST_F(FaultyCatalogTest, FailsAfterwardsWithTheWorkDone) {
  FaultyCatalog faulty = with({.seed = 7, .rate = 1, .before = false, .crash_point = {}});
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, faulty.set_setting("name", "value")));
  EXPECT_EQ(must(real->setting("name")), "value");
}

TEST_F(FaultyCatalogTest, FailsTheSameCallsForTheSameSeed) {
  const auto fates = [&](std::uint64_t seed) {
    FaultyCatalog faulty = with({.seed = seed, .rate = 0.3, .crash_point = {}});
    std::vector<bool> worked;
    for (int i = 0; i < 50; ++i) worked.push_back(faulty.setting("name").has_value());
    return worked;
  };
  EXPECT_EQ(fates(1), fates(1));
  EXPECT_NE(fates(1), fates(2));
}

TEST_F(FaultyCatalogTest, PassesACrashPointBeforeAndAfterEachCall) {
  std::vector<std::string> points;
  FaultyCatalog faulty =
      with({.seed = 1, .rate = 0, .crash_point = [&](std::string_view point) { points.emplace_back(point); }});
  must(faulty.set_setting("a", "b"));
  must(faulty.all_collections());
  EXPECT_EQ(points, (std::vector<std::string>{"catalog.set_setting:before", "catalog.set_setting:after",
                                              "catalog.all_collections:before", "catalog.all_collections:after"}));
}

/// Repeats what may be repeated until it works.
template <class Call>
auto persistently(const Call& call) {
  auto result = call();
  while (!result && result.error().kind == ErrorKind::unavailable) result = call();
  return must(std::move(result));
}

TEST_F(FaultyCatalogTest, CallsMarkedRetryMayBeRepeatedAfterAnyFault) {
  const std::uint64_t seed = first_seed();
  SCOPED_TRACE(describe_seed(seed));
  Collection wanted;
  wanted.tenant = local_tenant;
  wanted.name = "papers";
  const Collection collection = must(real->create_collection(wanted));
  FaultyCatalog faulty = with({.seed = seed, .rate = 0.4, .crash_point = {}});
  for (int i = 0; i < 30; ++i) {
    NewDocument document;
    document.external_id = std::to_string(i);
    document.content_hash = BlobId(to_hex(Sha256::of(as_bytes(document.external_id))));
    persistently([&] { return faulty.register_documents(collection.id, {document}, 5); });
    Task compact;
    compact.tenant = local_tenant;
    compact.type = "compact";
    compact.collection = collection.id;
    persistently([&] { return faulty.enqueue(compact); });
    if (i % 3 == 0)
      persistently([&] { return faulty.request_deletion(document_id(collection.id, document.external_id), 5); });
  }
  const auto tasks = must(real->task_counts(local_tenant));
  EXPECT_EQ(tasks.at(static_cast<std::size_t>(TaskStatus::queued)), 20u + 10u + 1u)
      << "ingests, deletions, one compaction";
  EXPECT_EQ(tasks.at(static_cast<std::size_t>(TaskStatus::cancelled)), 10u);
  EXPECT_THAT(must(real->verify()), ::testing::IsEmpty());
}

}  // namespace
}  // namespace cairn::testing
