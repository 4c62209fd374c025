#include "app/ingest_documents.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "app/read_source.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "domain/document_rules.h"

namespace cairn {
namespace {

/// A source that was read, on its way to be registered.
struct PendingSource {
  NewDocument document;
  bool stored = false;  ///< By us just now; otherwise it is known, and its bytes are stored already.
};

Result<SourceContent> hash_of(const IngestSource& source) {
  if (const auto* path = std::get_if<std::filesystem::path>(&source.content)) return hash_file(*path);
  const std::string& bytes = std::get<std::string>(source.content);
  return SourceContent{.hash = BlobId(to_hex(Sha256::of(as_bytes(bytes)))), .bytes = bytes.size()};
}

Result<SourceContent> store(const IngestSource& source, BlobStore& blobs) {
  if (const auto* path = std::get_if<std::filesystem::path>(&source.content)) return store_file(*path, blobs);
  const std::string& bytes = std::get<std::string>(source.content);
  CAIRN_TRY(BlobId hash, put_blob(blobs, as_bytes(bytes)));
  return SourceContent{.hash = std::move(hash), .bytes = bytes.size()};
}

Result<void> check(const std::string& external_id, const DocumentFacts& facts) {
  if (external_id.empty()) return fail(ErrorKind::invalid, "the external id is empty");
  if (external_id.find('\0') != std::string::npos || !utf8::is_valid(external_id))
    return fail(ErrorKind::invalid, "the external id is not valid text");
  if (!facts.metadata.is_object()) return fail(ErrorKind::invalid, "the metadata is not a JSON object");
  if (!is_document_url(facts.url))
    return fail(ErrorKind::invalid, std::string("the url is not ") + document_url_in_words);
  if (!is_language_tag(facts.language))
    return fail(ErrorKind::invalid, std::string("the language is not ") + language_tag_in_words);
  if (!std::ranges::all_of(facts.acl, is_acl_entry))
    return fail(ErrorKind::invalid, std::string("an entry of the ACL is not ") + acl_entry_in_words);
  return {};
}

Result<void> check(const IngestSource& source) {
  if (!source.problem.empty()) return fail(ErrorKind::invalid, source.problem);
  return check(source.external_id, source.facts);
}

/// Names of files may hold any bytes; what is stored and shown is well-formed.
void make_valid(DocumentFacts& facts) {
  for (std::string* text : {&facts.title, &facts.url, &facts.language, &facts.media_type, &facts.file_name})
    if (!utf8::is_valid(*text)) *text = utf8::repair(*text);
}

/// About the source itself, not about the store.
bool is_about_source(const Error& error) {
  return error.kind == ErrorKind::invalid || error.kind == ErrorKind::not_found || error.kind == ErrorKind::conflict;
}

class Ingestion {
 public:
  Ingestion(Catalog& catalog, BlobStore& blobs, const IngestRequest& request)
      : catalog_(catalog), blobs_(blobs), request_(request) {}

  Result<void> add(IngestSource source) {
    ++report_.sources;
    make_valid(source.facts);
    auto pending = take(source);
    if (!pending) {
      if (!is_about_source(pending.error())) return fail(std::move(pending).error());
      CAIRN_CHECK(flush());  // Outcomes are told in order.
      ++report_.failed;
      tell({.external_id = source.external_id,
            .content_hash = {},
            .registration = {},
            .error = pending.error().message});
      return {};
    }
    report_.bytes += pending->document.byte_size;
    batch_bytes_ += pending->document.byte_size;
    batch_.push_back(std::move(*pending));
    if (batch_.size() >= request_.batch_documents || batch_bytes_ >= request_.batch_bytes) return flush();
    return {};
  }

  /// Makes the batch durable, registers it, and tells about each of its sources.
  Result<void> flush() {
    if (batch_.empty()) return {};
    if (std::ranges::any_of(batch_, &PendingSource::stored)) CAIRN_CHECK(blobs_.sync());
    std::vector<NewDocument> documents;
    for (const PendingSource& pending : batch_) documents.push_back(pending.document);
    ScopedSpan span(request_.trace, "ingest.register");
    span.set("documents", documents.size());
    CAIRN_TRY(const std::vector<RegisteredDocument> registered,
              catalog_.register_documents(request_.collection, documents, request_.priority));
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      ++(registered[i].unchanged ? report_.unchanged : report_.registered);
      tell({.external_id = std::move(batch_[i].document.external_id),
            .content_hash = std::move(batch_[i].document.content_hash),
            .registration = registered[i],
            .error = {}});
    }
    batch_.clear();
    batch_bytes_ = 0;
    return {};
  }

