#include "app/backup_store.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace cairn {
namespace {

namespace fs = std::filesystem;

/// Each further round copies only what one round of merges made; a store that outruns this many is faster than its
/// copy.
constexpr std::uint64_t max_rounds = 20;

constexpr std::size_t piece_bytes = 1 << 20;

class Backup {
 public:
  Backup(const Catalog& catalog, const BlobStore& blobs, const CopyTarget& target, const CopyOptions& options,
         const CancelToken& cancel)
      : catalog_(catalog), blobs_(blobs), target_(target), options_(options), cancel_(cancel) {}

  Result<CopyReport> run() {
    const fs::path folder = target_.catalog_file.parent_path() / "partial";
    const fs::path partial = folder / target_.catalog_file.filename();
    for (; report_.rounds <= max_rounds; ++report_.rounds) {
      CAIRN_CHECK(make_empty(folder));
      CAIRN_CHECK(catalog_.copy_to(partial.string()));
      CAIRN_TRY(const std::vector<BlobId> named, blobs_named_by(partial));
      CAIRN_TRY(const bool complete, copy_all(named));
      if (!complete) continue;
      CAIRN_CHECK(target_.flush());  // Also what an interrupted copy had written.
      CAIRN_CHECK(publish(partial));
      CAIRN_CHECK(target_.flush());
      return report_;
    }
    return fail(ErrorKind::unavailable,
                "the store changes faster than it can be copied: try again when it is less busy");
  }

 private:
  static Result<void> make_empty(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (!error) fs::create_directories(folder, error);
    if (error) return fail(ErrorKind::unavailable, folder.string() + " cannot be written: " + error.message());
    return {};
  }

  Result<void> publish(const fs::path& partial) const {
    std::error_code error;
    fs::rename(partial, target_.catalog_file, error);
    if (error)
      return fail(ErrorKind::unavailable, target_.catalog_file.string() + " cannot be written: " + error.message());
    fs::remove_all(partial.parent_path(),
                   error);  // What opening the copy left there; the next copy removes it otherwise.
    return {};
  }

  Result<std::vector<BlobId>> blobs_named_by(const fs::path& catalog_file) const {
    CAIRN_TRY(const std::unique_ptr<Catalog> copy, target_.open_catalog(catalog_file));
    return copy->reachable_blobs();
  }

  /// False when a blob disappeared because the store no longer needs it.
  Result<bool> copy_all(const std::vector<BlobId>& named) {
    report_.present = 0;
    for (const BlobId& id : named) {
      if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the copy was cancelled; repeating it continues");
      if (target_.blobs.info(id)) {
        ++report_.present;
        continue;
      }
      const auto copied = copy(id);
      if (copied) continue;
      if (copied.error().kind != ErrorKind::not_found) return fail(copied.error());
      CAIRN_TRY(const bool needed, still_names(id));
      if (needed)
        return fail(ErrorKind::corrupt, "blob " + id.value() + " is missing from the store: run `cairn fsck`");
      return false;
    }
    return true;
  }

  Result<bool> still_names(const BlobId& id) const {
    CAIRN_TRY(const std::vector<BlobId> named, catalog_.reachable_blobs());
    return std::ranges::find(named, id) != named.end();
  }

  Result<void> copy(const BlobId& id) {
    CAIRN_TRY(const BlobView view, blobs_.open(id));
    CAIRN_TRY(const std::unique_ptr<BlobWriter> writer, target_.blobs.create());
    for (Bytes rest = view.bytes(); !rest.empty();) {
      if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the copy was cancelled; repeating it continues");
      const Bytes piece = rest.first(std::min(piece_bytes, rest.size()));
      CAIRN_CHECK(writer->append(piece));
      rest = rest.subspan(piece.size());
    }
    CAIRN_TRY(const BlobId written, writer->finish());
    if (written != id) {
      (void)target_.blobs.remove(written);
      return fail(ErrorKind::corrupt, "blob " + id.value() + " is damaged and was not copied: run `cairn fsck`");
    }
    ++report_.copied;
    report_.copied_bytes += view.bytes().size();
    if (options_.on_blob) options_.on_blob(report_.copied_bytes);
    return {};
  }

  const Catalog& catalog_;
  const BlobStore& blobs_;
  const CopyTarget& target_;
  const CopyOptions& options_;
  const CancelToken& cancel_;
  CopyReport report_;
};

}  // namespace

Result<CopyReport> backup_store(const Catalog& catalog, const BlobStore& blobs, const CopyTarget& target,
                                const CopyOptions& options, const CancelToken& cancel) {
  return Backup(catalog, blobs, target, options, cancel).run();
}

Result<void> check_restore_target(const std::filesystem::path& folder) {
  std::error_code error;
  const bool empty = !fs::exists(folder, error) || (fs::is_directory(folder, error) && fs::is_empty(folder, error));
  if (error) return fail(ErrorKind::unavailable, folder.string() + " cannot be read: " + error.message());
  if (!empty) return fail(ErrorKind::conflict, folder.string() + " is not empty: restore into a new or empty folder");
  return {};
}

}  // namespace cairn
