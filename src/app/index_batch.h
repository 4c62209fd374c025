#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "app/prepare_document.h"
#include "index/segment_writer.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "text/analyzer.h"

namespace cairn {

/// What becomes of an entry when others changed the same things first.
enum class EntryFate {
  stands,      ///< Its effect and its completion become true.
  superseded,  ///< There is a newer version of its document, or none: it completes without effect.
  lost,        ///< Its lease is gone: nothing of it may become true.
};

/// A task of a batch and what its completion makes true.
struct BatchEntry {
  RunningTaskPtr task;
  std::optional<IndexedDocument> indexed{};  ///< Its chunks are in `segment` of the batch.
  bool removes_document = false;             ///< A delete task.
  std::string error{};                       ///< Not empty: the task failed for good.
  std::size_t segment = 0;                   ///< Where an indexed document is: which segment of the batch,
  std::uint32_t ordinal = 0;                 ///< and which document of it.
  EntryFate fate = EntryFate::stands;
};

/// A segment of a batch, written and durable.
struct BatchSegment {
  CollectionId collection;
  SegmentRecord record;
};

/// Finished work that is committed together: indexed documents, in one growing segment for each collection and model,
/// deletions and failures. One thread.
class IndexBatch {
 public:
  explicit IndexBatch(text::Analyzer& analyzer) : analyzer_(analyzer) {}

  /// Analyses the chunks and adds them to the segment of the document's collection and model. Takes the document's text
  /// and vectors: a large one must not be in memory twice. Errors: what keeps this document alone out of the index;
  /// then nothing of it is in the batch.
  Result<void> add_document(PreparedDocument& document);
  void add_deletion(RunningTaskPtr task);
  void add_failure(RunningTaskPtr task, std::string error);
  void add_nothing(RunningTaskPtr task);  ///< A task whose work has become needless.

  /// Whether a version of this document is in the batch already; the next one belongs into the next batch.
  bool contains(const DocumentId& document) const { return documents_.contains(document); }
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  std::uint64_t tokens() const { return tokens_; }
  std::vector<BatchEntry>& entries() { return entries_; }
  const std::vector<BatchEntry>& entries() const { return entries_; }

  /// Writes every segment and makes it durable; the batch takes no more documents. Errors: those of the blob store.
  Result<std::vector<BatchSegment>> write_segments(BlobStore& blobs);

 private:
  struct OpenSegment {
    CollectionId collection;
    std::string model;
    index::SegmentWriter writer;
  };

  std::size_t segment_for(const CollectionId& collection, const EmbeddingModel& model);
  index::DocumentInput take_input(PreparedDocument& document);

  text::Analyzer& analyzer_;
  std::vector<OpenSegment> segments_;
  std::vector<BatchEntry> entries_;
  std::unordered_set<DocumentId> documents_;
  std::uint64_t tokens_ = 0;
};

}  // namespace cairn
