#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "base/strong_id.h"

namespace cairn {

using TenantId = StrongId<struct TenantTag>;
using CollectionId =
    StrongId<struct CollectionTag>;               ///< Opaque; the name may be reused after a deletion, the id never is.
using DocumentId = StrongId<struct DocumentTag>;  ///< 32 lower-case hexadecimal digits.
using TaskId = StrongId<struct TaskTag>;
using NodeId = StrongId<struct NodeTag>;
using BlobId = StrongId<struct BlobTag>;  ///< SHA-256 of the blob's bytes, 64 lower-case hexadecimal digits.

/// The tenant of an embedded store without authentication.
inline const TenantId local_tenant{"local"};

/// A document's id follows from its collection and external id, so that the same documents get the same ids, and with
/// them the same ranking, on any machine and after a rebuild.
DocumentId document_id(const CollectionId& collection, std::string_view external_id);

/// The same 16 bytes in binary, as the index keys documents.
std::array<std::uint8_t, 16> to_key(const DocumentId& id);
DocumentId from_key(const std::array<std::uint8_t, 16>& key);

/// Whether `text` has the form of a BlobId.
bool is_blob_id(std::string_view text);

/// A chunk is named by its document, the document's version and its ordinal: "<document id>.<version>.<ordinal>".
std::string chunk_id(const DocumentId& document, std::uint32_t version, std::uint32_t ordinal);

}  // namespace cairn
