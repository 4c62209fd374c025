#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "app/chunk_document.h"
#include "app/document_record.h"
#include "app/task_leases.h"
#include "app/text_budget.h"
#include "domain/document.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"
#include "ports/embedder.h"
#include "ports/text_extractor.h"

namespace cairn {

/// A document between extraction and its segment: its text, its chunks, and their vectors as they come.
struct PreparedDocument {
  RunningTaskPtr task;
  Document row;
  TextBudget::Share share;  ///< What its text takes of the memory allowed; given back with the document.
  DocumentText content;
  utf8::CodePointIndex index{{}};  ///< Over content.text.
  std::string media_type;
  std::uint32_t pages = 0;
  std::vector<text::ChunkSpan> chunks;
  std::vector<std::uint32_t> chunk_tokens;  ///< What the model sees of each chunk, special tokens included.
  std::uint64_t tokens = 0;                 ///< Their sum.
  const Embedder* embedder = nullptr;
  std::atomic<std::int64_t> embedding_began_ns{0};  ///< On the monotonic clock; of its trace. 0: not yet.
  std::vector<std::vector<float>> vectors;          ///< One a chunk; each is written once.
  std::atomic<std::size_t> chunks_left{0};          ///< To embed.

  /// The first error wins; any thread.
  void fail_embedding(Error error);
  std::optional<Error> embedding_error() const;

  ChunkFields fields(std::size_t chunk) const { return fields_of(content, index, chunks[chunk]); }
  DocumentRecord record() const;

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;  // Guarded by mutex_.
};

using PreparedDocumentPtr = std::shared_ptr<PreparedDocument>;

struct PreparePorts {
  const Catalog& catalog;
  const BlobStore& blobs;
  TextExtractor& extractor;
  const EmbedderSet& embedders;
};

/// The document of an ingest task, with nothing but its row. Null when the task's version has been replaced meanwhile,
/// so that there is nothing to do. Errors: those of the catalog.
Result<PreparedDocumentPtr> begin_document(const Catalog& catalog, const RunningTaskPtr& task);

/// Reads, extracts and cuts a document that was begun, and says so in its task's status. Blocks while `budget` is used
/// up. Errors: those of the ports; `invalid` and `corrupt` are about this document, `unavailable` may pass.
Result<void> prepare_document(const PreparePorts& ports, TextBudget& budget, PreparedDocument& document);

}  // namespace cairn
