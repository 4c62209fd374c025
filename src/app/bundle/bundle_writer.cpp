#include "app/bundle/bundle_writer.h"

#include <algorithm>
#include <map>

#include "app/bundle/tar.h"

namespace cairn::bundle {
namespace {

constexpr std::size_t page_bytes = 1 << 20, piece_bytes = 1 << 20;

/// In the order of the manifest, each with its tombstones.
std::string manifest_lines(const Manifest& manifest) {
  std::map<BlobId, std::vector<Tombstone>> dead;
  for (const Tombstone& tombstone : manifest.tombstones) dead[tombstone.segment].push_back(tombstone);
  std::string lines;
  for (const SegmentRecord& segment : manifest.segments) lines += to_text(segment, dead[segment.blob]) + "\n";
  return lines;
}

}  // namespace

std::string page_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return "documents/" + digits + ".jsonl";
}

Result<void> Writer::collection(const StoredCollection& stored, const std::string& made_by) {
  CAIRN_CHECK(entry("cairn-bundle.json", to_text(stored.collection, stored.manifest.number, made_by) + "\n"));
  return entry("manifest.jsonl", manifest_lines(stored.manifest));
}

Result<void> Writer::document(const StoredDocument& stored) {
  page_ += to_text(stored) + "\n";
  ++totals_.documents;
  return page_.size() >= page_bytes ? end_page() : Result<void>();
}

Result<void> Writer::segment(const BlobId& id, const BlobView& view, const CancelToken& cancel) {
  CAIRN_CHECK(end_page());
  ++totals_.segments;
  return blob("segments/", id, view, cancel);
}

Result<void> Writer::file(const BlobId& id, const BlobView& view, const CancelToken& cancel) {
  CAIRN_CHECK(end_page());
  ++totals_.files;
  return blob("files/", id, view, cancel);
}

Result<void> Writer::finish() {
  CAIRN_CHECK(end_page());
  totals_.sha256 = to_hex(hash_.finish());
  CAIRN_CHECK(entry("end.json", to_text(totals_) + "\n"));
  return put(as_bytes(std::string(2 * tar::block_bytes, '\0')), false);
}

Result<void> Writer::entry(const std::string& name, std::string_view content) {
  const bool hashed = totals_.sha256.empty();
  CAIRN_CHECK(put(as_bytes(tar::header(name, content.size())), hashed));
  CAIRN_CHECK(put(as_bytes(content), hashed));
  return put(as_bytes(std::string(tar::padding(content.size()), '\0')), hashed);
}

Result<void> Writer::end_page() {
  if (page_.empty()) return {};
  CAIRN_CHECK(entry(page_name(pages_++), page_));
  page_.clear();
  return {};
}

Result<void> Writer::blob(const std::string& folder, const BlobId& id, const BlobView& view,
                          const CancelToken& cancel) {
  const std::uint64_t size = view.bytes().size();
  CAIRN_CHECK(put(as_bytes(tar::header(folder + id.value(), size)), true));
  Sha256 hash;
  for (Bytes rest = view.bytes(); !rest.empty();) {
    if (cancel.cancelled()) return fail(ErrorKind::cancelled, "the export was cancelled");
    const Bytes piece = rest.first(std::min(piece_bytes, rest.size()));
    hash.update(piece);
    CAIRN_CHECK(put(piece, false));
    view.let_go(piece);
    rest = rest.subspan(piece.size());
  }
  if (to_hex(hash.finish()) != id.value())
    return fail(ErrorKind::corrupt, "blob " + id.value() + " is damaged and cannot be exported: run `cairn fsck`");
  return put(as_bytes(std::string(tar::padding(size), '\0')), true);
}

Result<void> Writer::put(Bytes bytes, bool hashed) {
  if (hashed) hash_.update(bytes);
  written_ += bytes.size();
  return bytes.empty() ? Result<void>() : sink_(bytes);
}

}  // namespace cairn::bundle
