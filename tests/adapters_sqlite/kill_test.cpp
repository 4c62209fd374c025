#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <map>
#include <random>

#include "adapters_sqlite/open_catalog.h"
#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/seed.h"
#include "contract/temporary_folder.h"

// A process that works on a catalog is killed at random moments. What it had told the outside must be true afterwards,
// and everything else must be there as a whole or not at all.

namespace cairn::testing {
namespace {

BlobId blob_of(const std::string& text) { return BlobId(to_hex(Sha256::of(as_bytes(text)))); }

/// What the worker tells through its pipe, after the catalog answered: "+<external id> <version>\n" for indexed, "-…"
/// for deleted.
class Worker {
 public:
  Worker(Catalog& catalog, const Collection& collection, std::uint64_t seed, int acknowledgements)
      : catalog_(catalog), collection_(collection), random_(seed), acknowledgements_(acknowledgements) {}

  [[noreturn]] void work() {
    while (true) {
      const std::string external_id = "document " + std::to_string(random_() % 20);
      if (random_() % 4 == 0) (void)catalog_.request_deletion(document_id(collection_.id, external_id), 3);
      else add(external_id);
      const auto tasks = must(catalog_.claim({.node = NodeId("worker"), .types = {}, .limit = 1 + random_() % 3}));
      for (const Task& task : tasks) finish(task);
    }
  }

 private:
  void add(const std::string& external_id) {
    NewDocument document;
    document.external_id = external_id;
    document.content_hash = blob_of(std::to_string(random_() % 1'000));
    must(catalog_.register_documents(collection_.id, {document}, 5));
  }

  void finish(const Task& task) {
    const Document document = must(catalog_.document(task.document));
    const bool deletes = task.type == "delete";
    const Manifest manifest = must(catalog_.manifest(collection_.id));
    ManifestEdit edit{.collection = collection_.id, .base = manifest.number, .add = {}, .remove = {}, .tombstones = {}};
    Commit commit;
    for (const SegmentRecord& segment : manifest.segments)
      if (segment.model == document.external_id) edit.remove.push_back(segment.blob);
    if (deletes) {
      commit.removed_documents.push_back(document.id);
    } else {
      const BlobId blob = blob_of(document.id.value() + std::to_string(manifest.number));
      edit.add.push_back(
          {.blob = blob, .bytes = task.document_version, .documents = 1, .chunks = 1, .model = document.external_id});
      IndexedDocument indexed;
      indexed.id = document.id;
      indexed.version = task.document_version;
      commit.indexed.push_back(indexed);
    }
    commit.edits.push_back(edit);
    commit.completions.push_back(
        {.lease = {.task = task.id, .epoch = task.epoch}, .status = TaskStatus::succeeded, .error = ""});
    if (must(catalog_.commit(commit)).refusal) return;
    const std::string line =
        (deletes ? "-" : "+") + document.external_id + "\t" + std::to_string(task.document_version) + "\n";
    if (::write(acknowledgements_, line.data(), line.size()) < 0) ::_exit(1);
  }

  Catalog& catalog_;
  Collection collection_;
  std::mt19937_64 random_;
  int acknowledgements_;
};

/// Reads acknowledgements until there are `count`, kills the child in the middle of what it does then, and reads the
/// rest.
std::string kill_after(pid_t child, int pipe, int count) {
  std::string told;
  char byte = 0;
  while (count > 0 && ::read(pipe, &byte, 1) == 1) {
    told.push_back(byte);
    if (byte == '\n') --count;
  }
  ::kill(child, SIGKILL);
  while (::read(pipe, &byte, 1) == 1) told.push_back(byte);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the worker ended by itself";
  return told;
}

class KilledWorker : public ::testing::Test {
 protected:
  TemporaryFolder folder;
  ManualClock clock;
  std::map<std::string, std::uint32_t> known;  ///< External id → the last version that was acknowledged; 0: deleted.

  Collection make_collection() {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = "papers";
    return must(must(open_catalog(folder.path(), clock))->create_collection(wanted));
  }

  void run_and_kill(const Collection& collection, std::uint64_t seed) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      ::close(ends[0]);
      try {
        const auto catalog = must(open_catalog(folder.path(), clock));
        Worker(*catalog, collection, seed, ends[1]).work();
      } catch (const std::exception& failure) {
        std::cerr << failure.what() << std::endl;
        ::_exit(1);
      }
    }
    ::close(ends[1]);
    std::string told = kill_after(child, ends[0], static_cast<int>(1 + seed % 17));
    ::close(ends[0]);
    while (!told.empty()) {
      const auto tab = told.find('\t'), end = told.find('\n');
      const auto version = static_cast<std::uint32_t>(std::stoul(told.substr(tab + 1, end - tab - 1)));
      known[told.substr(1, tab - 1)] = told.front() == '+' ? version : 0;
      told.erase(0, end + 1);
    }
  }

  void check(const Collection& collection) {
    const auto catalog = must(open_catalog(folder.path(), clock));
    for (const std::string& problem : must(catalog->verify())) ADD_FAILURE() << problem;
    const Manifest manifest = must(catalog->manifest(collection.id));
    std::map<std::string, std::uint64_t> found;
    for (const SegmentRecord& segment : manifest.segments)
      EXPECT_TRUE(found.emplace(segment.model, segment.bytes).second) << segment.model << " is there twice";
    const DocumentFilter all{.collection = collection.id, .status = {}, .text = "", .cursor = "", .limit = 1'000};
    std::uint64_t indexed = 0;
    for (const Document& document : must(catalog->documents(all)).items) {
      const auto segment = found.find(document.external_id);
      EXPECT_EQ(document.indexed_version, segment == found.end() ? 0 : segment->second) << document.external_id;
      indexed += document.indexed_version > 0;
    }
    EXPECT_EQ(found.size(), indexed) << "a deleted document is still found";
    EXPECT_EQ(must(catalog->counts(collection.id)).documents, indexed);
    check_acknowledged(found);
  }

  /// One commit may have happened after the last line: then the document is newer than told, or gone, or back.
  void check_acknowledged(const std::map<std::string, std::uint64_t>& found) {
    int differences = 0;
    for (const auto& [external_id, version] : known) {
      const auto segment = found.find(external_id);
      differences += (segment == found.end() ? 0 : segment->second) != version;
    }
    EXPECT_LE(differences, 1) << "more than the one unacknowledged commit is different";
    for (auto& [external_id, version] : known) version = 0;
    for (const auto& [external_id, version] : found) known[external_id] = static_cast<std::uint32_t>(version);
  }
};

TEST_F(KilledWorker, LeavesEverythingItAcknowledgedAndNothingHalf) {
  const Collection collection = make_collection();
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 40; ++seed) {
    SCOPED_TRACE(describe_seed(seed));
    run_and_kill(collection, seed);
    check(collection);
    clock.advance(std::chrono::minutes(1));  // The dead worker's leases run out.
    if (HasFailure()) break;
  }
}

}  // namespace
}  // namespace cairn::testing
