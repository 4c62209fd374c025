// What a worker does when its own machinery fails: threads that die, threads that cannot be had, leases that change
// hands while they are renewed.
#include <gmock/gmock.h>
#include <pthread.h>
#include <sys/resource.h>

#include <fstream>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "adapters/fault/faulty_catalog.h"
#include "app/index_batch.h"
#include "app/task_leases.h"
#include "app/test_store.h"

namespace cairn {
namespace {

using testing::must;
using testing::TestStore;

/// A text of so many tokens of FakeEmbedder, in short lines.
std::string words(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += i % 20 == 19 ? "words.\n" : "many ";
  return text;
}

/// A worker of one thread of each kind whose embedding thread dies after its first call.
struct DyingEmbedder : TestStore {
  DyingEmbedder() { options.threads = 1; }

  void ingest_many(int documents, const std::string& text) {
    count = static_cast<std::size_t>(documents);
    for (int i = 0; i < documents; ++i) ingest(std::to_string(i), text);
  }

  void expect_that_the_worker_ends_and_hands_all_back() {
    const auto worked =
        try_work({.on_outcome = {}, .on_embedded = [](std::uint64_t) { throw std::runtime_error("out of luck"); }});
    ASSERT_FALSE(worked);
    EXPECT_EQ(worked.error().kind, ErrorKind::internal);
    EXPECT_THAT(worked.error().message, ::testing::HasSubstr("out of luck"));
    const Page<Task> queued = must(catalog->tasks({.tenant = local_tenant, .status = TaskStatus::queued}));
    ASSERT_EQ(queued.items.size(), count);
    for (const Task& task : queued.items) EXPECT_EQ(task.attempts, 0U);
  }

  std::size_t count = 0;
};

TEST(WorkerFaults, EndsWhenEveryEmbeddingThreadDiesBeforeAFullQueue) {
  DyingEmbedder store;
  store.ingest_many(3, words(12'000));  // Two of them fill the queue.
  store.expect_that_the_worker_ends_and_hands_all_back();
}

TEST(WorkerFaults, EndsWhenEveryEmbeddingThreadDiesWhileADocumentWaitsForMemory) {
  DyingEmbedder store;
  store.options.text_bytes = 1'000;
  store.ingest_many(2, words(4'000));  // More than one call embeds, so that the rest keeps its memory.
  store.expect_that_the_worker_ends_and_hands_all_back();
}

TEST(WorkerFaults, FailsOnlyTheDocumentThatHitsABug) {
  TestStore store;
  store.embedders.add("faulty", {"xx"}).before_embedding = [](std::span<const std::string_view> texts,
                                                              const CancelToken&) -> Result<void> {
    for (const std::string_view text : texts)
      if (text.ends_with("poison")) throw std::runtime_error("out of luck");
    return {};
  };
  store.extractor.before_extracting = [](std::string_view content, const CancelToken&) -> Result<void> {
    if (content == "venom") throw std::runtime_error("out of luck");
    return {};
  };
  const auto source = [](const char* id, const char* text) {
    return IngestSource{.external_id = id, .facts = {.language = "xx"}, .content = std::string(text)};
  };
  store.ingest({source("good", "text"), source("poison", "poison"), source("venom", "venom"), source("fine", "more")});
  EXPECT_EQ(store.work().indexed, 2u);
  for (const char* id : {"poison", "venom"})
    EXPECT_THAT(store.document(id).error, ::testing::HasSubstr("out of luck")) << id;
}

TEST(WorkerFaults, LeavesADocumentThatHitsABugOutOfTheBatch) {
  text::Analyzer analyzer;
  IndexBatch batch(analyzer);
  const testing::FakeEmbedder embedder("fake");
  PreparedDocument document;
  document.task = std::make_shared<RunningTask>(Task{});
  document.embedder = &embedder;
  document.row.id = DocumentId("no id at all");
  EXPECT_TRUE(testing::fails_with(ErrorKind::internal, batch.add_document(document)));
  EXPECT_TRUE(batch.empty());
}

/// While it lives, new threads get such large stacks that the system gives out only `count` of them.
class FewThreads {
 public:
  explicit FewThreads(std::uint64_t count) {
    pthread_getattr_default_np(&attributes_);
    pthread_attr_t large;
    pthread_attr_init(&large);
    pthread_attr_setstacksize(&large, stack_bytes);
    pthread_setattr_default_np(&large);
    pthread_attr_destroy(&large);
    getrlimit(RLIMIT_AS, &limit_);
    const rlimit tight{.rlim_cur = mapped_bytes() + stack_bytes * count + stack_bytes / 2, .rlim_max = limit_.rlim_max};
    setrlimit(RLIMIT_AS, &tight);
  }
  FewThreads(const FewThreads&) = delete;
  FewThreads& operator=(const FewThreads&) = delete;
  ~FewThreads() {
    setrlimit(RLIMIT_AS, &limit_);
    pthread_setattr_default_np(&attributes_);
    pthread_attr_destroy(&attributes_);
  }

 private:
  static constexpr std::uint64_t stack_bytes = 1ULL << 30;

  static std::uint64_t mapped_bytes() {
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * 4'096;
  }

  pthread_attr_t attributes_;
  rlimit limit_{};
};

TEST(WorkerFaults, SaysSoWhenTheSystemRefusesAThread) {
  TestStore store;
  store.ingest("a.txt", "some words");
  for (std::uint64_t threads = 0; threads < 7; ++threads) {
    const auto worked = [&] {
      const FewThreads few(threads);
      return store.try_work();
    }();
    ASSERT_FALSE(worked) << threads;
    EXPECT_EQ(worked.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(worked.error().message, ::testing::HasSubstr("the system refuses another thread"));
  }
  EXPECT_EQ(store.work().indexed, 1U);
}

TEST(WorkerFaults, KeepsTheTaskThatItClaimedAgainWhileTheLostLeaseWasRenewed) {
  TestStore store;
  store.ingest("a.txt", "some words");
  const auto claim = [&] {
    return must(store.catalog->claim({.node = NodeId("local"), .types = {}, .limit = 1})).front();
  };
  std::atomic<int> renewals = 0;
  std::function<void()> at_first_renewal;
  FaultyCatalog catalog(*store.catalog,
                        std::make_shared<FaultPlan>(FaultOptions{.crash_point = [&](std::string_view point) {
                          if (point == "catalog.renew:before" && ++renewals == 1) at_first_renewal();
                        }}));
  TaskLeases leases(catalog, {.lease = store.options.lease, .heartbeat = std::chrono::milliseconds(1)});
  const RunningTaskPtr lost = leases.add(claim());
  RunningTaskPtr again;
  at_first_renewal = [&] {
    must(store.catalog->release({lost->lease()}));
    again = leases.add(claim());
  };
  must(leases.start());
  // The second renewal begins when the first has been dealt with.
  while (renewals < 2 && leases.count() > 0) std::this_thread::yield();

  EXPECT_GT(again->task.epoch, lost->task.epoch);
  EXPECT_FALSE(again->cancel.cancelled());
  EXPECT_EQ(leases.count(), 1U);
}

}  // namespace
}  // namespace cairn
