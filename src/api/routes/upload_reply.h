#pragma once

#include <string>
#include <vector>

#include "api/routes/route.h"
#include "api/routes/services.h"
#include "app/ingest_documents.h"

namespace cairn::routes {

/// What the reply says of one document.
struct UploadedDocument {
  DocumentId id;
  std::string external_id;
  std::uint32_t version = 0;  ///< Not shown: which version was registered.
  BlobId content_hash;
  DocumentStatus status = DocumentStatus::queued;
  TaskId task;
  bool unchanged = false;
  std::string error;  ///< With `wait` only, as what follows.
  std::optional<std::uint32_t> chunks;
  std::optional<std::uint64_t> tokens;
};

struct UploadedDocuments {
  std::vector<UploadedDocument> documents;
};
const Shape<UploadedDocuments>& uploaded_documents_shape();

/// Registers what is in the blob store, all or nothing, and replies: 202 at once, or with `?wait=true` 200 once all
/// have ended, and 202 when they take too long.
Result<http::Response> register_upload(const Services& services, const Call& call, const Collection& collection,
                                       std::vector<StoredSource> sources);

}  // namespace cairn::routes
