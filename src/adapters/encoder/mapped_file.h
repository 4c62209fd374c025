#pragma once

#include <filesystem>

#include "base/bytes.h"
#include "base/result.h"

namespace cairn {

/// A file mapped for reading, for as long as this lives. The file must not be truncated meanwhile.
class MappedFile {
 public:
  /// Errors: `not_found`, `invalid` (not a readable regular file, or empty).
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  Bytes bytes() const { return bytes_; }

 private:
  explicit MappedFile(Bytes bytes) : bytes_(bytes) {}
  Bytes bytes_;
};

}  // namespace cairn
