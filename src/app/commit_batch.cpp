#include "app/commit_batch.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "app/open_segment.h"

namespace cairn {
namespace {

/// Each refusal either drops an entry or follows somebody else's commit, so that this many in a row is a fault.
constexpr int max_refusals = 1000;

bool changes_index(const BatchEntry& entry) {
  return entry.fate == EntryFate::stands && (entry.indexed || entry.removes_document);
}

std::set<CollectionId> changed_collections(const std::vector<BatchEntry>& entries) {
  std::set<CollectionId> collections;
  for (const BatchEntry& entry : entries)
    if (changes_index(entry)) collections.insert(entry.task->task.collection);
  return collections;
}

void lose_collection(std::vector<BatchEntry>& entries, const CollectionId& collection) {
  for (BatchEntry& entry : entries)
    if (entry.task->task.collection == collection) entry.fate = EntryFate::lost;
}

void heed(const CommitRefusal& refusal, std::vector<BatchEntry>& entries) {
  const std::unordered_set<TaskId> lost(refusal.lost_leases.begin(), refusal.lost_leases.end());
  const std::unordered_set<DocumentId> superseded(refusal.superseded.begin(), refusal.superseded.end());
  for (BatchEntry& entry : entries) {
    if (superseded.contains(entry.task->task.document)) entry.fate = std::max(entry.fate, EntryFate::superseded);
    if (lost.contains(entry.task->task.id)) entry.fate = EntryFate::lost;
  }
}

/// Everything of a commit but the edits.
Commit completions_of(const std::vector<BatchEntry>& entries) {
  Commit commit;
  for (const BatchEntry& entry : entries) {
    if (entry.fate == EntryFate::lost) continue;
    commit.completions.push_back({.lease = entry.task->lease(),
                                  .status = entry.error.empty() ? TaskStatus::succeeded : TaskStatus::failed,
                                  .error = entry.error});
    if (entry.fate == EntryFate::superseded) continue;
    if (entry.indexed) commit.indexed.push_back(*entry.indexed);
    if (entry.removes_document) commit.removed_documents.push_back(entry.task->task.document);
  }
  return commit;
}

/// Tombstones for documents of new segments that were lost before the segment was committed. Drops segments with
/// nothing left.
void add_segments(const std::vector<BatchEntry>& entries, const std::vector<BatchSegment>& segments,
                  ManifestEdit& edit) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].collection != edit.collection) continue;
    std::vector<Tombstone> lost;
    std::size_t documents = 0;
    for (const BatchEntry& entry : entries) {
      if (!entry.indexed || entry.segment != i) continue;
      ++documents;
      if (entry.fate != EntryFate::stands)
        lost.push_back(
            {.segment = segments[i].record.blob, .document = entry.ordinal, .chunks = entry.indexed->chunks});
    }
    if (lost.size() == documents) continue;
    edit.add.push_back(segments[i].record);
    std::ranges::move(lost, std::back_inserter(edit.tombstones));
  }
}

/// Segments that the edit leaves without a live document go at once, and so do those that it adds again: documents that
/// were deleted and ingested once more give the same bytes, and a name must not stand for both.
void remove_dead_segments(const Manifest& base, ManifestEdit& edit) {
  std::unordered_map<BlobId, std::uint64_t> dead;
  for (const Tombstone& tombstone : base.tombstones) ++dead[tombstone.segment];
  for (const Tombstone& tombstone : edit.tombstones) ++dead[tombstone.segment];
  for (const SegmentRecord& segment : base.segments) {
    if (dead[segment.blob] < segment.documents) continue;
    edit.remove.push_back(segment.blob);
    std::erase_if(edit.tombstones, [&](const Tombstone& tombstone) { return tombstone.segment == segment.blob; });
  }
}

}  // namespace

Manifest applied(const Manifest& base, const ManifestEdit& edit) {
  Manifest result{.collection = base.collection, .number = base.number + 1, .segments = {}, .tombstones = {}};
  const std::unordered_set<BlobId> removed(edit.remove.begin(), edit.remove.end());
  for (const SegmentRecord& segment : base.segments)
    if (!removed.contains(segment.blob)) result.segments.push_back(segment);
  std::ranges::copy(edit.add, std::back_inserter(result.segments));
  for (const Tombstone& tombstone : base.tombstones)
    if (!removed.contains(tombstone.segment)) result.tombstones.push_back(tombstone);
  std::ranges::copy(edit.tombstones, std::back_inserter(result.tombstones));
  return result;
}

