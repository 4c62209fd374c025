// Any bytes as a segment, with the checksums put right so that damage gets past them: whatever open() lets through can
// be read, searched, merged and verified without touching memory that is not the segment's.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "index/format.h"
#include "index/merge.h"
#include "index/snapshot.h"

namespace {

using namespace cairn;
using namespace cairn::index;

constexpr std::size_t enough = 64;

void repair_checksums(std::string& file) {
  if (file.size() < sizeof(FileHeader) + sizeof(FileTrailer)) return;
  const std::size_t trailer_at = file.size() - sizeof(FileTrailer);
  auto trailer = load<FileTrailer>(as_bytes(file).data() + trailer_at);
  const std::uint64_t table_size = std::uint64_t{trailer.sections} * sizeof(SectionEntry);
  if (!slice(as_bytes(file).first(trailer_at), trailer.table_offset, table_size)) return;
  for (std::uint32_t i = 0; i < trailer.sections; ++i) {
    char* at = file.data() + trailer.table_offset + i * sizeof(SectionEntry);
    auto entry = load<SectionEntry>(reinterpret_cast<const std::byte*>(at));
    if (const auto section = slice(as_bytes(file), entry.offset, entry.size)) entry.checksum = checksum(*section);
    std::memcpy(at, &entry, sizeof entry);
  }
  const Bytes table = as_bytes(file).subspan(trailer.table_offset, table_size);
  trailer.file_size = file.size();
  trailer.checksum = trailer_checksum(load<FileHeader>(as_bytes(file).data()), table, trailer);
  std::memcpy(file.data() + trailer_at, &trailer, sizeof trailer);
}

std::size_t read_all(const Segment& segment) {
  std::size_t sum = 0;
  for (std::uint32_t i = 0; i < segment.document_count() && i < enough; ++i) {
    sum += segment.stored(i).size() + segment.find(segment.key(i)).value_or(0);
    if (const auto text = segment.text(i)) sum += text->size();
    const Span chunks = segment.chunks_of(i);
    for (std::uint32_t c = chunks.start; c < chunks.end && c < chunks.start + enough; ++c) {
      const StoredChunk chunk = segment.chunk(c);
      sum += chunk.heading_path.size();
      if (const auto text = segment.text(i, chunk.span)) sum += text->size();
    }
  }
  return sum;
}

void search_all(const Snapshot& snapshot, const VectorSpace& space) {
  const Filter filter{.kind = Filter::Kind::none_of,
                      .children = {{.kind = Filter::Kind::equals_any, .property = "group", .values = {"a"}},
                                   {.kind = Filter::Kind::range, .property = "number", .at_least = 3.0}}};
  std::vector<WeightedTerm> terms;
  for (int i = 0; i < 60; i += 7) terms.push_back({"t" + std::to_string(i), 1});
  for (const Filter* each : {static_cast<const Filter*>(nullptr), &filter}) {
    auto hits = snapshot.search_lexical(terms, 10, each, {});
    snapshot.score_lexical(terms, {}, hits);
    if (space.dimensions > 4096) continue;
    hits = snapshot.search_dense(space.model, std::vector<float>(space.dimensions, 0.1f), 10, each, {});
    snapshot.score_dense(space.model, std::vector<float>(space.dimensions, 0.1f), hits);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  repair_checksums(file);
  auto opened = Segment::open(as_bytes(file));
  if (!opened) return 0;
  const auto segment = std::make_shared<const Segment>(std::move(*opened));
  (void)segment->verify();
  read_all(*segment);
  const std::vector<LiveSegment> inputs{{segment, {}}, {segment, {0}}};
  search_all(Snapshot(inputs), segment->space());
  (void)merge(inputs, CancelToken{}, [](Bytes) -> Result<void> { return {}; });
  return 0;
}
