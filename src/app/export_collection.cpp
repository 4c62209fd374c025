#include "app/export_collection.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "app/bundle/bundle_writer.h"
#include "app/bundle/named_files.h"

namespace cairn {
namespace {

/// A store in which blobs disappear faster than this many rounds can copy them is too busy.
constexpr int most_rounds = 20;

/// One attempt at one state of the collection.
class Export {
 public:
  Export(const PortableCatalog& catalog, const BlobStore& blobs, const ExportOptions& options,
         const BundleTarget& target, const CancelToken& cancel)
      : catalog_(catalog), blobs_(blobs), options_(options), target_(target), cancel_(cancel) {}

  /// Nothing when a blob went before it was copied.
  Result<std::optional<ExportReport>> run(const CollectionId& id) {
    CAIRN_CHECK(
        catalog_.read_collection(id, {.on_collection = [this](const StoredCollection& stored) { return begin(stored); },
                                      .on_document = [this](const StoredDocument& stored) { return take(stored); }}));
    files_.sort();
    total_ = files_.bytes();
    for (const SegmentRecord& segment : manifest_.segments) total_ += segment.bytes;
    CAIRN_TRY(const bool complete, copy_all());
    if (!complete) return std::nullopt;
    CAIRN_CHECK(writer_->finish());
    const bundle::Totals& totals = writer_->totals();
    return ExportReport{.documents = totals.documents,
                        .segments = totals.segments,
                        .files = totals.files,
                        .bytes = writer_->written_bytes(),
                        .manifest = manifest_.number};
  }

 private:
  Result<void> begin(const StoredCollection& stored) {
    CAIRN_CHECK(target_.restart());
    writer_.emplace(target_.append);
    files_ = {};
    manifest_ = stored.manifest;
    return writer_->collection(stored, options_.made_by);
  }

  Result<void> take(const StoredDocument& stored) {
    if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the export was cancelled");
    files_.add(stored.document);
    return writer_->document(stored);
  }

  Result<bool> copy_all() {
    for (const SegmentRecord& segment : manifest_.segments) {
      CAIRN_TRY(const bool there, copy(segment.blob, &bundle::Writer::segment));
      if (!there) return false;
    }
    for (const bundle::NamedFile& file : files_.all()) {
      CAIRN_TRY(const bool there, copy(bundle::id_of(file), &bundle::Writer::file));
      if (!there) return false;
    }
    return true;
  }

  using Write = Result<void> (bundle::Writer::*)(const BlobId&, const BlobView&, const CancelToken&);

  /// False when it is gone, and the newest state does not need it.
  Result<bool> copy(const BlobId& id, Write write) {
    const auto view = blobs_.open(id);
    if (!view) {
      if (view.error().kind != ErrorKind::not_found) return fail(view.error());
      CAIRN_TRY(const std::vector<BlobId> named, catalog_.reachable_blobs());
      if (std::ranges::find(named, id) == named.end()) return false;
      return fail(ErrorKind::corrupt, "blob " + id.value() + " is missing from the store: run `cairn fsck`");
    }
    CAIRN_CHECK(((*writer_).*write)(id, *view, cancel_));
    done_ += view->bytes().size();
    if (options_.on_bytes) options_.on_bytes(done_, total_);
    return true;
  }

  const PortableCatalog& catalog_;
  const BlobStore& blobs_;
  const ExportOptions& options_;
  const BundleTarget& target_;
  const CancelToken& cancel_;
  std::optional<bundle::Writer> writer_;
  Manifest manifest_;
  bundle::NamedFiles files_;
  std::uint64_t done_ = 0, total_ = 0;
};

}  // namespace

Result<ExportReport> export_collection(const PortableCatalog& catalog, const BlobStore& blobs,
                                       const ExportOptions& options, const BundleTarget& target,
                                       const CancelToken& cancel) {
  CAIRN_TRY(const Collection collection, catalog.collection(options.tenant, options.collection));
  for (int round = 1; round <= most_rounds; ++round) {
    CAIRN_TRY(const auto report, Export(catalog, blobs, options, target, cancel).run(collection.id));
    if (!report) continue;
    CAIRN_CHECK(target.finish());
    return *report;
  }
  return fail(ErrorKind::unavailable,
              "the collection changes faster than it can be exported: try again when it is less busy");
}

}  // namespace cairn
