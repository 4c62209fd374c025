#include "app/verify_store.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "app/document_record.h"
#include "app/open_segment.h"

namespace cairn {
namespace {

class Verifier {
 public:
  Verifier(const Catalog& catalog, const BlobStore& blobs, const std::function<void(std::uint64_t)>& on_blob,
           const CancelToken& cancel)
      : catalog_(catalog), blobs_(blobs), on_blob_(on_blob), cancel_(cancel) {}

  Result<StoreVerification> run() {
    CAIRN_TRY(const std::vector<std::string> problems, catalog_.verify());
    for (const std::string& problem : problems) report("catalog", "catalog", problem);
    CAIRN_CHECK(check_blobs());
    CAIRN_TRY(const std::vector<Collection> collections, catalog_.all_collections());
    for (const Collection& collection : collections) CAIRN_CHECK(check_collection(collection));
    return std::move(result_);
  }

 private:
  void report(std::string kind, std::string subject, std::string message) {
    result_.problems.push_back({std::move(kind), std::move(subject), std::move(message)});
  }

  Result<void> check_cancelled() const {
    if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the check was cancelled");
    return {};
  }

  Result<void> check_blobs() {
    std::vector<BlobInfo> listed;
    CAIRN_CHECK(blobs_.list([&](const BlobInfo& info) {
      listed.push_back(info);
      return true;
    }));
    CAIRN_TRY(const std::vector<BlobId> named, catalog_.reachable_blobs());
    std::unordered_set<BlobId> wanted(named.begin(), named.end());
    std::unordered_set<BlobId> present;
    for (const BlobInfo& info : listed) {
      CAIRN_CHECK(check_cancelled());
      present.insert(info.id);
      ++result_.blobs;
      result_.blob_bytes += info.bytes;
      if (!wanted.contains(info.id)) {
        ++result_.unreferenced_blobs;
        result_.unreferenced_bytes += info.bytes;
      }
      if (const auto intact = blobs_.verify(info.id); !intact) report("blob", info.id.value(), intact.error().message);
      if (on_blob_) on_blob_(info.bytes);
    }
    for (const BlobId& id : named)
      if (wanted.erase(id) > 0 && !present.contains(id))
        report("blob", id.value(), "this blob is missing: restore it from a backup");
    return {};
  }

  /// The live version of each document of one collection, as its segments have it.
  using LiveVersions = std::unordered_map<DocumentId, std::uint32_t>;

  Result<void> check_collection(const Collection& collection) {
    ++result_.collections;
    CAIRN_TRY(const Manifest manifest, catalog_.manifest(collection.id));
    if (manifest.number != collection.manifest)
      report("manifest", collection.name, "the newest manifest is not the one that the collection names");
    std::unordered_map<BlobId, std::unordered_set<std::uint32_t>> dead;
    for (const Tombstone& tombstone : manifest.tombstones) {
      if (!dead[tombstone.segment].insert(tombstone.document).second)
        report("manifest", collection.name, "a document of segment " + tombstone.segment.value() + " is deleted twice");
    }
    LiveVersions live;
    for (const SegmentRecord& record : manifest.segments) {
      CAIRN_CHECK(check_cancelled());
      check_segment(collection, manifest, record, dead[record.blob], live);
      dead.erase(record.blob);
    }
    for (const auto& [segment, documents] : dead)
      report("manifest", collection.name,
             "documents are deleted from segment " + segment.value() + ", which it does not name");
    return check_documents(collection, live);
  }

  void check_segment(const Collection& collection, const Manifest& manifest, const SegmentRecord& record,
                     const std::unordered_set<std::uint32_t>& dead, LiveVersions& live) {
    const std::string id = record.blob.value();
    const auto segment = open_segment(blobs_, record.blob);
    if (!segment) return report("segment", id, segment.error().message);
    if (const auto intact = (*segment)->verify(); !intact) return report("segment", id, intact.error().message);
    ++result_.segments;
    result_.chunks += (*segment)->chunk_count();
    if ((*segment)->document_count() != record.documents || (*segment)->chunk_count() != record.chunks ||
        (*segment)->space().model != record.model)
      report("manifest", collection.name, "segment " + id + " does not hold what the manifest says");
    for (const Tombstone& tombstone : manifest.tombstones)
      if (tombstone.segment == record.blob && (tombstone.document >= (*segment)->document_count() ||
                                               tombstone.chunks != (*segment)->chunks_of(tombstone.document).size()))
        report("manifest", collection.name, "a deletion does not fit segment " + id);
    collect_live(**segment, dead, live);
  }

  void collect_live(const index::Segment& segment, const std::unordered_set<std::uint32_t>& dead, LiveVersions& live) {
    for (std::uint32_t i = 0; i < segment.document_count(); ++i) {
      if (dead.contains(i)) continue;
      const auto record = from_stored(segment.stored(i));
      if (!record) {
        report("document", from_key(segment.key(i)).value(), record.error().message);
      } else if (!live.emplace(from_key(segment.key(i)), record->version).second) {
        report("document", record->external_id, "it is found twice: ingest it again");
      }
    }
  }

  Result<void> check_documents(const Collection& collection, LiveVersions& live) {
    DocumentFilter filter{.collection = collection.id, .limit = 1000};
    do {
      CAIRN_CHECK(check_cancelled());
      CAIRN_TRY(const Page<Document> page, catalog_.documents(filter));
      for (const Document& document : page.items) check_document(document, live);
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    for (const auto& [id, version] : live)
      report("document", id.value(), "it can be found in '" + collection.name + "', but the catalog does not know it");
    return {};
  }

  void check_document(const Document& document, LiveVersions& live) {
    ++result_.documents;
    const auto found = live.find(document.id);
    const std::uint32_t version = found == live.end() ? 0 : found->second;
    if (version != document.indexed_version)
      report("document", document.external_id,
             "the catalog says that version " + std::to_string(document.indexed_version) + " is found, but version " +
                 std::to_string(version) + " is (0: none): ingest it again");
    if (found != live.end()) live.erase(found);
  }

  const Catalog& catalog_;
  const BlobStore& blobs_;
  const std::function<void(std::uint64_t)>& on_blob_;
  const CancelToken& cancel_;
  StoreVerification result_;
};

}  // namespace

Result<StoreVerification> verify_store(const Catalog& catalog, const BlobStore& blobs,
                                       const std::function<void(std::uint64_t bytes)>& on_blob,
                                       const CancelToken& cancel) {
  return Verifier(catalog, blobs, on_blob, cancel).run();
}

}  // namespace cairn
