#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "adapters/directory/directory_blob_store.h"
#include "adapters/sqlite/sqlite_catalog.h"
#include "app/document_record.h"
#include "app/fakes.h"
#include "app/ingest_documents.h"
#include "app/open_segment.h"
#include "app/run_tasks.h"
#include "contract/expect_result.h"
#include "contract/manual_clock.h"
#include "contract/temporary_folder.h"

namespace cairn::testing {

/// Takes sources from a list.
inline IngestSources from_list(std::vector<IngestSource> sources) {
  auto position = std::make_shared<std::size_t>(0);
  auto list = std::make_shared<std::vector<IngestSource>>(std::move(sources));
  return [=]() -> Result<std::optional<IngestSource>> {
    if (*position == list->size()) return std::nullopt;
    return std::move((*list)[(*position)++]);
  };
}

/// A live document as the newest manifest has it.
struct LiveDocument {
  std::uint32_t version = 0;
  std::string text;
  std::uint32_t chunks = 0;

  bool operator==(const LiveDocument&) const = default;
};

/// A store in a folder of its own with one collection, fake models and a worker: what most tests of the write side
/// need.
class TestStore {
 public:
  TestStore() {
    open();
    embedders.add("fake");
    collection = must(catalog->create_collection({.tenant = local_tenant, .name = "papers"}));
  }

  /// Opens the folder (again).
  void open() {
    catalog.reset();
    blobs.reset();
    catalog = must(open_sqlite_catalog({.folder = folder.path(), .access = SqliteAccess::write, .clock = &clock}));
    blobs = must(open_directory_blob_store({.folder = folder.path(), .access = DirectoryAccess::write}));
  }

  IngestReport ingest(std::vector<IngestSource> sources) {
    return must(ingest_documents(*catalog, *blobs, {.collection = collection.id}, from_list(std::move(sources)), {}));
  }

  IngestReport ingest(std::string external_id, std::string text) {
    return ingest({{.external_id = std::move(external_id), .facts = {}, .content = std::move(text)}});
  }

  WorkerPorts ports() {
    return {.catalog = *catalog, .blobs = *blobs, .extractor = extractor, .embedders = embedders, .clock = clock};
  }

  Result<WorkerReport> try_work(const WorkerEvents& events = {}) { return run_tasks(ports(), options, events, stop); }
  WorkerReport work(const WorkerEvents& events = {}) { return must(try_work(events)); }

  Document document(const std::string& external_id) const {
    return must(catalog->document(document_id(collection.id, external_id)));
  }

  Manifest manifest() const { return must(catalog->manifest(collection.id)); }

  /// Every live document of the newest manifest by external id; a document that is live twice is an error.
  std::map<std::string, LiveDocument> live() const {
    std::map<std::string, LiveDocument> found;
    const Manifest newest = manifest();
    for (const SegmentRecord& record : newest.segments) {
      const auto segment = must(open_segment(*blobs, record.blob));
      for (std::uint32_t i = 0; i < segment->document_count(); ++i) {
        const bool dead = std::ranges::any_of(newest.tombstones, [&](const Tombstone& tombstone) {
          return tombstone.segment == record.blob && tombstone.document == i;
        });
        if (dead) continue;
        const DocumentRecord stored = must(from_stored(segment->stored(i)));
        const LiveDocument document{
            .version = stored.version, .text = must(segment->text(i)), .chunks = segment->chunks_of(i).size()};
        if (!found.emplace(stored.external_id, document).second)
          throw std::runtime_error(stored.external_id + " is live twice");
      }
    }
    return found;
  }

  TemporaryFolder folder;
  ManualClock clock;
  FakeEmbedders embedders;
  FakeExtractor extractor;
  CancelToken stop;
  WorkerOptions options{.threads = 2, .only_worker = true, .poll = std::chrono::milliseconds(2)};
  std::unique_ptr<PortableCatalog> catalog;
  std::unique_ptr<BlobStore> blobs;
  Collection collection;
};

}  // namespace cairn::testing
