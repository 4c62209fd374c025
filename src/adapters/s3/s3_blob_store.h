#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "ports/blob_store.h"

namespace cairn {

struct S3Options {
  std::string endpoint;                ///< "https://s3.eu-central-1.amazonaws.com", or any server that speaks S3.
  std::string region = "us-east-1";    ///< Part of each signature; many servers do not care.
  std::string bucket;                  ///< Exists already.
  std::string prefix;                  ///< Of every key, such as "cairn/"; may be empty.
  std::string owner;                   ///< The one catalog that may use blobs under the prefix; empty: not asked.
  std::string access_key, secret_key;  ///< Both empty: requests are not signed.
  std::string session_token;           ///< With temporary credentials.
  bool path_style = true;              ///< endpoint/bucket/key; else the bucket is part of the host's name.

  /// Files of this process alone: blobs that were opened or written lately, and those on their way. Made when missing.
  std::filesystem::path cache_folder;
  std::uint64_t cache_bytes = std::uint64_t{10} << 30;  ///< More are dropped, longest unused first; open views stay.
  std::uint64_t part_bytes = std::uint64_t{16} << 20;   ///< Larger blobs go in parts of so many bytes (5 MiB or more).
  int attempts = 6;                                     ///< For each request, while no byte comes through.
  std::chrono::milliseconds first_pause{50};            ///< Before the second attempt; then longer and longer.
  std::chrono::milliseconds idle_timeout{10'000};       ///< A server that is silent for so long is asked again.
};

/// Blobs in a bucket, under `<prefix>blobs/ab/abcd…`. Nothing there is ever changed, and nothing depends on conditional
/// requests. Each upload carries its checksums, each download is compared with the blob's name. Whoever opens them
/// first is written down in `<prefix>store-id`: a second catalog would take the first one's blobs for garbage. Errors:
/// `unavailable` (server away, no such bucket, refused, cache folder full), `conflict` (another owner's), with what to
/// do.
Result<std::unique_ptr<BlobStore>> open_s3_blob_store(const S3Options& options);

}  // namespace cairn
