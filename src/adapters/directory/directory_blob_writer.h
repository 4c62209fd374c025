#pragma once

#include <memory>
#include <string>

#include "adapters/directory/blob_folder.h"
#include "base/sha256.h"
#include "ports/blob_store.h"

namespace cairn::directory {

/// Hashes while it writes. Small blobs stay in memory until finish(), so that one that exists already touches no file.
class DirectoryBlobWriter final : public BlobWriter {
 public:
  explicit DirectoryBlobWriter(std::shared_ptr<BlobFolder> folder) : folder_(std::move(folder)) {}
  ~DirectoryBlobWriter() override;

  Result<void> append(Bytes bytes) override;
  Result<BlobId> finish() override;

 private:
  Result<void> write_buffer();
  Result<void> create_file();
  Result<void> fail_for_good(Error error);

  std::shared_ptr<BlobFolder> folder_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
  std::string buffer_;
  File file_;
  std::string name_;            // Of the temporary file; empty: none.
  std::optional<Error> error_;  // The first failure ends the blob.
  bool finished_ = false;
};

}  // namespace cairn::directory
