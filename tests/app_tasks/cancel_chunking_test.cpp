#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "app/chunk_document.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using testing::fails_with;
using testing::must;
using testing::TestStore;

/// Cuts like the fake embedder, and is told to stop while it counts the pieces of a document for the third time.
class CancellingEmbedder final : public Embedder {
 public:
  explicit CancellingEmbedder(CancelToken cancel) : cancel_(std::move(cancel)) {}

  const EmbeddingModel& model() const override { return inner_.model(); }
  Result<std::vector<float>> embed_passages(std::span<const std::string_view> texts,
                                            const CancelToken& cancel) const override {
    return inner_.embed_passages(texts, cancel);
  }
  Result<std::vector<float>> embed_query(std::string_view query) const override { return inner_.embed_query(query); }
  std::vector<Span> piece_spans(std::string_view text) const override {
    if (++counted == 3) cancel_.cancel();
    return inner_.piece_spans(text);
  }

  mutable std::atomic<int> counted{0};

 private:
  testing::FakeEmbedder inner_{"fake"};
  CancelToken cancel_;
};

DocumentText long_document(std::size_t blocks) {
  DocumentText document;
  document.language = "en";
  std::uint32_t start = 0;
  for (std::size_t i = 0; i < blocks; ++i) {
    document.text += "One sentence of some words stands here. Another one follows it.\n";
    const auto end = static_cast<std::uint32_t>(document.text.size());
    document.blocks.push_back({.span = {start, end - 1}});
    start = end;
  }
  return document;
}

TEST(CancelChunking, CuttingALongDocumentStopsAtOnce) {
  for (const char* strategy : {"recursive", "fixed", "sentence"}) {
    const CancelToken cancel;
    const CancellingEmbedder embedder(cancel);
    Chunking chunking;
    chunking.strategy = strategy;
    const auto chunks = chunk_document(long_document(2'000), chunking, embedder, cancel);
    EXPECT_TRUE(fails_with(ErrorKind::cancelled, chunks)) << strategy;
    EXPECT_LE(embedder.counted, 3) << strategy;
  }
}

TEST(CancelChunking, ATaskThatIsCancelledWhileItsDocumentIsCutCommitsNothing) {
  TestStore store;
  store.options.heartbeat = std::chrono::milliseconds(2);
  Collection by_meaning{.tenant = local_tenant, .name = "by meaning"};
  by_meaning.chunking.strategy = "semantic";
  store.collection = must(store.catalog->create_collection(by_meaning));
  testing::FakeEmbedder& embedder = store.embedders.add("slow", {"xx"});
  std::atomic<int> asked{0};
  embedder.before_embedding = [&](std::span<const std::string_view>, const CancelToken& cancel) -> Result<void> {
    if (++asked > 1) return {};
    must(store.catalog->cancel_task(
        must(store.catalog->tasks({.tenant = local_tenant, .status = TaskStatus::running})).items.front().id));
    while (!cancel.cancelled()) std::this_thread::yield();  // The heartbeat must reach us.
    return {};
  };
  store.ingest({{.external_id = "a", .facts = {.language = "xx"}, .content = long_document(2'000).text}});
  EXPECT_EQ(store.work().indexed, 0U);
  EXPECT_EQ(asked, 1);  // Nothing was embedded after that, neither sentences nor chunks.
  EXPECT_TRUE(store.live().empty());
  EXPECT_EQ(must(store.catalog->tasks({.tenant = local_tenant})).items.front().status, TaskStatus::cancelled);
}

}  // namespace
}  // namespace cairn
