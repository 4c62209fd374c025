#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "adapters/directory/file.h"
#include "base/bytes.h"
#include "ports/blob_store.h"

namespace cairn::directory {

/// A file that appears under its name when all of it is written and durable, and not before; until then it lies beside
/// it as `<name>.partial`, readable by its owner only. Dropped without finish() it leaves nothing behind; what a killed
/// process left there, the next one writes over. One thread.
class WholeFile {
 public:
  /// Errors: `conflict` (there is a file of that name, or another process is writing it), `unavailable`.
  static Result<std::unique_ptr<WholeFile>> create(const std::filesystem::path& path);
  ~WholeFile();

  Result<void> restart();  ///< Forgets what was written so far.
  Result<void> append(Bytes bytes);
  Result<void> finish();

 private:
  WholeFile(std::filesystem::path path, File file) : path_(std::move(path)), file_(std::move(file)) {}
  std::filesystem::path partial() const { return path_.string() + ".partial"; }
  Result<void> write_buffer();

  std::filesystem::path path_;
  File file_;
  std::string buffer_;
  bool finished_ = false;
};

/// The bytes of a file, mapped. It must not be made shorter while they are read. Errors: `not_found`, `invalid` (a
/// folder or a device), `unavailable`.
Result<BlobView> map_whole_file(const std::filesystem::path& path);

}  // namespace cairn::directory
