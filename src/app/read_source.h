#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/bytes.h"
#include "base/result.h"
#include "domain/ids.h"
#include "ports/blob_store.h"

namespace cairn {

/// What reading a source gave.
struct SourceContent {
  BlobId hash;
  std::uint64_t bytes = 0;
};

/// Reads a regular file front to back in pieces. Errors: `not_found`, `invalid` (no regular file, not readable),
/// `conflict` (it changed while it was read: size, time or length disagree), and those of `sink`.
Result<std::uint64_t> read_file(const std::filesystem::path& path, const ByteSink& sink);

/// The file's hash, without storing anything. Errors as read_file.
Result<SourceContent> hash_file(const std::filesystem::path& path);

/// Stores the file as a blob. A file that changes meanwhile is read again a few times. Errors as read_file, and the
/// blob store's.
Result<SourceContent> store_file(const std::filesystem::path& path, BlobStore& blobs);

}  // namespace cairn
