// One story, killed before and after every call to the catalog and the blob store in turn.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>

#include "adapters/fault/fault_plan.h"
#include "adapters/fault/faulty_blob_store.h"
#include "adapters/fault/faulty_catalog.h"
#include "app/collect_garbage.h"
#include "app/compact.h"
#include "app/ingest_documents.h"
#include "crash/crash_oracle.h"
#include "crash/crash_store.h"

namespace cairn::testing {
namespace {

using Contents = std::map<std::string, std::uint64_t>;

/// The store through adapters that end the process at one point.
class Story {
 public:
  Story(const std::filesystem::path& root, std::uint64_t fatal_point)
      : root_(root),
        store_(root / "store"),
        plan_(std::make_shared<FaultPlan>(FaultOptions{.crash_point =
                                                           [this, fatal_point](std::string_view) {
                                                             if (++points_ == fatal_point) ::kill(::getpid(), SIGKILL);
                                                           }})),
        catalog_(*store_.catalog, plan_),
        blobs_(*store_.blobs, plan_) {}

  void tell() {
    ingest({"a", "b", "c"}, 1);
    work();
    ingest({"b"}, 2);
    remove("c");
    work();
    ingest({"d"}, 3);
    work();
    must(compact(catalog_, blobs_, {.collection = store_.collection.id, .policy = {.thorough = true}}, {}));
    must(collect_garbage(catalog_, blobs_, {}, {}));
    must(back_up(store_, root_ / "backup", catalog_, blobs_));
  }

  static Contents ending() { return {{"a", 1}, {"b", 2}, {"d", 3}}; }

 private:
  void ingest(const std::vector<std::string>& ids, int content) {
    std::size_t position = 0;
    must(ingest_documents(catalog_, blobs_, {.collection = store_.collection.id},
                          [&]() -> Result<std::optional<IngestSource>> {
                            if (position == ids.size()) return std::nullopt;
                            const std::string& id = ids[position++];
                            return IngestSource{.external_id = id,
                                                .facts = {},
                                                .content = "content " + std::to_string(content) + " of " + id};
                          },
                          {}));
  }

  void remove(const std::string& id) {
    const auto requested = catalog_.request_deletion(document_id(store_.collection.id, id), default_priority);
    if (!requested && requested.error().kind != ErrorKind::not_found) must(requested);
  }

  void work() {
    WorkerOptions options = CrashStore::worker_options();
    options.heartbeat = std::chrono::hours(1);  // So that the calls come in the same number each time.
    must(run_tasks({.catalog = catalog_,
                    .blobs = blobs_,
                    .extractor = store_.extractor,
                    .embedders = store_.embedders,
                    .clock = store_.clock},
                   options, {}, {}));
  }

  const std::filesystem::path root_;
  std::atomic<std::uint64_t> points_{0};
  CrashStore store_;
  std::shared_ptr<FaultPlan> plan_;
  FaultyCatalog catalog_;
  FaultyBlobStore blobs_;
};

/// Tells the story in a process of its own. True when it was killed before its end.
bool dies_at(const std::filesystem::path& root, std::uint64_t point) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      Story(root, point).tell();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) != 0) throw std::runtime_error("the story failed by itself");
  return WIFSIGNALED(status);
}

TEST(CrashPoints, AtEachOfThemTheStoreIsCleanAndTheStoryCanBeToldAgain) {
  std::uint64_t point = 1;
  for (bool died = true; died; ++point) {
    SCOPED_TRACE("crash point " + std::to_string(point));
    const TemporaryFolder folder;
    died = dies_at(folder.path(), point);
    {
      const CrashStore store(folder.path() / "store");
      ASSERT_EQ(problems_of(*store.catalog, *store.blobs), "");
      ASSERT_EQ(problems_of_backup(store, folder.path() / "backup"), "");
    }
    if (point % 4 != 0 && died) continue;  // Every point is verified; some are also worked on.
    ASSERT_FALSE(dies_at(folder.path(), 0));
    const CrashStore store(folder.path() / "store");
    ASSERT_EQ(live_contents(store), Story::ending());
    ASSERT_EQ(problems_of(*store.catalog, *store.blobs), "");
    ASSERT_EQ(problems_of_backup(store, folder.path() / "backup"), "");
  }
  EXPECT_GT(point, 100U);  // Otherwise the points are no longer where the work is.
}

}  // namespace
}  // namespace cairn::testing
