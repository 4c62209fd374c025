#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/cancel.h"
#include "base/result.h"
#include "base/trace.h"
#include "domain/document.h"
#include "domain/task.h"
#include "ports/blob_store.h"
#include "ports/catalog.h"

namespace cairn {

/// Something to ingest: bytes at hand, or a file that is read when its turn comes.
struct IngestSource {
  std::string external_id;
  DocumentFacts facts;
  std::variant<std::string, std::filesystem::path> content;
  std::string problem;     ///< Not empty: there is no such source, for this reason; it is reported and left out.
  bool keeps_acl = false;  ///< See NewDocument; likewise below.
};

/// Gives the next source, or nothing at the end. An error stops the ingestion; what came before stays registered.
using IngestSources = std::function<Result<std::optional<IngestSource>>()>;

/// What became of one source.
struct IngestedSource {
  std::string external_id;
  BlobId content_hash;              ///< Empty when it could not be read.
  RegisteredDocument registration;  ///< Of no meaning with an error.
  std::string error;                ///< Why it was left out, for a person; empty: registered.
};

struct IngestRequest {
  CollectionId collection;
  int priority = default_priority;
  std::size_t batch_documents = 1'000;                   ///< Registered together, or
  std::uint64_t batch_bytes = 64ULL << 20;               ///< so many bytes together.
  Trace* trace = nullptr;                                ///< Where its stages are recorded, or null.
  std::function<void(const IngestedSource&)> on_source;  ///< In order, once it is durable. May be empty.
};

struct IngestReport {
  std::uint64_t sources = 0, registered = 0, unchanged = 0, failed = 0;
  std::uint64_t bytes = 0;  ///< Of what was read.
};

/// Stores the originals and registers the documents, in batches: once on_source was called, the document survives
/// whatever dies, and its ingest task is queued. Nothing is stored for a document whose bytes are known already. A
/// source that cannot be read, or that keeps changing while it is read, is reported and left out. Memory does not grow
/// with the sources. Errors: those of `next` and of the ports; `cancelled`.
Result<IngestReport> ingest_documents(Catalog& catalog, BlobStore& blobs, const IngestRequest& request,
                                      const IngestSources& next, const CancelToken& cancel);

/// An original whose bytes are in the blob store already, durable or not.
struct StoredSource {
  std::string external_id;
  DocumentFacts facts;
  BlobId content_hash;
  std::uint64_t byte_size = 0;
  bool keeps_acl = false;
};

/// Makes the originals durable and registers all of them, or none: one sync and one transaction, however many there
/// are. Two with the same external id count in order. Errors: `invalid` (which one, and what is wrong with it), those
/// of the ports.
Result<std::vector<RegisteredDocument>> register_stored_sources(Catalog& catalog, BlobStore& blobs,
                                                                const CollectionId& collection,
                                                                std::vector<StoredSource> sources, int priority);

/// The external id of a file: its path as given. Bytes that are no UTF-8 are written as \xNN, so that every name has an
/// id of its own that can be shown and stored.
std::string external_id_of(const std::filesystem::path& path);

}  // namespace cairn
