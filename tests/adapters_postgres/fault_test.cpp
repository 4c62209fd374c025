#include <atomic>
#include <thread>

#include "adapters_postgres/open_node.h"

// Servers that go away and connections that are cut.

namespace cairn::testing {
namespace {

TEST_F(Nodes, SayThatTheServerIsAwayAndGoOnOnceItIsBack) {
  const auto node = open_node();
  const Collection collection = make_collection(*node);
  server.crash();
  const auto reading = node->all_collections();
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, reading));
  EXPECT_TRUE(fails_with(ErrorKind::unavailable, node->register_documents(collection.id, documents("document", 1), 5)));
  server.start();
  EXPECT_EQ(must(node->all_collections()).size(), 1u);
  must(node->register_documents(collection.id, documents("document", 1), 5));
}

TEST_F(Nodes, DoNotNoticeThatIdleConnectionsWereCut) {
  const auto node = open_node();
  const Collection collection = make_collection(*node);
  cut_connections();
  EXPECT_EQ(must(node->all_collections()).size(), 1u);
  cut_connections();
  must(node->register_documents(collection.id, documents("document", 1), 5));
}

/// Registers until it succeeds, as a caller does who is told `unavailable`.
void register_stubbornly(Catalog& catalog, const Collection& collection, const std::vector<NewDocument>& documents) {
  for (;;) {
    const auto registered = catalog.register_documents(collection.id, documents, 5);
    if (registered) return;
    ASSERT_EQ(registered.error().kind, ErrorKind::unavailable) << registered.error().message;
  }
}

TEST_F(Nodes, LoseAndDoubleNothingWhileConnectionsAreCut) {
  const auto node = open_node();
  const Collection collection = make_collection(*node);
  std::atomic<int> batches{0};
  std::jthread writer([&] {
    while (batches < 30) register_stubbornly(*node, collection, documents("batch " + std::to_string(batches++), 10));
  });
  for (int cut = 1; cut < 30; ++cut) {
    while (batches < cut) std::this_thread::yield();
    cut_connections();
  }
  writer.join();
  EXPECT_EQ(count_documents(*node, collection), 300u);
  EXPECT_EQ(must(node->task_counts(local_tenant)).at(0), 300u);
  EXPECT_TRUE(must(node->verify()).empty());
}

TEST_F(Nodes, LoseAndDoubleNothingWhileTheServerCrashes) {
  const auto node = open_node();
  const Collection collection = make_collection(*node);
  std::atomic<int> batches{0};
  std::atomic<bool> stop{false};
  std::jthread writer([&] {
    while (!stop) register_stubbornly(*node, collection, documents("batch " + std::to_string(batches++), 5));
  });
  for (int crash = 1; crash <= 3; ++crash) {
    while (batches < crash * 10) std::this_thread::yield();
    server.crash();
    server.start();
  }
  stop = true;
  writer.join();
  EXPECT_EQ(count_documents(*node, collection), 5u * static_cast<unsigned>(batches));
  EXPECT_EQ(must(node->task_counts(local_tenant)).at(0), 5u * static_cast<unsigned>(batches));
  EXPECT_TRUE(must(node->verify()).empty());
}

}  // namespace
}  // namespace cairn::testing
