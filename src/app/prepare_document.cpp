#include "app/prepare_document.h"

#include <algorithm>

#include "base/sha256.h"
#include "text/language.h"

namespace cairn {
namespace {

constexpr std::uint32_t special_tokens = 2;  // [CLS] and [SEP].

/// Extraction keeps at most this much text of one document; compressed formats may hold more text than they have bytes.
constexpr std::uint64_t max_text_bytes = 20'000'000;

Result<const Embedder*> embedder_for(const EmbedderSet& embedders, const Collection& collection,
                                     const std::string& language) {
  if (collection.embedding_model.empty()) {
    if (const auto broken = embedders.broken(); !broken.empty()) return fail(ErrorKind::unavailable, broken[0].reason);
    if (const Embedder* embedder = embedders.for_language(language)) return embedder;
    return fail(ErrorKind::unavailable, "there is no embedding model here: import one into the models folder");
  }
  if (const Embedder* embedder = embedders.find(collection.embedding_model)) return embedder;
  return fail(ErrorKind::unavailable, "collection '" + collection.name + "' uses the embedding model '" +
                                          collection.embedding_model +
                                          "', which is not here: import it into the models folder");
}

/// A large one is about to be refused or sent on; it need not stay in memory for that.
std::string hash_of(const BlobView& view) {
  constexpr std::size_t piece = 16 << 20;
  Sha256 hash;
  for (Bytes left = view.bytes(); !left.empty();) {
    const Bytes next = left.first(std::min(left.size(), piece));
    hash.update(next);
    if (view.bytes().size() > piece) view.let_go(next);
    left = left.subspan(next.size());
  }
  return to_hex(hash.finish());
}

/// Reads the original and makes sure that nothing happened to it: damaged bytes must not become searchable text.
Result<BlobView> open_original(const BlobStore& blobs, const Document& row) {
  CAIRN_TRY(BlobView view, blobs.open(row.content_hash));
  if (hash_of(view) != row.content_hash.value())
    return fail(ErrorKind::corrupt, "the stored file is damaged: ingest it again");
  return view;
}

/// A record of a data set may have a title and no text, and says what it is. An empty file is more likely a mistake,
/// which extraction reports.
bool is_declared_empty(Bytes content, const DocumentFacts& facts) {
  return facts.media_type == "text/plain" && as_text(content).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Result<void> extract(const PreparePorts& ports, PreparedDocument& document) {
  Trace* trace = document.task->trace.get();
  ScopedSpan opening(trace, "ingest.open");
  CAIRN_TRY(const BlobView original, opening.watch(open_original(ports.blobs, document.row)));
  opening.set("bytes", original.bytes().size());
  opening.end();
  const DocumentFacts& facts = document.row.facts;
  document.content.title = facts.title;
  document.content.language = facts.language;
  document.media_type = facts.media_type;
  if (is_declared_empty(original.bytes(), facts)) return {};
  ScopedSpan extracting(trace, "ingest.extract");
  CAIRN_TRY(ExtractedText extracted, extracting.watch(ports.extractor.extract({.content = original.bytes(),
                                                                               .file_name = facts.file_name,
                                                                               .media_type = facts.media_type,
                                                                               .cancel = document.task->cancel})));
  extracting.set("media_type", extracted.media_type);
  extracting.set("pages", extracted.pages);
  extracting.set("text_bytes", extracted.text.size());
  extracting.end();
  document.content.text = std::move(extracted.text);
  document.content.blocks = std::move(extracted.blocks);
  if (facts.title.empty()) document.content.title = std::move(extracted.title);
  if (facts.language.empty()) {
    const ScopedSpan detecting(trace, "ingest.detect");
    document.content.language = text::detect_language(document.content.text);
  }
  if (facts.media_type.empty()) document.media_type = std::move(extracted.media_type);
  document.pages = extracted.pages;
  return {};
}

Result<void> count_tokens(PreparedDocument& document) {
  const std::uint32_t most = document.embedder->model().max_tokens;
  document.chunk_tokens.reserve(document.chunks.size());
  for (std::size_t i = 0; i < document.chunks.size(); ++i) {
    if (document.task->cancel.cancelled()) return fail(ErrorKind::cancelled, "cancelled");
    const std::size_t pieces = document.embedder->piece_spans(embedded_text(document.fields(i))).size();
    document.chunk_tokens.push_back(std::min(static_cast<std::uint32_t>(pieces) + special_tokens, most));
    document.tokens += document.chunk_tokens.back();
  }
  return {};
}

Result<void> cut(const PreparePorts& ports, PreparedDocument& document) {
  ScopedSpan span(document.task->trace.get(), "ingest.chunk");
  CAIRN_TRY(const Collection collection, ports.catalog.collection(document.row.collection));
  CAIRN_TRY(document.embedder, embedder_for(ports.embedders, collection, document.content.language));
  CAIRN_TRY(document.chunks,
            chunk_document(document.content, collection.chunking, *document.embedder, document.task->cancel));
  document.content.blocks = {};  // The chunks know pages and headings from here on.
  document.index = utf8::CodePointIndex(document.content.text);
  CAIRN_CHECK(count_tokens(document));
  document.vectors.resize(document.chunks.size());
  document.chunks_left = document.chunks.size();
  span.set("chunks", document.chunks.size());
  span.set("tokens", document.tokens);
  span.set("language", document.content.language);
  return {};
}

}  // namespace

void PreparedDocument::fail_embedding(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
}

std::optional<Error> PreparedDocument::embedding_error() const {
  const std::lock_guard lock(mutex_);
  return error_;
}

DocumentRecord PreparedDocument::record() const {
  return {.external_id = row.external_id,
          .title = content.title,
          .url = row.facts.url,
          .language = content.language,
          .media_type = media_type,
          .version = row.version,
          .metadata = row.facts.metadata,
          .acl = row.facts.acl};
}

Result<PreparedDocumentPtr> begin_document(const Catalog& catalog, const RunningTaskPtr& task) {
  auto row = catalog.document(task->task.document);
  if (!row && row.error().kind == ErrorKind::not_found) return nullptr;
  if (!row) return fail(std::move(row).error());
  if (row->version != task->task.document_version) return nullptr;
  auto document = std::make_shared<PreparedDocument>();
  document->task = task;
  document->row = std::move(*row);
  task->external_id = document->row.external_id;
  return document;
}

Result<void> prepare_document(const PreparePorts& ports, TextBudget& budget, PreparedDocument& document) {
  RunningTask& task = *document.task;
  document.share = budget.take(std::min(document.row.byte_size, max_text_bytes));
  task.document_status = DocumentStatus::extracting;
  CAIRN_CHECK(extract(ports, document));
  document.share.resize(document.content.text.size());
  task.document_status = DocumentStatus::chunking;
  CAIRN_CHECK(cut(ports, document));
  task.document_status = DocumentStatus::embedding;
  return {};
}

}  // namespace cairn