  const IngestReport& report() const { return report_; }

 private:
  Result<PendingSource> take(IngestSource& source) {
    const ScopedSpan span(request_.trace, "ingest.store");
    CAIRN_CHECK(check(source));
    CAIRN_TRY(std::optional<SourceContent> known, known_content(source));
    const bool stored = !known;
    if (!known) { CAIRN_TRY(known, store(source, blobs_)); }
    return PendingSource{.document = {.external_id = source.external_id,
                                      .facts = std::move(source.facts),
                                      .content_hash = std::move(known->hash),
                                      .byte_size = known->bytes,
                                      .keeps_acl = source.keeps_acl},
                         .stored = stored};
  }

  /// The content of a source that is registered just so. Anything else is stored, even if its bytes are known: that
  /// tells garbage collection that they are about to be needed.
  Result<std::optional<SourceContent>> known_content(const IngestSource& source) const {
    const auto row = catalog_.document(document_id(request_.collection, source.external_id));
    if (!row && row.error().kind == ErrorKind::not_found) return std::nullopt;
    if (!row) return fail(row.error());
    DocumentFacts facts = source.facts;
    if (source.keeps_acl) facts.acl = row->facts.acl;
    if (row->status == DocumentStatus::failed || row->facts != facts) return std::nullopt;
    CAIRN_TRY(SourceContent content, hash_of(source));
    if (content.hash != row->content_hash) return std::nullopt;
    return content;
  }

  void tell(const IngestedSource& source) const {
    if (request_.on_source) request_.on_source(source);
  }

  Catalog& catalog_;
  BlobStore& blobs_;
  const IngestRequest& request_;
  std::vector<PendingSource> batch_;
  std::uint64_t batch_bytes_ = 0;
  IngestReport report_;
};

}  // namespace

Result<IngestReport> ingest_documents(Catalog& catalog, BlobStore& blobs, const IngestRequest& request,
                                      const IngestSources& next, const CancelToken& cancel) {
  Ingestion ingestion(catalog, blobs, request);
  while (true) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "ingestion was cancelled; what was registered stays");
    auto source = next();
    if (!source) {
      CAIRN_CHECK(ingestion.flush());
      return fail(std::move(source).error());
    }
    if (!*source) break;
    CAIRN_CHECK(ingestion.add(std::move(**source)));
  }
  CAIRN_CHECK(ingestion.flush());
  return ingestion.report();
}

Result<std::vector<RegisteredDocument>> register_stored_sources(Catalog& catalog, BlobStore& blobs,
                                                                const CollectionId& collection,
                                                                std::vector<StoredSource> sources, int priority) {
  std::vector<NewDocument> documents;
  documents.reserve(sources.size());
  for (StoredSource& source : sources) {
    make_valid(source.facts);
    if (auto good = check(source.external_id, source.facts); !good)
      return fail(ErrorKind::invalid, "document " + std::to_string(documents.size() + 1) + " ('" +
                                          utf8::repair(source.external_id) + "'): " + good.error().message);
    documents.push_back({.external_id = std::move(source.external_id),
                         .facts = std::move(source.facts),
                         .content_hash = std::move(source.content_hash),
                         .byte_size = source.byte_size,
                         .keeps_acl = source.keeps_acl});
  }
  CAIRN_CHECK(blobs.sync());
  return catalog.register_documents(collection, documents, priority);
}

std::string external_id_of(const std::filesystem::path& path) {
  const std::string& name = path.native();
  if (utf8::is_valid(name)) return name;
  std::string id;
  for (std::size_t i = 0; i < name.size();) {
    std::size_t length = 1;  // Of the longest well-formed character here; 0 when there is none.
    while (length <= 4 && i + length <= name.size() && !utf8::is_valid(std::string_view(name).substr(i, length)))
      ++length;
    if (length > 4 || i + length > name.size()) {
      id += fmt::format("\\x{:02X}", static_cast<unsigned char>(name[i++]));
    } else {
      id.append(name, i, length);
      i += length;
    }
  }
  return id;
}

}  // namespace cairn
