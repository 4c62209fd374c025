#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "ports/catalog.h"

namespace cairn::testing {

using namespace std::chrono_literals;

/// A catalog under test, its clock, and whatever it needs to live.
class CatalogHarness {
 public:
  virtual ~CatalogHarness() = default;
  virtual Catalog& catalog() = 0;
  virtual ManualClock& clock() = 0;
  /// Closes the catalog and opens it again on the same data.
  virtual void reopen() = 0;
};

using MakeCatalog = std::function<std::unique_ptr<CatalogHarness>()>;

inline BlobId blob_of(std::string_view text) { return BlobId(to_hex(Sha256::of(as_bytes(text)))); }

inline NewDocument new_document(const std::string& external_id, const std::string& text) {
  NewDocument document;
  document.external_id = external_id;
  document.facts.file_name = external_id;
  document.content_hash = blob_of(text);
  document.byte_size = text.size();
  return document;
}

inline SegmentRecord segment_of(const std::string& name, std::uint32_t documents, std::uint32_t chunks) {
  return {.blob = blob_of(name), .bytes = 100, .documents = documents, .chunks = chunks, .model = "model"};
}

/// Every promise of ports/catalog.h. An adapter's test instantiates it with how to make one. The tests are in the files
/// contract/catalog_*_contract.h, one for each part of the port.
class CatalogContract : public ::testing::TestWithParam<MakeCatalog> {
 protected:
  std::unique_ptr<CatalogHarness> harness = GetParam()();

  Catalog& catalog() { return harness->catalog(); }
  ManualClock& clock() { return harness->clock(); }

  Collection make_collection(const std::string& name = "papers") {
    Collection wanted;
    wanted.tenant = local_tenant;
    wanted.name = name;
    return must(catalog().create_collection(wanted));
  }

  RegisteredDocument add(const Collection& collection, const std::string& external_id, const std::string& text) {
    return must(catalog().register_documents(collection.id, {new_document(external_id, text)}, default_priority)).at(0);
  }

  std::vector<Task> claim(std::size_t limit = 1, std::vector<std::string> types = {}) {
    return must(catalog().claim({.node = NodeId("node"), .types = std::move(types), .limit = limit, .lease = 10s}));
  }

  static Lease lease_of(const Task& task) { return {.task = task.id, .epoch = task.epoch}; }
  static TaskCompletion done(const Task& task) {
    return {.lease = lease_of(task), .status = TaskStatus::succeeded, .error = ""};
  }

  /// What a worker commits for one ingested document: a segment of its own, named by the document's id and version.
  Commit ingest_commit(const Collection& collection, const Task& task) {
    Commit commit;
    const std::string segment = task.document.value() + "." + std::to_string(task.document_version);
    commit.edits.push_back({.collection = collection.id,
                            .base = must(catalog().manifest(collection.id)).number,
                            .add = {segment_of(segment, 1, 3)},
                            .remove = {},
                            .tombstones = {}});
    IndexedDocument indexed;
    indexed.id = task.document;
    indexed.version = task.document_version;
    indexed.title = "Found title";
    indexed.language = "en";
    indexed.media_type = "text/plain";
    indexed.pages = 2;
    indexed.chunks = 3;
    indexed.tokens = 500;
    commit.indexed.push_back(indexed);
    commit.completions.push_back(done(task));
    return commit;
  }

  /// What a worker commits for a `delete` task: the segments that ingest_commit() made die with their only document.
  Commit deletion_commit(const Collection& collection, const Task& task) {
    const Manifest manifest = must(catalog().manifest(collection.id));
    ManifestEdit edit{.collection = collection.id, .base = manifest.number, .add = {}, .remove = {}, .tombstones = {}};
    for (std::uint32_t version = 1; version <= task.document_version; ++version) {
      const BlobId segment = blob_of(task.document.value() + "." + std::to_string(version));
      for (const SegmentRecord& live : manifest.segments)
        if (live.blob == segment) edit.tombstones.push_back({.segment = segment, .document = 0, .chunks = live.chunks});
    }
    Commit commit;
    commit.edits.push_back(edit);
    commit.removed_documents.push_back(task.document);
    commit.completions.push_back(done(task));
    return commit;
  }

  /// A change of the newest manifest, without tasks or documents.
  struct ManifestChange {
    std::vector<SegmentRecord> add = {};
    std::vector<BlobId> remove = {};
    std::vector<Tombstone> tombstones = {};
  };
  Commit edit(const Collection& collection, const ManifestChange& change) {
    Commit commit;
    commit.edits.push_back({.collection = collection.id,
                            .base = must(catalog().manifest(collection.id)).number,
                            .add = change.add,
                            .remove = change.remove,
                            .tombstones = change.tombstones});
    return commit;
  }

  bool commits(const Commit& commit) { return !must(catalog().commit(commit)).refusal.has_value(); }

  /// Registers a document and takes it all the way.
  RegisteredDocument add_indexed(const Collection& collection, const std::string& external_id,
                                 const std::string& text) {
    const RegisteredDocument registered = add(collection, external_id, text);
    const auto tasks = claim(1, {"ingest"});
    EXPECT_EQ(tasks.size(), 1u);
    EXPECT_TRUE(commits(ingest_commit(collection, tasks.at(0))));
    return registered;
  }
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(CatalogContract);

}  // namespace cairn::testing

#include "contract/catalog_changes_contract.h"
#include "contract/catalog_collections_contract.h"
#include "contract/catalog_commit_contract.h"
#include "contract/catalog_documents_contract.h"
#include "contract/catalog_leases_contract.h"
#include "contract/catalog_tasks_contract.h"
#include "contract/catalog_threads_contract.h"
#include "contract/catalog_turns_contract.h"
