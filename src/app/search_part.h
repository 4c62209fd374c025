#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/trace.h"
#include "index/partial_search.h"

namespace cairn {

/// What is asked of segments: the same of all of them, on whichever node they are searched.
struct PartQuery {
  struct Vector {
    std::string model;
    std::vector<float> query;
  };
  bool by_words = true;
  std::vector<index::WeightedTerm> terms;
  std::vector<Vector> vectors;          ///< One for each model that the query was embedded with.
  std::optional<index::Filter> filter;  ///< What the caller may see and wants.
  std::size_t depth = 0;                ///< Candidates of each ranking.
  index::Bm25Options bm25;
  index::DenseOptions dense;

  const index::Filter* filter_or_null() const { return filter ? &*filter : nullptr; }
};

/// What some segments have found, before it is joined with what the others have. Candidates name segments by their
/// numbers in the whole snapshot.
struct PartFound {
  std::vector<index::Candidate> lexical;
  std::vector<std::vector<index::DenseFinding>> dense;  ///< For each of PartQuery::vectors.

  void add(PartFound&& other);
};

/// The rankings of the whole snapshot, best first.
struct RankedParts {
  std::vector<index::Candidate> lexical;
  std::vector<std::vector<index::Candidate>> dense;
};

/// `among` may be null: all segments. `trace` may be null.
PartFound search_part(const index::Snapshot& snapshot, const PartQuery& query, const index::SegmentNumbers* among,
                      Trace* trace);

/// The same ranking, to the last bit, in however many parts it was found.
RankedParts join_parts(const index::Snapshot& snapshot, const PartQuery& query, PartFound found);

}  // namespace cairn
