#include "api/cli/spooled_stream.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace cairn::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 1 << 18;

bool is_standard_input(const fs::path& path) { return path == "-" || path == "/dev/stdin" || path == "/dev/fd/0"; }

}  // namespace

bool SpooledStream::is_stream(const fs::path& path) {
  std::error_code error;
  return is_standard_input(path) || fs::is_fifo(path, error);
}

SpooledStream::SpooledStream(File file)
    : file_(std::move(file)), path_(fmt::format("/proc/self/fd/{}", ::fileno(file_.get()))) {}

Result<SpooledStream> SpooledStream::read(const fs::path& path) {
  const File opened(is_standard_input(path) ? nullptr : std::fopen(path.c_str(), "rb"));
  std::FILE* const stream = is_standard_input(path) ? stdin : opened.get();
  if (!stream) return fail(ErrorKind::invalid, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  File copy(std::tmpfile());
  std::vector<char> piece(piece_bytes);
  bool kept = copy != nullptr;
  while (kept) {
    const std::size_t count = std::fread(piece.data(), 1, piece.size(), stream);
    if (count == 0) break;
    kept = std::fwrite(piece.data(), 1, count, copy.get()) == count;
  }
  if (!kept || std::fflush(copy.get()) != 0)
    return fail(ErrorKind::unavailable, fmt::format("cannot keep what comes from {} in a temporary file: {}",
                                                    path.string(), std::strerror(errno)));
  if (std::ferror(stream) != 0)
    return fail(ErrorKind::invalid, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  return SpooledStream(std::move(copy));
}

}  // namespace cairn::cli
