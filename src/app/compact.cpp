#include "app/compact.h"

#include <algorithm>

#include "app/commit_batch.h"
#include "app/open_segment.h"
#include "index/merge.h"

namespace cairn {
namespace {

constexpr int max_refusals = 1000;  // Each follows somebody else's commit; more in a row is a fault.

/// A merge that is written but not committed.
struct Merge {
  std::vector<BlobId> ids;
  std::vector<index::LiveSegment> inputs;
  std::vector<SegmentRecord> output;  ///< One, or none when no document was alive.
};

std::vector<std::uint32_t> tombstones_of(const Manifest& manifest, const BlobId& segment) {
  std::vector<std::uint32_t> documents;
  for (const Tombstone& tombstone : manifest.tombstones)
    if (tombstone.segment == segment) documents.push_back(tombstone.document);
  std::ranges::sort(documents);
  return documents;
}

Result<Merge> open_inputs(const BlobStore& blobs, const Manifest& manifest, std::vector<BlobId> ids) {
  Merge merge;
  for (const BlobId& id : ids) {
    CAIRN_TRY(auto segment, open_segment(blobs, id));
    merge.inputs.push_back({.segment = std::move(segment), .tombstones = tombstones_of(manifest, id)});
  }
  merge.ids = std::move(ids);
  return merge;
}

Result<void> write_output(BlobStore& blobs, const CancelToken& cancel, Merge& merge) {
  std::uint64_t live = 0;
  for (const index::LiveSegment& input : merge.inputs)
    live += input.segment->document_count() - input.tombstones.size();
  if (live == 0) return {};
  SegmentRecord record{.model = merge.inputs.front().segment->space().model};
  CAIRN_TRY(const std::unique_ptr<BlobWriter> blob, blobs.create());
  CAIRN_CHECK(index::merge(merge.inputs, cancel, [&](Bytes bytes) {
    record.bytes += bytes.size();
    return blob->append(bytes);
  }));
  CAIRN_TRY(record.blob, blob->finish());
  CAIRN_CHECK(blobs.sync());
  CAIRN_TRY(const auto written, open_segment(blobs, record.blob));
  record.documents = written->document_count();
  record.chunks = written->chunk_count();
  merge.output.push_back(std::move(record));
  return {};
}

/// Documents that died while the merge ran are alive in its output: their tombstones move there.
Result<std::vector<Tombstone>> moved_tombstones(const BlobStore& blobs, const Manifest& manifest, const Merge& merge) {
  std::vector<Tombstone> moved;
  if (merge.output.empty()) return moved;
  const BlobId& output = merge.output.front().blob;
  CAIRN_TRY(const auto written, open_segment(blobs, output));
  for (std::size_t i = 0; i < merge.inputs.size(); ++i) {
    const index::LiveSegment& input = merge.inputs[i];
    for (const std::uint32_t document : tombstones_of(manifest, merge.ids[i])) {
      if (std::ranges::binary_search(input.tombstones, document)) continue;
      const auto ordinal = written->find(input.segment->key(document));
      if (!ordinal) return fail(ErrorKind::internal, "a merge lost a document");
      moved.push_back({.segment = output, .document = *ordinal, .chunks = written->chunks_of(*ordinal).size()});
    }
  }
  return moved;
}

bool names_all(const Manifest& manifest, const std::vector<BlobId>& ids) {
  return std::ranges::all_of(ids, [&](const BlobId& id) {
    return std::ranges::find(manifest.segments, id, &SegmentRecord::blob) != manifest.segments.end();
  });
}

Result<ManifestEdit> edit_for(const BlobStore& blobs, const Manifest& base, const Merge& merge) {
  ManifestEdit edit{
      .collection = base.collection, .base = base.number, .add = merge.output, .remove = merge.ids, .tombstones = {}};
  CAIRN_TRY(edit.tombstones, moved_tombstones(blobs, base, merge));
  if (!merge.output.empty() && edit.tombstones.size() == merge.output.front().documents) {
    edit.add.clear();
    edit.tombstones.clear();
  }
  return edit;
}

void remove_inputs(BlobStore& blobs, const Merge& merge, const Manifest& manifest) {
  for (const BlobId& id : merge.ids)
    if (!names_all(manifest, {id})) (void)blobs.remove(id);  // What stays is garbage, and collected later.
}

std::vector<TaskCompletion> completion(const CompactRequest& request) {
  if (!request.lease) return {};
  return {{.lease = *request.lease, .status = TaskStatus::succeeded, .error = {}}};
}

Result<CompactOutcome> complete_without_merge(Catalog& catalog, const CompactRequest& request, Manifest manifest) {
  CompactOutcome outcome{.manifest = std::move(manifest)};
  if (!request.lease) return outcome;
  CAIRN_TRY(const CommitOutcome committed, catalog.commit({.completions = completion(request)}));
  outcome.lease_lost = committed.refusal.has_value();
  return outcome;
}

}  // namespace

Result<CompactOutcome> compact(Catalog& catalog, BlobStore& blobs, const CompactRequest& request,
                               const CancelToken& cancel) {
  CAIRN_TRY(Manifest base, catalog.manifest(request.collection));
  std::vector<BlobId> plan = plan_compaction(base, request.policy);
  if (plan.empty()) return complete_without_merge(catalog, request, std::move(base));
  CAIRN_TRY(Merge merge, open_inputs(blobs, base, std::move(plan)));
  CAIRN_CHECK(write_output(blobs, cancel, merge));

  for (int refusals = 0; refusals < max_refusals; ++refusals) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "the merge was cancelled");
    CAIRN_TRY(ManifestEdit edit, edit_for(blobs, base, merge));
    CAIRN_TRY(const CommitOutcome committed, catalog.commit({.edits = {edit}, .completions = completion(request)}));
    if (!committed.refusal) {
      Manifest result = applied(base, edit);
      if (request.remove_inputs) remove_inputs(blobs, merge, result);
      return CompactOutcome{.merged = merge.ids.size(), .lease_lost = false, .manifest = std::move(result)};
    }
    if (!committed.refusal->lost_leases.empty())
      return CompactOutcome{.merged = 0, .lease_lost = true, .manifest = std::move(base)};
    CAIRN_TRY(base, catalog.manifest(request.collection));
    if (!names_all(base, merge.ids))
      return fail(ErrorKind::conflict, "the segments that were merged are no longer part of the collection");
  }
  return fail(ErrorKind::conflict, "a merge could not be committed because others kept changing the collection");
}

}  // namespace cairn
