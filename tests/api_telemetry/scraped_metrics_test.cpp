#include <gtest/gtest.h>

#include "adapters/sqlite/sqlite_catalog.h"
#include "api/telemetry/process_metrics.h"
#include "api/telemetry/server_metrics.h"
#include "api/telemetry/store_metrics.h"
#include "base/exposition.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/temporary_folder.h"

namespace cairn::telemetry {
namespace {

using testing::must;
using testing::read_exposition;

TEST(ScrapedMetrics, a_process_knows_what_it_uses) {
  MetricRegistry registry;
  add_process_metrics(registry, "1.2.3");
  const auto read = read_exposition(registry.to_prometheus());
  EXPECT_GT(read.samples.at("process_resident_memory_bytes"), 1e6);
  EXPECT_GE(read.samples.at("process_cpu_seconds_total"), 0);
  EXPECT_GE(read.samples.at("process_threads"), 1);
  EXPECT_GE(read.samples.at("process_open_fds"), 3);
  EXPECT_GT(read.samples.at("process_max_fds"), 3);
  const double now = static_cast<double>(SystemClock().now().time_since_epoch().count()) / 1000;
  EXPECT_LT(read.samples.at("process_start_time_seconds"), now + 5);
  EXPECT_GT(read.samples.at("process_start_time_seconds"), now - 3600);
  EXPECT_EQ(read.samples.count("cairn_build_info{version=\"1.2.3\",compiler=\"g++ " __VERSION__ "\"}"), 1U);
}

TEST(ScrapedMetrics, a_server_tells_its_load_as_it_is_now) {
  MetricRegistry registry;
  http::Server::Load load{.connections = 3, .streams = 2, .requests = 1, .queued = 0};
  add_server_metrics(registry, [&load] { return load; });
  EXPECT_EQ(read_exposition(registry.to_prometheus()).samples.at("cairn_event_streams"), 2);
  load.streams = 5;
  EXPECT_EQ(read_exposition(registry.to_prometheus()).samples.at("cairn_event_streams"), 5);
}

class StoreMetricsTest : public ::testing::Test {
 protected:
  void add_collection(const std::string& tenant, const std::string& name) {
    collection = must(catalog->create_collection({.tenant = TenantId(tenant), .name = name}));
  }

  testing::TemporaryFolder folder;
  testing::ManualClock clock;
  std::unique_ptr<Catalog> catalog =
      must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &clock}));
  Collection collection;
};

TEST_F(StoreMetricsTest, each_tenant_has_its_numbers) {
  add_collection("blue", "papers");
  add_collection("red", "letters");
  NewDocument document;
  document.external_id = "a";
  document.content_hash = BlobId(std::string(64, 'a'));
  must(catalog->register_documents(collection.id, {document}, 5));
  MetricRegistry registry;
  add_store_metrics(registry, *catalog);
  const auto read = read_exposition(registry.to_prometheus());
  EXPECT_EQ(read.samples.at(R"(cairn_collections{tenant="blue"})"), 1);
  EXPECT_EQ(read.samples.at(R"(cairn_documents{tenant="red",status="queued"})"), 1);
  EXPECT_EQ(read.samples.at(R"(cairn_documents{tenant="blue",status="queued"})"), 0);
  EXPECT_EQ(read.samples.at(R"(cairn_tasks{tenant="red",status="queued"})"), 1);
  EXPECT_EQ(read.samples.at(R"(cairn_index_chunks{tenant="red"})"), 0);
}

TEST_F(StoreMetricsTest, many_tenants_are_added_up) {
  for (int i = 0; i < 60; ++i) add_collection("tenant" + std::to_string(i), "papers");
  MetricRegistry registry;
  add_store_metrics(registry, *catalog);
  const auto read = read_exposition(registry.to_prometheus());
  EXPECT_EQ(read.samples.at(R"(cairn_collections{tenant="other"})"), 10);
  double total = 0;
  for (const auto& [sample, value] : read.samples)
    if (sample.starts_with("cairn_collections{")) total += value;
  EXPECT_EQ(total, 60);
}

}  // namespace
}  // namespace cairn::telemetry
