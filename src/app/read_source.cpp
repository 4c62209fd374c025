#include "app/read_source.h"

#include <array>
#include <fstream>
#include <system_error>
#include <vector>

#include "base/sha256.h"

namespace cairn {
namespace {

namespace fs = std::filesystem;

constexpr int max_reads = 3;
constexpr std::size_t piece_bytes = 1 << 18;

/// What shows that a file was written to.
struct FileState {
  std::uintmax_t bytes = 0;
  fs::file_time_type written_at{};

  bool operator==(const FileState&) const = default;
};

Result<FileState> state_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    return fail(ErrorKind::not_found, "the file does not exist (any more)");
  if (error) return fail(ErrorKind::invalid, "the file cannot be read: " + error.message());
  if (status.type() != fs::file_type::regular) return fail(ErrorKind::invalid, "this is not a regular file");
  FileState state;
  state.bytes = fs::file_size(path, error);
  if (!error) state.written_at = fs::last_write_time(path, error);
  if (error) return fail(ErrorKind::invalid, "the file cannot be read: " + error.message());
  return state;
}

}  // namespace

Result<std::uint64_t> read_file(const fs::path& path, const ByteSink& sink) {
  CAIRN_TRY(const FileState before, state_of(path));
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(ErrorKind::invalid, "the file cannot be opened: check its permissions");
  std::vector<char> piece(piece_bytes);
  std::uint64_t bytes = 0;
  do {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto count = static_cast<std::size_t>(file.gcount());
    if (count > 0) CAIRN_CHECK(sink(as_bytes({piece.data(), count})));
    bytes += count;
  } while (file);
  if (file.bad()) return fail(ErrorKind::invalid, "the file cannot be read: its disk reports an error");
  const auto after = state_of(path);
  if (!after || *after != before || bytes != before.bytes)
    return fail(ErrorKind::conflict, "the file changed while it was read: ingest it again when nobody writes to it");
  return bytes;
}

Result<SourceContent> hash_file(const fs::path& path) {
  Sha256 hash;
  CAIRN_TRY(const std::uint64_t bytes, read_file(path, [&](Bytes piece) -> Result<void> {
              hash.update(piece);
              return {};
            }));
  return SourceContent{.hash = BlobId(to_hex(hash.finish())), .bytes = bytes};
}

Result<SourceContent> store_file(const fs::path& path, BlobStore& blobs) {
  for (int attempt = 1;; ++attempt) {
    CAIRN_TRY(const std::unique_ptr<BlobWriter> blob, blobs.create());
    const auto bytes = read_file(path, [&](Bytes piece) { return blob->append(piece); });
    if (bytes) {
      CAIRN_TRY(BlobId hash, blob->finish());
      return SourceContent{.hash = std::move(hash), .bytes = *bytes};
    }
    if (bytes.error().kind != ErrorKind::conflict || attempt == max_reads) return fail(bytes.error());
  }
}

}  // namespace cairn
