#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace cairn::cli {

/// What came out of a pipe, kept in a temporary file that has no name and is gone with this: a document is read more
/// than once, a pipe cannot be.
class SpooledStream {
 public:
  /// True for "-" and /dev/stdin, whatever is behind them, and for named pipes and process substitutions.
  static bool is_stream(const std::filesystem::path& path);

  /// Reads to the end. "-" is standard input. Errors: `invalid` (cannot be read), `unavailable` (cannot be kept).
  static Result<SpooledStream> read(const std::filesystem::path& path);

  /// Where the bytes can be read, for as long as this lives.
  const std::filesystem::path& path() const { return path_; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Close>;

  explicit SpooledStream(File file);

  File file_;
  std::filesystem::path path_;
};

}  // namespace cairn::cli
