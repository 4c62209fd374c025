#include "app/index_batch.h"

#include <algorithm>

#include "app/chunk_outline.h"
#include "app/guarded.h"

namespace cairn {
namespace {

ChunkOutline outline_of(const text::ChunkSpan& chunk) {
  ChunkOutline outline{.path = chunk.heading_path, .headings = {}};
  for (const Span& heading : chunk.headings)
    outline.headings.push_back({heading.start - chunk.span.start, heading.end - chunk.span.start});
  return outline;
}

IndexedDocument indexed_as(const PreparedDocument& document) {
  return {.id = document.row.id,
          .version = document.row.version,
          .title = document.content.title,
          .language = document.content.language,
          .media_type = document.media_type,
          .pages = document.pages,
          .chunks = static_cast<std::uint32_t>(document.chunks.size()),
          .tokens = document.tokens};
}

}  // namespace

std::size_t IndexBatch::segment_for(const CollectionId& collection, const EmbeddingModel& model) {
  const auto found = std::ranges::find_if(segments_, [&](const OpenSegment& segment) {
    return segment.collection == collection && segment.model == model.id;
  });
  if (found != segments_.end()) return static_cast<std::size_t>(found - segments_.begin());
  segments_.push_back({.collection = collection,
                       .model = model.id,
                       .writer = index::SegmentWriter({.model = model.id, .dimensions = model.dimensions})});
  return segments_.size() - 1;
}

index::DocumentInput IndexBatch::take_input(PreparedDocument& document) {
  const DocumentRecord record = document.record();
  index::DocumentInput input{.key = to_key(document.row.id),
                             .text = {},
                             .stored = to_stored(record),
                             .properties = properties_of(record),
                             .chunks = {}};
  input.chunks.reserve(document.chunks.size());
  for (std::size_t i = 0; i < document.chunks.size(); ++i) {
    LexicalChunk lexical = lexical_chunk(analyzer_, document.fields(i));
    input.chunks.push_back({.span = document.chunks[i].span,
                            .page = document.chunks[i].page,
                            .heading_path = to_stored(outline_of(document.chunks[i])),
                            .terms = std::move(lexical.terms),
                            .length = lexical.length,
                            .vector = std::move(document.vectors[i])});
  }
  input.text = std::move(document.content.text);  // Last: the fields above are views into it.
  return input;
}

Result<void> IndexBatch::add_document(PreparedDocument& document) {
  IndexedDocument indexed = indexed_as(document);
  CAIRN_TRY(index::DocumentInput input,
            guarded([&]() -> Result<index::DocumentInput> { return take_input(document); }));
  const std::size_t segment = segment_for(document.row.collection, document.embedder->model());
  index::SegmentWriter& writer = segments_[segment].writer;
  const std::uint32_t ordinal = writer.document_count();
  CAIRN_CHECK(writer.add(std::move(input)));
  tokens_ += document.tokens;
  documents_.insert(document.row.id);
  entries_.push_back({.task = document.task, .indexed = std::move(indexed), .segment = segment, .ordinal = ordinal});
  return {};
}

void IndexBatch::add_deletion(RunningTaskPtr task) {
  documents_.insert(task->task.document);
  entries_.push_back({.task = std::move(task), .removes_document = true});
}

void IndexBatch::add_failure(RunningTaskPtr task, std::string error) {
  entries_.push_back({.task = std::move(task), .error = std::move(error)});
}

void IndexBatch::add_nothing(RunningTaskPtr task) { entries_.push_back({.task = std::move(task)}); }

Result<std::vector<BatchSegment>> IndexBatch::write_segments(BlobStore& blobs) {
  std::vector<BatchSegment> written;
  for (OpenSegment& segment : segments_) {
    SegmentRecord record{
        .documents = segment.writer.document_count(), .chunks = segment.writer.chunk_count(), .model = segment.model};
    CAIRN_TRY(const std::unique_ptr<BlobWriter> blob, blobs.create());
    CAIRN_CHECK(segment.writer.finish([&](Bytes bytes) {
      record.bytes += bytes.size();
      return blob->append(bytes);
    }));
    CAIRN_TRY(record.blob, blob->finish());
    written.push_back({.collection = segment.collection, .record = std::move(record)});
  }
  if (!written.empty()) CAIRN_CHECK(blobs.sync());
  return written;
}

}  // namespace cairn
