#include "app/bundle/bundle_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "app/bundle/bundle_writer.h"
#include "app/bundle/named_files.h"
#include "app/bundle/tar.h"
#include "base/sha256.h"

namespace cairn::bundle {
namespace {

constexpr std::size_t piece_bytes = 1 << 20;
constexpr std::uint64_t longest_header = 1 << 20, longest_page = 256 << 20;  // Far more than the writer makes.
constexpr std::string_view segments_folder = "segments/", files_folder = "files/", pages_folder = "documents/";

std::unexpected<Error> damaged(const std::string& what) {
  return fail(ErrorKind::corrupt, "the bundle is damaged: " + what + "; copy or export it again");
}

/// The lines of `content`, each ended by a line break.
Result<void> each_line(std::string_view content, const std::function<Result<void>(std::string_view)>& visit) {
  while (!content.empty()) {
    const std::size_t end = content.find('\n');
    if (end == std::string_view::npos) return damaged("a line has no end");
    CAIRN_CHECK(visit(content.substr(0, end)));
    content.remove_prefix(end + 1);
  }
  return {};
}

}  // namespace

/// Walks through a bundle once, entry by entry.
class Reader::Check {
 public:
  Check(Reader& reader, const OnBytes& on_bytes, const CancelToken& cancel)
      : reader_(reader), on_bytes_(on_bytes), cancel_(cancel), entries_(reader.file_.bytes()) {}

  Result<void> run() {
    CAIRN_CHECK(read_header());
    CAIRN_CHECK(read_manifest());
    CAIRN_CHECK(next());
    CAIRN_CHECK(read_documents());
    CAIRN_CHECK(read_segments());
    CAIRN_CHECK(read_files());
    return read_end();
  }

 private:
  Result<void> next() {
    if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the import was cancelled");
    if (on_bytes_) on_bytes_(entries_.position());
    begin_ = entries_.position();
    CAIRN_TRY(auto entry, entries_.next());
    if (!entry) return damaged("its end is missing");
    entry_ = *std::move(entry);
    return {};
  }

  Result<void> read_header() {
    const auto begun = next();
    const auto no_bundle = [] {
      return fail(ErrorKind::invalid, "this is no bundle of a collection: name a file that `cairn export` wrote");
    };
    const bool begins_well = as_text(reader_.file_.bytes()).starts_with("cairn-bundle.json");
    if (!begun) return begins_well ? fail(begun.error()) : no_bundle();
    if (entry_.name != "cairn-bundle.json") return no_bundle();
    CAIRN_TRY(const std::string_view text, take_text(longest_header));
    CAIRN_TRY(reader_.header_, parse_header(text));
    return {};
  }

  Result<void> read_manifest() {
    CAIRN_CHECK(next());
    if (entry_.name != "manifest.jsonl") return damaged("its manifest is missing");
    CAIRN_TRY(const std::string_view text, take_text(longest_page));
    Manifest& manifest = reader_.manifest_;
    manifest.collection = reader_.header_.collection.id;
    manifest.number = reader_.header_.manifest;
    return each_line(text, [&](std::string_view line) { return parse_segment(line, manifest); });
  }

  Result<void> read_documents() {
    for (std::uint64_t page = 0; entry_.name.starts_with(pages_folder); ++page) {
      if (entry_.name != page_name(page)) return damaged("its documents are not in order");
      CAIRN_TRY(const std::string_view text, take_text(longest_page));
      CAIRN_CHECK(each_line(text, [&](std::string_view line) -> Result<void> {
        CAIRN_TRY(const StoredDocument stored, parse_document(line));
        named_files_.add(stored.document);
        ++reader_.totals_.documents;
        return {};
      }));
      reader_.file_.let_go(entry_.content);
      CAIRN_CHECK(next());
    }
    named_files_.sort();
    return {};
  }

  Result<void> read_segments() {
    for (const SegmentRecord& segment : reader_.manifest_.segments) {
      if (entry_.name != std::string(segments_folder) + segment.blob.value())
        return damaged("segment " + segment.blob.value() + " is missing");
      if (entry_.content.size() != segment.bytes) return damaged("a segment is not as large as its manifest says");
      CAIRN_CHECK(take_blob(segment.blob));
      ++reader_.totals_.segments;
      CAIRN_CHECK(next());
    }
    return {};
  }

