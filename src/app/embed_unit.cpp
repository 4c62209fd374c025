#include "app/embed_unit.h"

#include <algorithm>
#include <span>
#include <string>

#include "app/guarded.h"

namespace cairn {
namespace {

/// A document whose task was cancelled says so, lest its missing vectors be taken for a fault of its own.
bool worth_embedding(const ChunkSlice& slice) {
  if (slice.document->task->cancel.cancelled()) slice.document->fail_embedding({ErrorKind::cancelled, "cancelled"});
  return !slice.document->embedding_error();
}

Result<void> embed_slices(const Embedder& embedder, std::span<const ChunkSlice> slices, const CancelToken& stop) {
  std::vector<std::string> texts;
  for (const ChunkSlice& slice : slices)
    for (std::size_t chunk = slice.first; chunk < slice.last; ++chunk)
      texts.push_back(embedded_text(slice.document->fields(chunk)));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  CAIRN_TRY(const std::vector<float> vectors, embedder.embed_passages(views, stop));
  const std::size_t dimensions = embedder.model().dimensions;
  if (vectors.size() != texts.size() * dimensions)
    return fail(ErrorKind::internal, "the embedding model gave a wrong number of values");
  auto row = vectors.begin();
  for (const ChunkSlice& slice : slices) {
    for (std::size_t chunk = slice.first; chunk < slice.last; ++chunk) {
      const auto end = row + static_cast<std::ptrdiff_t>(dimensions);
      slice.document->vectors[chunk].assign(row, end);
      row = end;
    }
  }
  return {};
}

void embed_or_fail(const Embedder& embedder, std::span<const ChunkSlice> slices, const CancelToken& stop) {
  if (slices.empty()) return;
  const auto embedded = guarded([&] { return embed_slices(embedder, slices, stop); });
  if (embedded) return;
  const ErrorKind kind = embedded.error().kind;
  if (slices.size() > 1 && (kind == ErrorKind::invalid || kind == ErrorKind::internal)) {
    for (std::size_t i = 0; i < slices.size(); ++i) embed_or_fail(embedder, slices.subspan(i, 1), stop);
    return;
  }
  for (const ChunkSlice& slice : slices) slice.document->fail_embedding(embedded.error());
}

void note_begun(PreparedDocument& document) {
  if (Trace* trace = document.task->trace.get()) {
    std::int64_t not_yet = 0;
    document.embedding_began_ns.compare_exchange_strong(not_yet, trace->now().count());
  }
}

/// One span a document, from its first chunk to its last: its chunks may be spread over units, and share these with
/// those of other documents.
void note_done(const PreparedDocument& document) {
  if (Trace* trace = document.task->trace.get())
    trace->add("ingest.embed", std::chrono::nanoseconds(document.embedding_began_ns.load()), trace->now(),
               {{0, "model", document.embedder->model().id},
                {0, "chunks", static_cast<std::int64_t>(document.chunks.size())},
                {0, "tokens", static_cast<std::int64_t>(document.tokens)}});
}

}  // namespace

std::vector<PreparedDocumentPtr> embed_unit(const EmbeddingUnit& unit, const CancelToken& stop) {
  std::vector<ChunkSlice> slices;
  std::ranges::copy_if(unit.slices, std::back_inserter(slices), worth_embedding);
  for (const ChunkSlice& slice : unit.slices) note_begun(*slice.document);
  embed_or_fail(*unit.embedder, slices, stop);

  std::vector<PreparedDocumentPtr> done;
  for (const ChunkSlice& slice : unit.slices) {
    PreparedDocument& document = *slice.document;
    const std::size_t left = document.chunks_left -= slice.last - slice.first;
    document.task->progress = 1.0 - static_cast<double>(left) / static_cast<double>(document.chunks.size());
    if (left > 0) continue;
    note_done(document);
    done.push_back(slice.document);
  }
  return done;
}

}  // namespace cairn
