#include "app/import_collection.h"

#include <algorithm>
#include <chrono>

#include "app/bundle/packed_segments.h"
#include "app/collect_garbage.h"
#include "index/rekey.h"

namespace cairn {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::chrono::minutes between_holds(5);

class Import {
 public:
  Import(const ImportPorts& ports, const ImportOptions& options, const bundle::Reader& bundle, std::uint64_t bytes,
         const CancelToken& cancel)
      : ports_(ports), options_(options), bundle_(bundle), bytes_(bytes), cancel_(cancel) {}

  Result<ImportReport> run() {
    stored_.collection = bundle_.header().collection;
    stored_.collection.tenant = options_.tenant;
    if (options_.collection) stored_.collection.name = *options_.collection;
    stored_.manifest = bundle_.manifest();
    CAIRN_TRY(stored_.collection.id,
              ports_.catalog.next_collection_id(stored_.collection.tenant, stored_.collection.name));
    CAIRN_CHECK(check_name_is_free());
    CAIRN_CHECK(read_segments());
    CAIRN_CHECK(hold());
    CAIRN_CHECK(write_segments());
    CAIRN_CHECK(write_files());
    CAIRN_CHECK(ports_.blobs.sync());
    CAIRN_CHECK(check_cancelled());
    CAIRN_CHECK(ports_.catalog.write_collection(stored_, [this](const auto& put) { return give_documents(put); }));
    return report();
  }

 private:
  Result<void> check_cancelled() const {
    if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the import was cancelled; nothing of it is there");
    return {};
  }

  Result<void> check_name_is_free() const {
    const auto found = ports_.catalog.collection(stored_.collection.tenant, stored_.collection.name);
    if (!found) return found.error().kind == ErrorKind::not_found ? Result<void>() : fail(found.error());
    return fail(ErrorKind::conflict, "there is a collection '" + stored_.collection.name +
                                         "' already: import under another name with --collection, or delete it first");
  }

  Result<void> read_segments() {
    CAIRN_TRY(segments_, bundle::PackedSegments::open(bundle_));
    const auto add = [this](const StoredDocument& stored) -> Result<void> {
      CAIRN_CHECK(check_cancelled());
      const DocumentStatus status = stored.document.status;
      if (status != DocumentStatus::indexed && status != DocumentStatus::failed) ++queued_;
      return segments_.add(stored, stored_.collection.id);
    };
    CAIRN_CHECK(bundle_.each_document(add));
    return segments_.check_complete();
  }

  /// Others may collect garbage on a store that they share.
  Result<void> hold() {
    const auto now = std::chrono::steady_clock::now();
    if (held_at_ && now - *held_at_ < between_holds) return {};
    held_at_ = now;
    return hold_garbage(ports_.blobs);
  }

  /// Under the name that the bundle says, or under a new one where the ids in it are new.
  Result<void> write_segments() {
    const bool same_ids = stored_.collection.id == bundle_.header().collection.id;
    std::size_t place = 0;
    return bundle_.each_segment([&](const bundle::PackedBlob& blob) -> Result<void> {
      CAIRN_CHECK(same_ids ? write(blob) : write_rekeyed(place));
      ++place;
      return progress(blob);
    });
  }

  Result<void> write_rekeyed(std::size_t place) {
    const bundle::PackedSegments::Packed& packed = segments_.all()[place];
    CAIRN_TRY(const std::unique_ptr<BlobWriter> writer, ports_.blobs.create());
    std::uint64_t size = 0;
    const auto append = [&](Bytes piece) -> Result<void> {
      CAIRN_CHECK(check_cancelled());
      size += piece.size();
      return writer->append(piece);
    };
    CAIRN_CHECK(index::rekey(packed.segment, packed.keys, append));
    CAIRN_TRY(const BlobId written, writer->finish());
    SegmentRecord& record = stored_.manifest.segments[place];
    for (Tombstone& tombstone : stored_.manifest.tombstones)
      if (tombstone.segment == record.blob) tombstone.segment = written;
    record.blob = written;
    record.bytes = size;
    return {};
  }

  Result<void> write_files() {
    return bundle_.each_file([this](const bundle::PackedBlob& blob) -> Result<void> {
      CAIRN_CHECK(write(blob));
      return progress(blob);
    });
  }

  Result<void> write(const bundle::PackedBlob& blob) {
    CAIRN_TRY(const std::unique_ptr<BlobWriter> writer, ports_.blobs.create());
    for (Bytes rest = blob.bytes; !rest.empty();) {
      CAIRN_CHECK(check_cancelled());
      const Bytes piece = rest.first(std::min(piece_bytes, rest.size()));
      CAIRN_CHECK(writer->append(piece));
      blob.file.let_go(piece);
      rest = rest.subspan(piece.size());
    }
    CAIRN_TRY(const BlobId written, writer->finish());
    if (written == blob.id) return {};
    return fail(ErrorKind::corrupt, "the bundle changed while it was read: leave it alone and import it again");
  }

  Result<void> progress(const bundle::PackedBlob& blob) {
    blob.file.let_go(blob.bytes);
    done_ += blob.bytes.size();
    if (options_.on_bytes) options_.on_bytes(bytes_ + std::min(done_, bytes_), 2 * bytes_);
    return hold();
  }

  Result<void> give_documents(const std::function<Result<void>(const StoredDocument&)>& put) const {
    return bundle_.each_document([&](StoredDocument stored) -> Result<void> {
      CAIRN_CHECK(check_cancelled());
      stored.document.collection = stored_.collection.id;
      stored.document.id = document_id(stored_.collection.id, stored.document.external_id);
      return put(stored);
    });
  }

  Result<ImportReport> report() const {
    ImportReport report;
    CAIRN_TRY(report.collection, ports_.catalog.collection(stored_.collection.id));
    const bundle::Totals& totals = bundle_.totals();
    report.documents = totals.documents;
    report.segments = totals.segments;
    report.files = totals.files;
    report.chunks = segments_.chunk_count();
    report.queued = queued_;
    std::vector<std::string> models{stored_.collection.embedding_model};
    for (const SegmentRecord& segment : stored_.manifest.segments) models.push_back(segment.model);
    std::ranges::sort(models);
    const auto [rest, end] = std::ranges::unique(models);
    models.erase(rest, end);
    std::erase_if(models, [&](const auto& model) { return model.empty() || ports_.embedders.find(model) != nullptr; });
    report.missing_models = std::move(models);
    return report;
  }

  const ImportPorts& ports_;
  const ImportOptions& options_;
  const bundle::Reader& bundle_;
  std::uint64_t bytes_;
  const CancelToken& cancel_;
  StoredCollection stored_;
  bundle::PackedSegments segments_;
  std::optional<std::chrono::steady_clock::time_point> held_at_;
  std::uint64_t done_ = 0, queued_ = 0;
};

}  // namespace

Result<ImportReport> import_collection(const ImportPorts& ports, const BlobView& file, const ImportOptions& options,
                                       const CancelToken& cancel) {
  const std::uint64_t bytes = file.bytes().size();
  const auto on_checked = [&](std::uint64_t done) {
    if (options.on_bytes) options.on_bytes(done, 2 * bytes);
  };
  CAIRN_TRY(const bundle::Reader bundle, bundle::Reader::open(file, on_checked, cancel));
  return Import(ports, options, bundle, bytes, cancel).run();
}

}  // namespace cairn