  Result<void> read_files() {
    for (const NamedFile& file : named_files_.all()) {
      const BlobId id = id_of(file);
      if (entry_.name != std::string(files_folder) + id.value()) return damaged("file " + id.value() + " is missing");
      if (entry_.content.size() != file.bytes) return damaged("a file is not as large as its document says");
      CAIRN_CHECK(take_blob(id));
      ++reader_.totals_.files;
      CAIRN_CHECK(next());
    }
    return {};
  }

  Result<void> read_end() {
    if (entry_.name != "end.json") return damaged("there is something in it that does not belong there");
    reader_.totals_.sha256 = to_hex(hash_.finish());
    if (as_text(entry_.content) != to_text(reader_.totals_) + "\n") return damaged("its bytes have changed");
    CAIRN_TRY(const auto more, entries_.next());
    return more ? damaged("it goes on after its end") : Result<void>();
  }

  /// What counts for the sum at the end: of a blob all but its bytes, which have their own.
  void hash_from(std::uint64_t from, std::uint64_t to) { hash_.update(reader_.file_.bytes().subspan(from, to - from)); }

  Result<std::string_view> take_text(std::uint64_t longest) {
    if (entry_.content.size() > longest) return damaged("'" + entry_.name + "' is larger than it can be");
    hash_from(begin_, entries_.position());
    return as_text(entry_.content);
  }

  Result<void> take_blob(const BlobId& id) {
    hash_from(begin_, begin_ + tar::block_bytes);
    Sha256 hash;
    for (Bytes rest = entry_.content; !rest.empty();) {
      if (cancel_.cancelled()) return fail(ErrorKind::cancelled, "the import was cancelled");
      const Bytes piece = rest.first(std::min(piece_bytes, rest.size()));
      hash.update(piece);
      reader_.file_.let_go(piece);
      rest = rest.subspan(piece.size());
    }
    if (to_hex(hash.finish()) != id.value()) return damaged("'" + entry_.name + "' does not match its name");
    hash_from(begin_ + tar::block_bytes + entry_.content.size(), entries_.position());
    return {};
  }

  Reader& reader_;
  const OnBytes& on_bytes_;
  const CancelToken& cancel_;
  tar::Reader entries_;
  tar::Entry entry_;
  std::uint64_t begin_ = 0;  // Of the entry, in the file.
  NamedFiles named_files_;
  Sha256 hash_;
};

Result<Reader> Reader::open(const BlobView& file, const OnBytes& on_bytes, const CancelToken& cancel) {
  Reader reader(file);
  CAIRN_CHECK(Check(reader, on_bytes, cancel).run());
  return reader;
}

Result<void> Reader::each_document(const std::function<Result<void>(const StoredDocument&)>& visit) const {
  const auto visit_line = [&](std::string_view line) -> Result<void> {
    CAIRN_TRY(const StoredDocument stored, parse_document(line));
    return visit(stored);
  };
  tar::Reader entries(file_.bytes());
  for (;;) {
    CAIRN_TRY(const auto entry, entries.next());
    if (!entry) return {};
    if (!entry->name.starts_with(pages_folder)) continue;
    CAIRN_CHECK(each_line(as_text(entry->content), visit_line));
    file_.let_go(entry->content);
  }
}

Result<void> Reader::each_segment(const std::function<Result<void>(const PackedBlob&)>& visit) const {
  return each_blob(segments_folder, visit);
}

Result<void> Reader::each_file(const std::function<Result<void>(const PackedBlob&)>& visit) const {
  return each_blob(files_folder, visit);
}

Result<void> Reader::each_blob(std::string_view folder,
                               const std::function<Result<void>(const PackedBlob&)>& visit) const {
  tar::Reader entries(file_.bytes());
  for (;;) {
    CAIRN_TRY(const auto entry, entries.next());
    if (!entry) return {};
    if (!entry->name.starts_with(folder)) continue;
    const std::string id = entry->name.substr(folder.size());
    if (!is_blob_id(id)) return damaged("the file changed while it was read");
    CAIRN_CHECK(visit({BlobId(id), entry->content, file_}));
  }
}

}  // namespace cairn::bundle
