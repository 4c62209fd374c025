#pragma once

#include <cstdint>
#include <functional>

#include "app/bundle/bundle_rows.h"
#include "base/cancel.h"
#include "ports/blob_store.h"

namespace cairn::bundle {

/// A blob as it lies in a bundle.
struct PackedBlob {
  const BlobId& id;
  Bytes bytes;
  const BlobView& file;  ///< Whose bytes they are, for let_go().
};

/// A bundle that was found sound: see open().
class Reader {
 public:
  /// Called with how many bytes of the bundle were checked.
  using OnBytes = std::function<void(std::uint64_t done)>;

  /// Reads all of it front to back once and checks everything that the bundle alone can tell: the container, the order
  /// and names of its entries, every checksum, that each document's file is there and none besides, and the totals.
  /// Memory: the manifest, and some 40 bytes a document. Errors: `invalid` (no bundle), `unsupported` (a newer
  /// version), `corrupt` (with what and where), `cancelled`.
  static Result<Reader> open(const BlobView& file, const OnBytes& on_bytes, const CancelToken& cancel);

  const Header& header() const { return header_; }
  const Manifest& manifest() const { return manifest_; }
  const Totals& totals() const { return totals_; }

  /// All documents in their order. Memory: one document. Errors: those of `visit`; `corrupt` when the file changed
  /// since open().
  Result<void> each_document(const std::function<Result<void>(const StoredDocument&)>& visit) const;
  /// In the order of the manifest.
  Result<void> each_segment(const std::function<Result<void>(const PackedBlob&)>& visit) const;
  /// In the order of their names.
  Result<void> each_file(const std::function<Result<void>(const PackedBlob&)>& visit) const;

 private:
  class Check;

  explicit Reader(BlobView file) : file_(std::move(file)) {}
  Result<void> each_blob(std::string_view folder, const std::function<Result<void>(const PackedBlob&)>& visit) const;

  BlobView file_;
  Header header_;
  Manifest manifest_;
  Totals totals_;
};

}  // namespace cairn::bundle
