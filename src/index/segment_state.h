#pragma once

#include <array>
#include <vector>

#include "index/column_index.h"
#include "index/format.h"
#include "index/postings.h"
#include "index/segment.h"
#include "index/terms.h"
#include "index/text_blocks.h"

namespace cairn::index {

/// The headings of a segment: their ends, then their bytes.
class HeadingTable {
 public:
  HeadingTable() = default;
  static std::optional<HeadingTable> open(Bytes section);

  std::size_t size() const { return ends_.size(); }
  /// Empty when there is no such heading.
  std::string_view operator[](std::uint32_t i) const;

 private:
  ArrayView<std::uint32_t> ends_;
  Bytes bytes_;
};

/// The sections of an open segment as typed views. What open() promises to have checked stands beside each.
struct Segment::State {
  Bytes file;
  MetaRecord meta;
  VectorSpace space;
  std::vector<SectionEntry> table;
  std::array<Bytes, section_count + 1> sections;  ///< By kind.

  Bytes keys;                           ///< 16 a document.
  ArrayView<std::uint32_t> key_order;   ///< All below the number of documents.
  ArrayView<DocumentRecord> documents;  ///< Ascending in all fields, inside their sections; one closing record.
  ArrayView<ChunkRecord> chunks;        ///< Right number; contents unchecked.
  HeadingTable headings;                ///< Inside the section; contents unchecked.
  LengthsView lengths;                  ///< One a chunk.
  TextBlocks text;                      ///< Tables inside the section; contents unchecked.
  TermDictionary terms;                 ///< Right number of blocks; contents unchecked.
  std::vector<Column> columns;          ///< Tables inside the section; contents unchecked.

  Bytes section(SectionKind kind) const { return sections[static_cast<std::size_t>(kind)]; }
  std::size_t words() const { return meta.code_bits / 64; }

  /// The postings of a term, if it occurs.
  std::optional<PostingCursor> postings(std::string_view term) const;
  PostingCursor cursor(const TermPostings& found) const;

  /// Code points [first, last) of document `i` within all texts.
  std::pair<std::uint64_t, std::uint64_t> text_range(std::uint32_t i) const {
    return {documents[i].text_start, documents[i + 1].text_start};
  }
};

/// `corrupt`, naming the part of the segment.
std::unexpected<Error> damaged(std::string_view part);

}  // namespace cairn::index