Result<std::vector<Manifest>> BatchCommitter::commit(IndexBatch& batch) {
  CAIRN_TRY(const std::vector<BatchSegment> segments, batch.write_segments(blobs_));
  std::string missing;
  for (int refusals = 0; refusals < max_refusals; ++refusals) {
    auto attempted = attempt(batch, segments);
    if (!attempted) {
      const Error& error = attempted.error();
      // Once, a merge may have removed what we were about to look into; twice, the segment of a live manifest is gone.
      if (error.kind != ErrorKind::not_found || error.message == missing) return fail(error);
      missing = error.message;
      continue;
    }
    if (attempted->commit.completions.empty()) return std::vector<Manifest>{};
    CAIRN_TRY(const CommitOutcome outcome, catalog_.commit(attempted->commit));
    if (!outcome.refusal) {
      keep_only(attempted->results);
      return std::move(attempted->results);
    }
    heed(*outcome.refusal, batch.entries());
  }
  return fail(ErrorKind::conflict, "a batch could not be committed because others kept changing the same collections");
}

Result<BatchCommitter::Attempt> BatchCommitter::attempt(IndexBatch& batch, const std::vector<BatchSegment>& segments) {
  std::vector<ManifestEdit> edits;
  std::vector<Manifest> results;
  for (const CollectionId& collection : changed_collections(batch.entries())) {
    const auto base = catalog_.manifest(collection);
    if (!base && base.error().kind == ErrorKind::not_found) {
      lose_collection(batch.entries(), collection);
      continue;
    }
    if (!base) return fail(base.error());
    CAIRN_TRY(ManifestEdit edit, edit_for(*base, batch.entries(), segments));
    if (edit.add.empty() && edit.remove.empty() && edit.tombstones.empty()) continue;
    results.push_back(applied(*base, edit));
    edits.push_back(std::move(edit));
  }
  Commit commit = completions_of(batch.entries());
  commit.edits = std::move(edits);
  return Attempt{.commit = std::move(commit), .results = std::move(results)};
}

Result<ManifestEdit> BatchCommitter::edit_for(const Manifest& base, const std::vector<BatchEntry>& entries,
                                              const std::vector<BatchSegment>& segments) {
  ManifestEdit edit{.collection = base.collection, .base = base.number, .add = {}, .remove = {}, .tombstones = {}};
  CAIRN_TRY(edit.tombstones, hidden_versions(base, entries));
  remove_dead_segments(base, edit);
  add_segments(entries, segments, edit);
  return edit;
}

Result<std::vector<Tombstone>> BatchCommitter::hidden_versions(const Manifest& base,
                                                               const std::vector<BatchEntry>& entries) {
  std::vector<index::DocumentKey> keys;
  for (const BatchEntry& entry : entries)
    if (changes_index(entry) && entry.task->task.collection == base.collection)
      keys.push_back(to_key(entry.task->task.document));

  std::unordered_map<BlobId, std::unordered_set<std::uint32_t>> already;
  for (const Tombstone& tombstone : base.tombstones) already[tombstone.segment].insert(tombstone.document);

  std::vector<Tombstone> hidden;
  for (const SegmentRecord& record : base.segments) {
    CAIRN_TRY(const auto opened, segment(record.blob));
    const auto& dead = already[record.blob];
    for (const index::DocumentKey& key : keys) {
      const auto ordinal = opened->find(key);
      if (!ordinal || dead.contains(*ordinal)) continue;
      hidden.push_back({.segment = record.blob, .document = *ordinal, .chunks = opened->chunks_of(*ordinal).size()});
    }
  }
  return hidden;
}

Result<std::shared_ptr<const index::Segment>> BatchCommitter::segment(const BlobId& id) {
  if (const auto found = open_.find(id); found != open_.end()) return found->second;
  CAIRN_TRY(auto opened, open_segment(blobs_, id));
  open_[id] = opened;
  return opened;
}

void BatchCommitter::keep_only(const std::vector<Manifest>& manifests) {
  std::unordered_set<BlobId> named;
  for (const Manifest& manifest : manifests)
    for (const SegmentRecord& segment : manifest.segments) named.insert(segment.blob);
  std::erase_if(open_, [&](const auto& entry) { return !named.contains(entry.first); });
}

}  // namespace cairn
