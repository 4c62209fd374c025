#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "app/bundle/bundle_rows.h"
#include "base/bytes.h"
#include "base/cancel.h"
#include "base/sha256.h"
#include "ports/blob_store.h"

namespace cairn::bundle {

/// Writes a bundle front to back: the collection, its documents, the blobs, the end. Memory: one page of documents.
/// Errors of every method: those of the sink.
class Writer {
 public:
  explicit Writer(ByteSink sink) : sink_(std::move(sink)) {}

  Result<void> collection(const StoredCollection& stored, const std::string& made_by);
  Result<void> document(const StoredDocument& stored);

  /// The blobs of the manifest, in its order; then the originals, in the order of their names. Errors besides:
  /// `corrupt` (the bytes are not those that the name says), `cancelled`.
  Result<void> segment(const BlobId& id, const BlobView& view, const CancelToken& cancel);
  Result<void> file(const BlobId& id, const BlobView& view, const CancelToken& cancel);

  Result<void> finish();

  std::uint64_t written_bytes() const { return written_; }
  const Totals& totals() const { return totals_; }

 private:
  Result<void> entry(const std::string& name, std::string_view content);
  Result<void> end_page();
  Result<void> blob(const std::string& folder, const BlobId& id, const BlobView& view, const CancelToken& cancel);
  Result<void> put(Bytes bytes, bool hashed);

  ByteSink sink_;
  Sha256 hash_;
  Totals totals_;
  std::string page_;
  std::uint64_t pages_ = 0, written_ = 0;
};

/// The name of the page of documents with this number, from 0.
std::string page_name(std::uint64_t number);

}  // namespace cairn::bundle
